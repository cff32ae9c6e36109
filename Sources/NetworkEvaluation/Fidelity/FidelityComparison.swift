import Accelerators
import Characterization
import ConcurrentWork
import ErrorTables
import Files
import Fitting
import LogicSimulation
import Quantities
import QuantizedNetworks
import TableArithmetic
import Technology

/// One network by every fidelity, on chips of the same process: how far each is from the gates' own
/// simulation.
public struct FidelityComparison: Sendable {
  public let inputs: EvaluationInputs
  public let network: IntegerNetwork
  /// The test part as words.
  let words: [UInt8]
  /// Index into the inputs' multipliers.
  public let multiplier: Int
  public let supply: Voltage
  public let clockPeriod: Delay
  /// Chips, each element with threshold shifts of its own.
  public var chips = 8
  /// Time steps to the longest path of the typical die.
  public var steps = 128
  public var pulses = PulseRule.inertial
  /// How many dies stand for all elements in fidelity `transition`.
  public var variants = [1, 4, 16]
  /// Time resolutions that fidelity `gate` is repeated with.
  public var otherSteps = [64, 256, 512]
  /// Element streams of each chip on which carrying late changes into the next period is compared, and
  /// how many vectors of each at most.
  public var carriedStreams = 48
  public var carriedVectors = 512
  /// Products of a chip on which drawn errors are counted, at most.
  public var countedProducts = NetworkEvaluator.countedProducts
  /// Where what dies capture wrong is kept for other runs, if it is.
  public var cache: TransitionCache?

  /// Refuses an operating point that cannot be compared: before a network is trained for it.
  ///
  /// - Parameter steps: to the longest path of the typical die.
  /// - Throws: `InputError` 65 if the technology cannot answer at a supply, or the period is shorter than
  ///   a gate takes; 64 if it is shorter than a time step.
  public static func check(
    _ inputs: EvaluationInputs, multiplier: Int, supply: Voltage, clock: ClockPolicy, steps: Int
  ) throws {
    _ = try ElementSimulation(
      inputs: inputs, multiplier: multiplier, supply: supply,
      clockPeriod: clockPeriod(inputs, multiplier: multiplier, clock: clock, supply: supply),
      steps: steps, pulses: .inertial)
  }

  private static func clockPeriod(
    _ inputs: EvaluationInputs, multiplier: Int, clock: ClockPolicy, supply: Voltage
  ) throws -> Delay {
    do throws(TechnologyError) {
      return try inputs.clockPeriod(multiplier: multiplier, clock: clock, supply: supply)
    } catch {
      throw InputError(.badData, at: SourceLocation(file: inputs.setup.technology), "\(error)")
    }
  }

  public init(
    inputs: EvaluationInputs, network: IntegerNetwork, multiplier: Int, supply: Voltage,
    clock: ClockPolicy
  ) throws {
    self.inputs = inputs
    self.network = network
    words = network.words(of: inputs.test)
    self.multiplier = multiplier
    self.supply = supply
    clockPeriod = try Self.clockPeriod(
      inputs, multiplier: multiplier, clock: clock, supply: supply)
  }

  /// What one fidelity gave.
  public struct Row: Sendable {
    public let fidelity: String
    /// What distinguishes rows of the same fidelity.
    public let detail: String
    /// Of all captured products, one a chip.
    public let errorsPerChip: [CapturedErrors]
    /// In [0, 1], one a chip; empty where only streams were compared.
    public let accuracies: [Double]
    /// Whether the entries of each are independent draws, so that they have an interval.
    public var errorsAreIndependent = false
    public var accuraciesAreIndependent = false
    /// Time of a multiplication on one thread, tables not counted, in seconds.
    public let timePerProduct: Double?
  }

  /// Compares.
  ///
  /// - Returns: rows, and whether `transition` gave the same accumulators as `gate` with the same
  ///   dies.
  /// - Throws: `InputError` 65 if the technology lacks a gate or was not fitted; 75 if stopped.
  public func run(
    jobs: Int, stopRequested: @escaping @Sendable () -> Bool = { false },
    progress: (String) -> Void = { _ in }
  ) throws -> (rows: [Row], transitionIsGate: Bool) {
    let simulation = try simulation(steps: steps)
    let others = try otherSteps.map { (steps: $0, simulation: try self.simulation(steps: $0)) }
    var rows = [functional()]
    progress("statistical: characterizing dies on the network's own operands")
    rows += try statistical(jobs, stopRequested)
    var transitionIsGate = true
    for count in variants {
      progress("transition: tables of \(count) dies")
      let tables = try simulation.tables(
        variants: count, jobs: jobs, cache: cache, stopRequested: stopRequested)
      let (row, traces) = try run(
        "transition", "\(count) \(count == 1 ? "die" : "dies")", jobs, stopRequested
      ) { simulation.transitionArray(chip: $0, tables: tables) }
      rows.append(row)
      if count == variants.last {
        progress("gate: the same dies")
        let delays = simulation.poolDelays(count)
        let (row, gateTraces) = try run("gate", "the same \(count)", jobs, stopRequested) { chip in
          simulation.gateArray(
            delays: simulation.poolDies(chip: chip, variants: count).map { delays[$0] })
        }
        rows.append(row)
        transitionIsGate = traces == gateTraces
      }
    }
    for (resolution, simulation) in [(steps, simulation)] + others {
      progress("gate: \(resolution) time steps")
      var (row, _) = try run("gate", "\(resolution) steps", jobs, stopRequested) {
        simulation.gateArray(chip: $0)
      }
      (row.errorsAreIndependent, row.accuraciesAreIndependent) = (true, true)
      rows.append(row)
    }
    progress("gate: late changes carried on")
    rows += try carried(simulation, jobs, stopRequested)
    return (rows, transitionIsGate)
  }

  private func simulation(steps: Int) throws -> ElementSimulation {
    try ElementSimulation(
      inputs: inputs, multiplier: multiplier, supply: supply, clockPeriod: clockPeriod,
      steps: steps, pulses: pulses)
  }

  func inference(_ hardware: InferenceHardware) -> IntegerInference {
    IntegerInference(
      network, multiplier: inputs.multipliers[multiplier].table, hardware: hardware)
  }

  func accuracy(_ logits: [Int32]) -> Double {
    Classification.accuracy(
      logits: logits, labels: inputs.test.labels, classCount: network.classCount)
  }

  var seed: UInt64 { inputs.setup.characterization.seed }

  /// Infers the test split on each chip's array, its buffers without faults.
  private func run(
    _ fidelity: String, _ detail: String, _ jobs: Int,
    _ stopRequested: @escaping @Sendable () -> Bool,
    array: @escaping @Sendable (_ chip: Int) -> some CapturingArray
  ) throws -> (Row, traces: [IntegerInference.Trace]) {
    let clock = ContinuousClock()
    let inference = inference(InferenceHardware())
    let results = try runConcurrently(
      jobs: jobs, items: Array(0..<chips), stopRequested: stopRequested
    ) { [words, inputs] chip in
      let array = array(chip)
      let start = clock.now
      let (trace, errors) = array.infer(inference, inputs: words, count: inputs.test.count)
      return (trace: trace, errors: errors, time: start.duration(to: clock.now))
    }
    let products = results.reduce(0) { $0 + $1.errors.transitions }
    let seconds = results.reduce(0.0) { $0 + $1.time / .seconds(1) }
    let row = Row(
      fidelity: fidelity, detail: detail, errorsPerChip: results.map(\.errors),
      accuracies: results.map { accuracy($0.trace.logits) },
      timePerProduct: seconds / Double(products))
    return (row, results.map(\.trace))
  }

  // MARK: - The fidelities without transitions

  private func functional() -> Row {
    let inference = inference(InferenceHardware(accumulator: inputs.accelerator.accumulator))
    let logits = inference.logits(words, count: inputs.test.count)
    var errors = CapturedErrors(outputBits: 16)
    errors.addRight(network.multiplyAccumulates * inputs.test.count)
    return Row(
      fidelity: "functional", detail: "settled", errorsPerChip: [errors],
      accuracies: [accuracy(logits)], timePerProduct: nil)
  }

  // MARK: - Carried state

  /// Element streams of every chip, each product from settled operands, and with what a period leaves
  /// behind carried into the next, event by event.
  private func carried(
    _ simulation: ElementSimulation, _ jobs: Int,
    _ stopRequested: @escaping @Sendable () -> Bool
  ) throws -> [Row] {
    let exact = IntegerInference(network, multiplier: .exact(network.spec))
    let product = exact.products(
      of: exact.trace(words, count: inputs.test.count), layer: 0, images: inputs.test.count)[0]
    let counted = try runConcurrently(
      jobs: jobs, items: Array(0..<chips), stopRequested: stopRequested
    ) { carried(simulation, product, chip: $0) }
    let what = "\(carriedStreams) streams a chip"
    return [("alone", counted.map(\.alone)), ("carried", counted.map(\.together))].map {
      Row(
        fidelity: "gate", detail: "\(what), \($0.0)", errorsPerChip: $0.1, accuracies: [],
        errorsAreIndependent: true, timePerProduct: nil)
    }
  }

  private func carried(
    _ simulation: ElementSimulation, _ product: ArrayProduct, chip: Int
  ) -> (alone: CapturedErrors, together: CapturedErrors) {
    let (source, grid, multiplier) = (simulation.source, simulation.grid, simulation.stationary)
    let streams = ElementStreams(spec: inputs.accelerator, shape: product.shape)
    // Other weights on every chip.
    let places = (0..<carriedStreams).map {
      ($0 * chips + chip) * product.weights.count / (carriedStreams * chips)
    }
    let period = simulation.captureStep
    let dies = inputs.setup.chips.multiplierDies(ofChip: chip, inputs.accelerator)
    let simulator = EventDrivenSimulator(netlist: source.netlist)
    var (alone, together) = (CapturedErrors(outputBits: 16), CapturedErrors(outputBits: 16))
    streams.forEach(places, activations: product.activations, leavesRepeats: false) { stream in
      let weight = Int(product.weights[stream.k * product.n + stream.n])
      // One tile after the other: what other folds put between them is left out.
      let moving = [stream.previous[0]] + stream.current.prefix(carriedVectors)
      let words = moving.map { multiplier.word(moving: Int($0), stationary: weight) }
      let delays = grid.delays(source.delays(of: dies[stream.element])).map {
        Int64(min($0, period))
      }
      // The netlist's own order of input bits is that of the words: a, then b.
      let run = simulator.run(
        previous: Array(words.dropLast()), current: Array(words.dropFirst()), delays: delays,
        captureTimes: [Int64(period)], pulses: pulses)
      let carried = simulator.stream(
        words, delays: delays, period: Int64(period), pulses: pulses)
      alone.add(settled: run.settled, captured: run.captured[0])
      together.add(settled: carried.settled, captured: carried.captured[0])
    }
    alone.compact()
    together.compact()
    return (alone, together)
  }
}
