import Quantities
import QuantizedNetworks
import TableArithmetic

extension AcceleratorSpec {
  /// Fields that take another value than the file's; of those that a file may leave out, a value of nil
  /// takes away what it states.
  public struct Overrides: Sendable {
    public var rows: Int?
    public var columns: Int?
    public var dataflow: Dataflow?
    public var encoding: OperandEncoding?
    public var operandWidth: Int?
    public var weightWidth: Int?
    public var pipelineRegisters: Int?
    public var accumulatorWidth: Int?
    public var overflow: AccumulatorOverflow?
    public var accumulatorNetlist: String??
    public var bankVectors: Int?
    public var vectorLanes: Int??
    public var weightBufferWords: Int?
    public var activationBufferWords: Int?
    public var outputBufferWords: Int?
    public var ports = Ports()
    /// Buffers that lose the file's banks, and with them ports and words, before `ports` states others.
    public var unlimitedBuffers: [WritableKeyPath<Ports, BufferPorts> & Sendable] = []
    public var isDoubleBuffered: Bool?
    public var dramBitsPerCycle: Int??
    public var dramEnergyPerBit: Energy??
    public var guardBand: Double?
    public var nominalSupply: Voltage?
    public var operation = Operation.Overrides()

    public init(bankVectors: Int? = nil) { self.bankVectors = bankVectors }
  }

  /// The spec with some fields replaced.
  ///
  /// - Precondition: as for `init`.
  public func overriding(_ other: Overrides) -> AcceleratorSpec {
    var ports = ports
    for buffer in other.unlimitedBuffers {
      ports[keyPath: buffer] = BufferPorts()
    }
    return AcceleratorSpec(
      name: name, rows: other.rows ?? rows, columns: other.columns ?? columns,
      dataflow: other.dataflow ?? dataflow, encoding: other.encoding ?? encoding,
      operandWidth: other.operandWidth ?? operandWidth,
      weightWidth: other.weightWidth ?? weightWidth,
      pipelineRegisters: other.pipelineRegisters ?? pipelineRegisters,
      accumulator: AccumulatorSpec(
        width: other.accumulatorWidth ?? accumulator.width,
        overflow: other.overflow ?? accumulator.overflow),
      accumulatorNetlist: other.accumulatorNetlist ?? accumulatorNetlist,
      vectorLanes: other.vectorLanes ?? vectorLanes,
      bankVectors: other.bankVectors ?? bankVectors,
      weightBufferWords: other.weightBufferWords ?? weightBufferWords,
      activationBufferWords: other.activationBufferWords ?? activationBufferWords,
      outputBufferWords: other.outputBufferWords ?? statedOutputBufferWords,
      ports: ports.overriding(other.ports),
      isDoubleBuffered: other.isDoubleBuffered ?? isDoubleBuffered,
      dramBitsPerCycle: other.dramBitsPerCycle ?? dramBitsPerCycle,
      dramEnergyPerBit: other.dramEnergyPerBit ?? dramEnergyPerBit,
      guardBand: other.guardBand ?? guardBand,
      nominalSupply: other.nominalSupply ?? nominalSupply,
      operation: operation.overriding(other.operation))
  }
}

extension AcceleratorSpec.Operation {
  /// Fields that take another value; a value of nil takes away what the file states.
  public struct Overrides: Sendable {
    public var logicSupply: Voltage??
    public var memorySupply: Voltage??
    public var clock: ClockPolicy?
    public var energyTable: String??
    public var multiplier: AcceleratorSpec.MultiplierChoice??

    public init() {}
  }

  /// The same with some fields replaced.
  func overriding(_ other: Overrides) -> AcceleratorSpec.Operation {
    var result = self
    result.logicSupply = other.logicSupply ?? logicSupply
    result.memorySupply = other.memorySupply ?? memorySupply
    result.clock = other.clock ?? clock
    result.energyTable = other.energyTable ?? energyTable
    result.multiplier = other.multiplier ?? multiplier
    return result
  }
}
