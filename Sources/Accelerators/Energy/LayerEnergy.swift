import Quantities
import Technology

/// What a layer's counts cost by an energy table, component by component.
///
/// DRAM's bits cost what the accelerator states, if it does, else what the table says.
///
/// With a table of operations: products at the geometric mean of both operands' widths; partial sums
/// at the accumulator's width, those of the zero points too; two 32-bit additions and a 32-bit
/// multiplication an output; whole words of buffers, each as a memory of the size of one of its banks,
/// and the accumulator bank as one memory; the vector unit's operations as additions of an activation's
/// width. Such tables know no registers and no wires.
///
/// With a table of accesses: a multiply-accumulate a product, whatever its width; registers that an
/// element reads its held operand from, or its sum from and to; words that move from element to
/// element, to be loaded and drained included; the bank as registers.
///
/// Clock, control and leakage are in no table.
public struct LayerEnergy: Hashable, Sendable {
  public enum Component: String, CaseIterable, Sendable {
    case multiplier
    case accumulator
    case registers
    case interconnect
    case weightBuffer = "weight_buffer"
    case activationBuffer = "activation_buffer"
    case outputBuffer = "output_buffer"
    case bank
    case outputStage = "output_stage"
    case vectorUnit = "vector_unit"
    case dram

    init(_ buffer: Buffer) {
      self =
        switch buffer {
        case .weight: .weightBuffer
        case .activation: .activationBuffer
        case .output: .outputBuffer
        }
    }
  }

  /// In the table's unit; components that the table does not know are not there.
  public private(set) var components: [Component: Double] = [:]
  /// Those whose width or size lies outside the table's.
  public private(set) var extrapolated: Set<Component> = []

  /// The sum, in the order of the components.
  public var total: Double { onChip + (components[.dram] ?? 0) }

  /// Of all but DRAM, which comes last.
  public var onChip: Double {
    Component.allCases.dropLast().reduce(0) { $0 + (components[$1] ?? 0) }
  }

  /// Components that the table has no numbers for.
  public var notCounted: [Component] { Component.allCases.filter { components[$0] == nil } }

  /// Of nothing.
  init() {}

  /// - Precondition: no DRAM energy of the accelerator's own with a table of ratios, which has no joules.
  public init(of estimate: LayerEstimate, on spec: AcceleratorSpec, by table: EnergyTable) {
    switch table.costs {
    case .operations(let costs): add(estimate, spec, costs)
    case .accesses(let costs):
      precondition(spec.dramEnergyPerBit == nil, "joules among ratios")
      add(estimate, spec, costs)
    }
  }

  static func += (total: inout LayerEnergy, more: LayerEnergy) {
    total.components.merge(more.components, uniquingKeysWith: +)
    total.extrapolated.formUnion(more.extrapolated)
  }

  // MARK: - Joules

  private mutating func add(
    _ estimate: LayerEstimate, _ spec: AcceleratorSpec, _ costs: EnergyTable.Operations
  ) {
    let counts = estimate.counts
    let sumBits = Double(spec.accumulator.width)
    let productBits = Double(spec.operandWidth * spec.weightWidth).squareRoot()
    count(.multiplier, counts.multiplications, costs.multiply, productBits)
    count(.accumulator, counts.accumulations + counts.zeroPointAdditions, costs.add, sumBits)
    count(.vectorUnit, counts.vectorOperations, costs.add, Double(spec.operandWidth))
    components[.outputStage] =
      Double(counts.corrections) * 2 * costs.add[32].in(.pico)
      + Double(counts.requantizations) * costs.multiply[32].in(.pico)
    let bank = BufferMemory(
      operands: spec.bankVectors * spec.columns, bits: spec.accumulator.width, ports: BufferPorts())
    var memories: [(Component, bits: Int, bytes: Double)] = [
      (.bank, counts.bankBitsRead + counts.bankBitsWritten, bank.bytesOfAccess)
    ]
    for access in counts.bufferAccesses(on: spec) {
      memories.append((Component(access.buffer), access.bits, access.memory.bytesOfAccess))
    }
    for (component, bits, bytes) in memories {
      components[component] = Double(bits) / 64 * costs.sram[bytes].in(.pico)
      if !costs.sram.covers(bytes) { extrapolated.insert(component) }
    }
    let dramBits = Double(estimate.dramBitsRead) + Double(estimate.dramBitsWritten)
    components[.dram] =
      spec.dramEnergyPerBit.map { dramBits * $0.in(.pico) } ?? dramBits / 64 * costs.dram.in(.pico)
  }

  private mutating func count(
    _ component: Component, _ operations: Int, _ law: PowerLaw, _ bits: Double
  ) {
    components[component] = Double(operations) * law[bits].in(.pico)
    if operations > 0, !law.covers(bits) { extrapolated.insert(component) }
  }

  // MARK: - Ratios

  private mutating func add(
    _ estimate: LayerEstimate, _ spec: AcceleratorSpec, _ costs: EnergyTable.Accesses
  ) {
    let counts = estimate.counts
    let moved = RegisterTraffic(of: estimate, on: spec)
    func words(_ bits: Double) -> Double { bits / Double(costs.wordBits) }
    components[.multiplier] = Double(counts.multiplications) * costs.multiplyAccumulate
    if spec.operandWidth != costs.wordBits || spec.weightWidth != costs.wordBits {
      extrapolated.insert(.multiplier)
    }
    components[.registers] = words(moved.heldBits) * costs.registerFile
    components[.interconnect] = words(moved.movedBits) * costs.interElement
    for access in counts.bufferAccesses(on: spec) {
      components[Component(access.buffer)] = words(Double(access.bits)) * costs.buffer
    }
    components[.bank] =
      words(Double(counts.bankBitsRead) + Double(counts.bankBitsWritten)) * costs.registerFile
    components[.dram] =
      words(Double(estimate.dramBitsRead) + Double(estimate.dramBitsWritten)) * costs.dram
  }
}

/// Bits that elements read where they stay, and that move from element to element.
struct RegisterTraffic {
  /// Of the operand that stays, once a product; where sums stay, each read and written.
  let heldBits: Double
  /// Of operands that pass, and of partial sums on their way down; of operands on their way to where
  /// they stay, or of sums that drain.
  let movedBits: Double

  init(of estimate: LayerEstimate, on spec: AcceleratorSpec) {
    let counts = estimate.counts
    let products = Double(counts.multiplications)
    let (rows, sumBits) = (Double(spec.rows), Double(spec.accumulator.width))
    let (activation, weight) = (Double(spec.operandWidth), Double(spec.weightWidth))
    switch spec.dataflow {
    case .weightStationary, .inputStationary:
      let isWeight = spec.dataflow == .weightStationary
      let (held, moving) = isWeight ? (weight, activation) : (activation, weight)
      heldBits = products * held
      movedBits =
        products * moving + Double(counts.bankBitsWritten) * rows
        + Double(counts.heldLoads) * rows * held
    case .outputStationary:
      let shape = estimate.layer.shape
      let folds = estimate.isOnArray ? AnalyticalModel.ceiling(shape.m, spec.rows) : 0
      let drained = Double(folds * estimate.layer.repetitions) * Double(shape.n) * rows * rows
      heldBits = 2 * products * sumBits
      movedBits = products * (activation + weight) + drained * sumBits
    }
  }
}
