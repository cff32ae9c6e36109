import Fitting
import Quantities
import Randomness

/// Delay, switching energy and leakage of library cells, threshold variation, and memory, of one
/// technology at one temperature, all against supply voltage and all fitted from the data it names.
public struct TechnologyNode: Sendable {
  /// The laws of one output of a library cell.
  public struct GateModel: Sendable {
    public let delay: DelayModel
    public let energy: SwitchingEnergyModel
    /// Another output of the same cell that switches in this output's measured arc: its energy is
    /// taken off, so that a cell's energy is the sum over its outputs that switch.
    public let energyIncludes: String?
    /// Of the whole cell, as measured beside this arc.
    public let leakage: LeakageModel

    /// The same gate, of which a threshold shift acts as stated.
    func responding(as response: ThresholdResponse) -> GateModel {
      GateModel(
        delay: delay.responding(as: response), energy: energy, energyIncludes: energyIncludes,
        leakage: leakage)
    }
  }

  /// The memory: how its bits fail, what it leaks, what an access takes, and how large it is.
  public struct SRAM: Sendable {
    public let failures: BitCellFailureModel
    /// The gate whose cell's leakage, times `leakageCount`, is that of one bit cell.
    public let leakageCell: String
    public let leakageCount: Int
    public let access: SRAMAccessEnergy
    /// Nil where the technology's file names no memories.
    public let area: SRAMAreaModel?
    /// What whole memories leak at `macroSupply`; nil where the technology's memories do not say.
    public let macroLeakage: SRAMLeakageModel?
    public let macroSupply: Voltage?
    /// `macros` only where both are there.
    public let leakageSource: SRAMLeakageSource
  }

  /// The cell library whose areas are those of the technology's cells.
  public enum AreaLibrary: Sendable, Equatable {
    /// The file does not say: whichever is given.
    case any
    case none
    case named(String)

    /// Whether a library's areas are this technology's.
    public func covers(_ library: String) -> Bool {
      switch self {
      case .any: true
      case .none: false
      case .named(let own): own == library
      }
    }
  }

  /// Energy of a 32-bit multiplication and of a 32-bit addition, from a published table; scaled by
  /// (V/supply)² like an access to SRAM.
  public struct OutputStage: Sendable {
    public let multiplication: AccessEnergy
    public let addition: AccessEnergy

    /// The energy of adding bias and zero-point correction to one accumulator value.
    public func correction(at supply: Voltage) -> Energy {
      2 * addition.energy(bits: 64, at: supply)
    }

    /// The energy of multiplying one value to the next layer's scale.
    public func scaling(at supply: Voltage) -> Energy {
      multiplication.energy(bits: 64, at: supply)
    }
  }

  /// Energy of DRAM accesses or other operations, from a published table.
  public struct AccessEnergy: Sendable {
    /// Energy of one operation (a 64-bit access) at `supply`.
    public let perWord: Energy
    /// The supply that the energy holds at; scaled by (V/supply)². Nil: not scaled.
    public let supply: Voltage?
    public let source: String

    /// The energy of so many bits; at the published supply where none is given.
    public func energy(bits: Double, at supply: Voltage? = nil) -> Energy {
      let ratio = supply.flatMap { supply in self.supply.map { supply / $0 } } ?? 1
      return perWord * (bits / 64 * ratio * ratio)
    }
  }

  public let name: String
  public let temperature: Temperature
  /// The temperatures of the rows that the laws were fitted on: one, or the two around `temperature`.
  public let temperatures: [Temperature]
  /// By `CELL.PIN`: `NAND2.Y`, `FA.CO`.
  public let gates: [String: GateModel]
  public let areaLibrary: AreaLibrary
  /// How thresholds vary within a die; nil: the technology's file says that it has no data.
  public let variation: ThresholdVariation?
  /// Nil where the technology's file has no such part.
  public private(set) var sram: SRAM?
  public let dram: AccessEnergy?
  public let outputStage: OutputStage?
  /// Nil where nothing is known of wires.
  public let interconnect: Interconnect?

  /// Laws that do not follow their data, in the order of the file: none where the reader refuses them.
  public private(set) var poorFits: [PoorFit]

  /// The same without its memory.
  public var withoutMemory: TechnologyNode {
    var node = self
    node.sram = nil
    node.poorFits.removeAll { $0.section == PoorFit.memorySection }
    return node
  }

  /// What results must say where the technology has no threshold variation.
  public var variationNote: String? {
    guard variation == nil else { return nil }
    return "No threshold variation is in these results: technology '\(name)' states none, and "
      + "every die is the typical one."
  }

  /// Standard deviation of a gate's threshold within a die, in volts.
  public var thresholdSigma: Double { variation?.sigma ?? 0 }

  /// The laws of a gate at a supply inside their fitted range.
  ///
  /// - Throws: `TechnologyError` if the gate is unknown or the supply is outside the range.
  public func model(of gate: String, at supply: Voltage) throws(TechnologyError) -> GateModel {
    guard let model = gates[gate] else {
      throw .unknownGate(gate, known: gates.keys.sorted())
    }
    guard model.delay.range.contains(supply.value) else {
      throw .outsideFittedRange(law: "delay law", supply: supply, range: model.delay.range)
    }
    return model
  }

  /// The delay of a gate with a threshold shift in volts.
  public func delay(
    of gate: String, at supply: Voltage, thresholdShift: Double = 0
  ) throws(TechnologyError) -> Delay {
    try model(of: gate, at: supply).delay.delay(at: supply, thresholdShift: thresholdShift)
  }

  /// The energy of one transition of an output, the other outputs of its cell at rest.
  public func switchingEnergy(
    of gate: String, at supply: Voltage
  ) throws(TechnologyError) -> Energy {
    let model = try model(of: gate, at: supply)
    let energy = model.energy.energy(at: supply)
    guard let other = model.energyIncludes else { return energy }
    return try energy - self.model(of: other, at: supply).energy.energy(at: supply)
  }

  /// The leakage power of a library cell: the mean over its outputs' measured states.
  ///
  /// - Parameter pins: the cell's output pins.
  public func leakage(
    of cell: String, pins: [String], at supply: Voltage
  ) throws(TechnologyError) -> Power {
    var sum = Power(0)
    for pin in pins { sum += try model(of: "\(cell).\(pin)", at: supply).leakage.power(at: supply) }
    return sum / Double(pins.count)
  }

  /// The leakage power of one SRAM bit cell.
  ///
  /// - Throws: `TechnologyError` outside the range, or if the technology has no memory.
  public func bitCellLeakage(at supply: Voltage) throws(TechnologyError) -> Power {
    let sram = try memory()
    let inverter = try model(of: sram.leakageCell, at: supply).leakage.power(at: supply)
    return Double(sram.leakageCount) * inverter
  }

  /// The bit error rate of a memory rail, and whether the supply is outside the fitted range.
  ///
  /// - Throws: `TechnologyError` outside the range unless `extrapolating` is set, or if the technology
  ///   has no memory.
  public func bitErrorRate(
    at supply: Voltage, extrapolating: Bool
  ) throws(TechnologyError) -> (rate: Double, isExtrapolated: Bool) {
    let failures = try memory().failures
    let isInside = failures.fit.range.contains(supply.value)
    guard isInside || extrapolating else {
      throw .outsideFittedRange(
        law: "SRAM failure law", supply: supply, range: failures.fit.range)
    }
    return (failures.bitErrorRate(at: supply), !isInside)
  }

  /// The supply of a memory rail with a bit error rate, and whether it is outside the fitted range.
  ///
  /// - Parameter rate: in [0, 1).
  /// - Returns: nil for a rate of 0, where the law has no such supply, and outside the range unless
  ///   `extrapolating` is set.
  /// - Throws: `TechnologyError` if the technology has no memory.
  public func memorySupply(
    ofBitErrorRate rate: Double, extrapolating: Bool
  ) throws(TechnologyError) -> (supply: Voltage, isExtrapolated: Bool)? {
    let failures = try memory().failures
    guard rate > 0, let supply = failures.supply(ofBitErrorRate: rate) else { return nil }
    let isInside = failures.fit.range.contains(supply.value)
    return isInside || extrapolating ? (supply, !isInside) : nil
  }

  /// The memory.
  ///
  /// - Throws: `TechnologyError` if the technology has none.
  public func memory() throws(TechnologyError) -> SRAM {
    guard let sram else { throw .missingPart(.sram, technology: name) }
    return sram
  }

  /// The threshold shifts of a die's gates, in volts: normal, independent, fixed by the die's seed.
  public func thresholdShifts(die: UInt64, seed: UInt64, count: Int) -> [Double] {
    var stream = RandomStream(seed: seed, purpose: .dieVariation, index: die)
    return (0..<count).map { _ in stream.nextNormal() * thresholdSigma }
  }
}
