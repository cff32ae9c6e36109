import ErrorTables
import Netlists
import Quantities
import QuantizedNetworks
import Technology

/// Energy of a piece of work by component, in joules.
public struct EnergyBreakdown: Hashable, Sendable {
  /// Switching energy of the multipliers, from their netlist under the operand stream.
  public var multiplier = Energy(0)
  /// Of the adders in the elements and of the zero-point sums, from the adder's netlist.
  public var accumulator = Energy(0)
  /// Of all flip-flops: the elements' registers and the accumulator bank.
  public var registers = Energy(0)
  /// Of wires from element to element, and from the last row to the bank; nil where the technology states
  /// none.
  public var interconnect: Energy?
  /// Of the clock's inverters and gates, and of its wires to the elements where the technology has some.
  public var clockTree = Energy(0)
  /// Of bias, correction and scaling of the outputs; nil, as each below that may be, where the technology
  /// has no figures of it.
  public var outputStage: Energy?
  /// Of comparisons and additions beside the array: as the adders of the accumulators.
  public var vectorUnit = Energy(0)
  /// Of weight and activation buffers, each access at the size of one bank.
  public var sram: Energy?
  /// Leakage power times time: multipliers, adders, those of the vector unit too, flip-flops, clock tree.
  public var logicLeakage = Energy(0)
  /// Leakage power times time: the buffers' bit cells, or whole memories.
  public var memoryLeakage: Energy?
  /// Off-chip transfers: by the accelerator's own figure, or the technology's.
  public var dram: Energy?

  public init() {}

  /// The sum of what is known, without DRAM.
  public var onChip: Energy {
    let components = [
      multiplier, accumulator, registers, interconnect, clockTree, outputStage, vectorUnit, sram,
      logicLeakage, memoryLeakage,
    ]
    return components.reduce(Energy(0)) { $0 + ($1 ?? Energy(0)) }
  }
  /// The sum of what is known.
  public var total: Energy { onChip + (dram ?? Energy(0)) }
}

/// What an accelerator's work costs at an operating point: counts × energies + leakage × time.
///
/// Not modelled: wires within an element, within the bank and to the buffers, the controller, the
/// multiplexers of the accumulator bank, decoders' and sense amplifiers' leakage.
public struct EnergyModel: Sendable {
  public let spec: AcceleratorSpec
  public let technology: TechnologyNode
  public let logicSupply: Voltage
  public let memorySupply: Voltage
  /// At `logicSupply`.
  public let multiplier: OperatorProfile
  public let adder: OperatorProfile
  private let flipFlop: FlipFlop
  /// The clock's way to the flip-flops.
  public let clockTree: ClockTree
  /// Energy of one transition, the output's load of four inputs with it, and leakage.
  private let inverter: (energy: Energy, leakage: Power)
  private let nand: (energy: Energy, leakage: Power)
  /// The side of a square that an element takes as it is laid out, in meters: how far it is to the next
  /// one. Nil where the technology does not know how large cells are.
  public let elementSide: Double?
  /// Leakage power of the memory rail: of cells, or of whole memories, as the technology says; nil where
  /// it has no memory.
  public let memoryLeakagePower: Power?

  /// Flip-flops of a processing element: both operands and the shadow of the one that is held, product
  /// and the registers behind it, partial sum, and valid bits.
  public var flipFlopsPerElement: Int { ElementRegisters(of: spec).flipFlops }

  /// Flip-flops of all elements and of the accumulator bank.
  public var flipFlops: Int {
    spec.processingElements * flipFlopsPerElement
      + spec.bankVectors * spec.columns * spec.accumulator.width
  }

  /// Adders of the accumulators' kind: one an element, and one a row that sums activations for the zero
  /// points.
  public var adders: Int { spec.processingElements + spec.rows }

  /// Adders of the same kind in the vector unit, one a lane; 0 without one.
  public var vectorAdders: Int { spec.vectorLanes ?? 0 }

  /// - Parameters:
  ///   - multiplier: at the logic's supply, as `adder`.
  ///   - netlists: the two that an element is made of, whose cells say how large it is.
  /// - Throws: `TechnologyError` if a supply is outside the fitted range, or a cell has no layout where
  ///   others have.
  public init(
    spec: AcceleratorSpec, technology: TechnologyNode, logicSupply: Voltage,
    memorySupply: Voltage, multiplier: OperatorProfile, adder: OperatorProfile,
    netlists: (multiplier: Netlist, adder: Netlist)
  ) throws(TechnologyError) {
    self.spec = spec
    self.technology = technology
    self.logicSupply = logicSupply
    self.memorySupply = memorySupply
    self.multiplier = multiplier
    self.adder = adder
    flipFlop = try FlipFlop(technology: technology, supply: logicSupply)
    let tree = ClockTree(of: spec)
    clockTree = tree
    func cell(_ name: String) throws(TechnologyError) -> (Energy, Power) {
      (
        try technology.switchingEnergy(of: name + ".Y", at: logicSupply),
        try technology.leakage(of: name, pins: ["Y"], at: logicSupply)
      )
    }
    inverter = try cell("INV")
    nand = try cell("NAND2")
    if let interconnect = technology.interconnect {
      var cells = try interconnect.area(of: netlists.multiplier)
      cells += try interconnect.area(of: netlists.adder)
      cells += Double(ElementRegisters(of: spec).flipFlops) * interconnect.flipFlopArea
      cells += Double(tree.gatesOfElement) * interconnect.clockGateArea
      cells += tree.invertersOfElement * (try interconnect.area(ofCell: "INV"))
      elementSide = interconnect.side(of: cells)
    } else {
      elementSide = nil
    }
    memoryLeakagePower = try spec.memoryLeakage(technology, at: memorySupply)
  }

  /// Leakage power of the logic rail.
  public var logicLeakagePower: Power {
    Power(
      Double(spec.processingElements) * multiplier.leakagePower
        + Double(adders + vectorAdders) * adder.leakagePower)
      + Double(flipFlops) * flipFlop.leakage + Double(clockTree.inverters) * inverter.leakage
      + Double(clockTree.gates) * nand.leakage
  }

  /// One change of a wire from element to element; nil without `elementSide`.
  public var linkEnergy: Energy? {
    guard let elementSide else { return nil }
    return technology.interconnect?.signalEnergy(length: elementSide, at: logicSupply)
  }

  /// The gates, as the technology names them, of which flip-flops and clock tree are made.
  public static let gates = ["INV.Y", "NAND2.Y"]

  /// What no component counts.
  public var notCounted: [String] {
    (elementSide == nil
      ? ["wires"] : ["wires_within_elements", "wires_within_bank", "wires_to_buffers"])
      + ["clock_enables", "controller"]
      + (spec.dataflow == .outputStationary ? ["adders_while_draining"] : []) + unknown
  }

  /// Components that the technology has no figures of.
  public var unknown: [String] {
    (technology.outputStage == nil ? ["output_stage"] : [])
      + (technology.sram == nil ? ["sram", "memory_leakage"] : [])
      + (technology.dram == nil && spec.dramEnergyPerBit == nil ? ["dram"] : [])
  }

  /// Both changes a cycle of the clock's wires to the elements; nil without `elementSide`.
  private var clockWireEnergy: Energy? {
    guard let elementSide else { return nil }
    return technology.interconnect.map {
      2 * $0.clockEnergy(length: clockTree.wireLength(side: elementSide), at: logicSupply)
    }
  }

  /// The buffers whose banks have another size than those whose access energy the technology knows.
  public var extrapolatedBuffers: [Buffer] {
    spec.memories(outside: technology.sram?.access).map(\.buffer)
  }

  /// The energy of the counted work at a clock period; leakage lasts for all of its cycles.
  public func energy(of counts: AccessCounts, clockPeriod: Delay) -> EnergyBreakdown {
    let time = Double(counts.cycles) * clockPeriod
    var energy = EnergyBreakdown()
    // A change of the operand that is held is counted like one of the other.
    energy.multiplier = Energy(
      Double(counts.multiplications + counts.weightChanges) * multiplier.energyPerOperation)
    energy.accumulator = Energy(
      Double(counts.accumulations + counts.zeroPointAdditions) * adder.energyPerOperation)
    energy.registers =
      Double(counts.registerBitClocks) * flipFlop.clockEnergy
      + Double(counts.registerBitToggles) * flipFlop.toggleEnergy
    energy.interconnect = linkEnergy.map { Double(counts.linkBitToggles) * $0 }
    let clock = clockTree.transitions(of: counts)
    energy.clockTree = clock.inverters * inverter.energy + clock.nands * nand.energy
    if let clockWireEnergy { energy.clockTree += Double(counts.clockedCycles) * clockWireEnergy }
    energy.outputStage = technology.outputStage.map {
      Double(counts.corrections) * $0.correction(at: logicSupply)
        + Double(counts.requantizations) * $0.scaling(at: logicSupply)
    }
    energy.vectorUnit = Energy(Double(counts.vectorOperations) * adder.energyPerOperation)
    energy.sram = technology.sram.map { sram in
      counts.bufferAccesses(on: spec).reduce(Energy(0)) {
        $0
          + sram.access.energy(
            bits: Double($1.bits), bytes: $1.memory.bytesOfAccess, at: memorySupply)
      }
    }
    energy.logicLeakage = logicLeakagePower * time
    energy.memoryLeakage = memoryLeakagePower.map { $0 * time }
    let dramBits = Double(counts.dramBits)
    energy.dram =
      spec.dramEnergyPerBit.map { dramBits * $0 } ?? technology.dram?.energy(bits: dramBits)
    return energy
  }
}
