import Accelerators
import Characterization
import ErrorTables
import Files
import Netlists
import Quantities
import QuantizedNetworks
import TableArithmetic
import Technology

/// What an array costs at an operating point by the gates of its multipliers and adders: the model of
/// sweeps (`EnergyModel`), for `axtrain simulate`.
///
/// Multiplier and adder are simulated with their delays on transitions of their operands, on dies whose
/// thresholds vary, or on the typical die where the technology does not say how they do; the mean energy
/// of an operation, glitches included, and leakage follow.
public struct GateLevelCosts: Sendable {
  public let model: EnergyModel
  public let clockPeriod: Delay
  public let multiplier: String
  /// The name of the adder's netlist.
  public let adder: String
  public let operands: Operands
  /// Of one multiplier, adder and flip-flop, as the library counts area; nil where it has none, or is
  /// another technology's. A flip-flop is eleven inverters, or a laid-out one where the library's cells are.
  public let multiplierArea: Area?
  public let adderArea: Area?
  public let flipFlopArea: Area?
  /// Of all inverters and gates of the clock.
  public let clockTreeArea: Area?
  /// The name of the cell library that the areas are of; nil where it is another technology's.
  public let areaLibrary: String?
  /// What the array multiplies with.
  public let products: ArrayCapture
  /// Whose operands the gates and registers see; nil: uniform words.
  let network: ModelUnderTest?
  let seed: UInt64

  /// What the gates see.
  public enum Operands: String, Sendable {
    case uniform
    /// The operands of a network's test images.
    case network
  }

  /// An operating point.
  public struct Point: Sendable {
    public let technology: TechnologyNode
    /// Its file, for messages.
    public let file: String
    public let supply: Voltage
    public let memorySupply: Voltage
    public let clock: ClockPolicy
    /// Of all dies together, at least as many as dies.
    public let transitions: Int
    public let seed: UInt64

    public init(
      technology: TechnologyNode, file: String, supply: Voltage, memorySupply: Voltage,
      clock: ClockPolicy, transitions: Int, seed: UInt64
    ) {
      self.technology = technology
      self.file = file
      self.supply = supply
      self.memorySupply = memorySupply
      self.clock = clock
      self.transitions = transitions
      self.seed = seed
    }
  }

  /// Simulated dies.
  public static let dies = 16
  /// Images whose operands are drawn, or stepped through the registers, at most.
  static let images = 32

  /// - Parameters:
  ///   - network: whose operands the gates see; nil: uniform ones.
  ///   - depth: of the sums of uniform operands, at least 1.
  ///   - cells: the library that areas are of.
  /// - Throws: `InputError` 65 if the technology lacks a gate or was not fitted at a supply, or the
  ///   netlist has too many gates, or the accumulator's own netlist is no adder of its width.
  /// - Precondition: at least `dies` transitions; a multiplier for the array's words, of bytes with a
  ///   network.
  public init(
    _ spec: AcceleratorSpec, multiplier: GateMultiplier, cells: CellLibrary, at point: Point,
    network: ModelUnderTest?, depth: Int
  ) throws {
    try multiplier.netlist.checkIsTimed(file: multiplier.file)
    let stimuli: (multiplier: Stimulus, adder: Stimulus)
    if let network {
      let images = min(Self.images, network.test.count)
      let trace = OperandTrace(
        of: [
          IntegerInference(network.integers, multiplier: .exact(network.integers.spec))
        ], inputs: Array(network.words.prefix(images * network.test.featureCount)), images: images,
        on: spec, count: point.transitions, seed: point.seed)
      stimuli = (
        trace.multiplier(multiplier.element.inputs),
        trace.adder(spec.accumulator)
      )
    } else {
      let uniform = UniformOperands(
        dataflow: spec.dataflow, encoding: spec.encoding, activationBits: spec.operandWidth,
        weightBits: spec.weightWidth, depth: depth, count: point.transitions, seed: point.seed)
      stimuli = (uniform.multiplier(multiplier.element.inputs), uniform.adder(spec.accumulator))
    }
    let adder = try spec.adder(cells: cells)
    clockPeriod = try Self.clockPeriod(of: spec, multiplier.netlist, adder, at: point)
    do throws(TechnologyError) {
      func characterizer(_ netlist: Netlist) -> Characterizer {
        Characterizer(
          netlist: netlist, technology: point.technology, dies: Self.dies, seed: point.seed)
      }
      let (products, sums) = (characterizer(multiplier.netlist), characterizer(adder))
      model = try EnergyModel(
        spec: spec, technology: point.technology, logicSupply: point.supply,
        memorySupply: point.memorySupply,
        multiplier: products.characterize(
          at: point.supply, clockPeriods: [], stimulus: stimuli.multiplier
        ).profile,
        adder: sums.characterize(at: point.supply, clockPeriods: [], stimulus: stimuli.adder)
          .profile, netlists: (multiplier.netlist, adder))
    } catch {
      throw Self.refusal(error, at: point)
    }
    self.multiplier = multiplier.name
    self.adder = adder.name
    operands = network == nil ? .uniform : .network
    products = multiplier.products
    seed = point.seed
    self.network = network
    guard point.technology.areaLibrary.covers(cells.name) else {
      (multiplierArea, adderArea, flipFlopArea, clockTreeArea) = (nil, nil, nil, nil)
      areaLibrary = nil
      return
    }
    areaLibrary = cells.name
    multiplierArea = cells.area(of: multiplier.netlist)
    adderArea = cells.area(of: adder)
    let inverterArea = cells.smallestArea(of: 0b01, inputs: 1)
    let laidOut = point.technology.interconnect.flatMap { wires in
      wires.cellAreas["INV"] == inverterArea ? wires : nil
    }
    flipFlopArea = laidOut?.flipFlopArea ?? inverterArea.map { FlipFlop.inverterAreas * $0 }
    if let inverterArea, let nandArea = cells.smallestArea(of: 0b0111, inputs: 2) {
      clockTreeArea = model.clockTree.area(
        inverter: inverterArea, nand: nandArea, gate: laidOut?.clockGateArea)
    } else {
      clockTreeArea = nil
    }
  }

  /// `AcceleratorSpec.clockPeriod`, of a multiplier and an adder.
  ///
  /// - Throws: `InputError` 65 if the technology lacks a gate or was not fitted at the supply.
  static func clockPeriod(
    of spec: AcceleratorSpec, _ multiplier: Netlist, _ adder: Netlist, at point: Point
  ) throws -> Delay {
    do throws(TechnologyError) {
      return try spec.clockPeriod(
        point.clock, at: point.supply, multiplier: multiplier, adder: adder,
        technology: point.technology)
    } catch {
      throw refusal(error, at: point, isNominal: point.clock == .fixed)
    }
  }

  /// What the technology refuses, at its file, and what else could be changed.
  ///
  /// - Parameter isNominal: whether the supply is the accelerator's nominal one.
  private static func refusal(
    _ error: TechnologyError, at point: Point, isNominal: Bool = false
  ) -> InputError {
    let advice =
      switch error {
      case .unknownGate: "; --cells names the library that the circuit's gates are of"
      case .outsideFittedRange where isNominal:
        ": a fixed clock is that of the accelerator's nominal supply (--nominal-supply), --clock track "
          + "follows the rail"
      default: ""
      }
    return InputError(.badData, at: SourceLocation(file: point.file), "\(error)\(advice)")
  }

  /// Refuses a netlist that is no adder of the accumulator.
  ///
  /// - Throws: `InputError` as reading it, or 65 at the file.
  public static func checkAdder(
    _ path: String, cells: CellLibrary, accumulator: AccumulatorSpec
  ) throws {
    _ = try AccumulatorNetlist(contentsOf: path, cells: cells, accumulator: accumulator)
  }

  /// The energy of a layer: stalls leak as long as work does.
  public func energy(of counts: AccessCounts, stallCycles: Int) -> EnergyBreakdown {
    var counts = counts
    counts.cycles += stallCycles
    return model.energy(of: counts, clockPeriod: clockPeriod)
  }
}
