import Accelerators
import Characterization
import ConcurrentWork
import ErrorTables
import Files
import LogicSimulation
import Netlists
import Quantities
import QuantizedNetworks
import TableArithmetic
import Technology

/// The multipliers of chips at one operating point, simulated with their delays: makes the arrays of
/// fidelities `gate` and `transition`.
public struct ElementSimulation: Sendable {
  public let stationary: StationaryMultiplier
  public let source: DieDelays
  public let grid: TimeGrid
  /// The last step that is captured.
  public let captureStep: Int32
  public let pulses: PulseRule
  private let accelerator: AcceleratorSpec
  private let chips: EvaluationSetup.ChipChoice
  let products: ProductTable
  private let settled: TableMatrixMultiplication
  private let poolSeed: UInt64

  /// Dies that stand for all elements: none of those of error tables or chips.
  public enum DiePool: Sendable {
    case evaluation
    /// Which the evaluation never sees.
    case training

    /// Of its first die.
    fileprivate var number: UInt64 {
      switch self {
      case .evaluation: 1 << 40
      case .training: 1 << 43
      }
    }
  }

  /// - Parameters:
  ///   - multiplier: index into the inputs' multipliers.
  ///   - steps: to the longest path of the typical die.
  /// - Throws: `InputError` 65 if the technology cannot answer at this supply, or if the period is
  ///   shorter than a gate takes or than a time step.
  public init(
    inputs: EvaluationInputs, multiplier: Int, supply: Voltage, clockPeriod: Delay, steps: Int,
    pulses: PulseRule
  ) throws {
    let multiplier = inputs.multipliers[multiplier]
    try self.init(
      multiplier.netlist, products: multiplier.products, accelerator: inputs.accelerator,
      technology: (inputs.technology, inputs.setup.technology), supply: supply,
      clockPeriod: clockPeriod, steps: steps, pulses: pulses, chips: inputs.setup.chips,
      poolSeed: inputs.setup.characterization.seed)
  }

  /// The operand that the array holds is the multiplier's stationary one, and the second of `products`:
  /// the activation where activations stay, the weight otherwise.
  ///
  /// - Parameters:
  ///   - products: of the netlist, with operands of at most 8 bits.
  ///   - technology: and its file, for messages.
  ///   - poolSeed: of the dies of pools.
  /// - Throws: as the other.
  init(
    _ netlist: Netlist, products: ProductTable, accelerator: AcceleratorSpec,
    technology: (node: TechnologyNode, file: String), supply: Voltage, clockPeriod: Delay,
    steps: Int, pulses: PulseRule, chips: EvaluationSetup.ChipChoice, poolSeed: UInt64
  ) throws {
    do throws(TechnologyError) {
      source = try DieDelays(netlist, technology: technology.node, supply: supply)
      try source.check(clockPeriod: clockPeriod)
    } catch {
      throw error.refusal(of: netlist.name, technology: technology.file)
    }
    let timing = StaticTiming(netlist: netlist, delays: source.typical)
    grid = TimeGrid(criticalPath: max(1, timing.criticalPathDelay), steps: steps)
    captureStep = grid.captureStep(clockPeriod.value * 1e15)
    guard captureStep >= 1 else {
      throw TimingStudy.tooCoarse(period: clockPeriod, at: supply)
    }
    let holdsActivations = accelerator.dataflow == .inputStationary
    stationary = StationaryMultiplier(
      netlist, ports: try MultiplierPorts(binding: netlist, file: netlist.name),
      stationary: holdsActivations ? .a : .b)
    self.pulses = pulses
    self.accelerator = accelerator
    self.chips = chips
    self.products = (holdsActivations ? products.exchanged : products).ofBytes
    settled = TableMatrixMultiplication(table: self.products)
    self.poolSeed = poolSeed
  }

  // MARK: - Gates

  /// A chip whose elements have dies of their own.
  public func gateArray(chip: Int) -> GateArray {
    gateArray(delays: elementDelays(ofChip: chip))
  }

  /// An array of given delays, in steps, of each gate of each element.
  func gateArray(delays: [[Int32]]) -> GateArray {
    GateArray(
      spec: accelerator, settled: settled, multiplier: stationary, delays: delays,
      captureStep: captureStep, pulses: pulses)
  }

  /// A chip whose elements have dies of their own and change both operands.
  func pairArray(chip: Int) -> PairArray {
    PairArray(
      spec: accelerator, settled: settled, multiplier: stationary,
      delays: elementDelays(ofChip: chip), captureStep: captureStep, pulses: pulses)
  }

  /// The delays of each element's own gates on a chip, in steps.
  private func elementDelays(ofChip chip: Int) -> [[Int32]] {
    chips.multiplierDies(ofChip: chip, accelerator).map { grid.delays(source.delays(of: $0)) }
  }

  // MARK: - Tables of a number of dies

  /// The delays of the dies of a pool.
  ///
  /// - Parameter draw: counted from 0; each has other dies, die v of draw d the number d · `variants` + v.
  func poolDelays(_ variants: Int, draw: Int = 0, of pool: DiePool = .evaluation) -> [[Int32]] {
    (draw * variants..<(draw + 1) * variants).map {
      grid.delays(source.delays(of: Die(seed: poolSeed, number: pool.number | UInt64($0))))
    }
  }

  /// Whether any of those dies has a path longer than the period.
  func canErr(variants: Int, of pool: DiePool) -> Bool {
    poolDelays(variants, of: pool).contains {
      stationary.canErr(delays: $0, captureStep: captureStep)
    }
  }

  /// What the table of each of those dies follows from.
  func identities(variants: Int, of pool: DiePool) -> [Digest] {
    poolDelays(variants, of: pool).map {
      TransitionCache.key(stationary, delays: $0, captureStep: captureStep, pulses: pulses)
    }
  }

  /// What the dies of a draw capture wrong: nothing where no path is longer than the period. One table
  /// at a time is in memory.
  ///
  /// - Throws: `InputError` 75 if stopped; of the cache 66, 73 and 74.
  public func tables(
    variants: Int, draw: Int = 0, jobs: Int, of pool: DiePool = .evaluation,
    cache: TransitionCache? = nil, stopRequested: @escaping @Sendable () -> Bool = { false }
  ) throws -> DieErrors {
    let delays = poolDelays(variants, draw: draw, of: pool)
    return DieErrors(
      settled: products,
      dies: try delays.map { delays in
        guard stationary.canErr(delays: delays, captureStep: captureStep) else { return nil }
        guard let cache else {
          let table = try stationary.table(
            delays: delays, captureStep: captureStep, pulses: pulses, jobs: jobs,
            stopRequested: stopRequested)
          return WrongProducts(table, settled: products)
        }
        return try cache.wrongProducts(
          of: stationary, delays: delays, captureStep: captureStep, pulses: pulses,
          settled: products, jobs: jobs, stopRequested: stopRequested)
      })
  }

  /// A chip whose elements each have one of a number of dies.
  public func transitionArray(chip: Int, tables: DieErrors) -> TransitionArray {
    TransitionArray(
      spec: accelerator, dies: tables,
      dieOfElement: poolDies(chip: chip, variants: tables.count))
  }

  /// Which of the dies each element of a chip has.
  func poolDies(chip: Int, variants: Int) -> [Int] {
    ElementTables.dies(
      elements: accelerator.processingElements, variants: variants,
      chipSeed: chips.seed(ofChip: chip))
  }
}

extension CapturingArray {
  /// Infers a batch, through the buffers of a chip, and counts what was captured wrong.
  ///
  /// - Parameter inference: its network, its weights and its buffers; the array multiplies.
  func infer(
    _ inference: IntegerInference, inputs: [UInt8], count: Int
  ) -> (trace: IntegerInference.Trace, errors: CapturedErrors) {
    var errors = CapturedErrors(outputBits: 16)
    let trace = inference.trace(inputs, count: count) { product in
      let captured = multiply(
        activations: product.activations, weights: product.weights, shape: product.shape)
      errors += captured.errors
      return captured.accumulators
    }
    return (trace, errors)
  }
}
