import Files
import Quantities
import QuantizedNetworks
import TableArithmetic

/// How the clock period is chosen.
public enum ClockPolicy: String, CaseIterable, Sendable, Codable {
  /// The period of the nominal supply at every supply: voltage overscaling.
  case fixed
  /// The period follows the supply: near-threshold operation.
  case track
}

/// An accelerator: a processing-element array, its accumulator bank, buffers, DRAM and clock.
public struct AcceleratorSpec: Sendable, Hashable {
  public let name: String
  /// Processing elements; `Dataflow` says what lies along the rows and the columns.
  public let rows: Int
  public let columns: Int
  public let dataflow: Dataflow
  public let encoding: OperandEncoding
  /// Widths of activations and of weights, in bits: 2 to 16. Networks have values up to 8.
  public let operandWidth: Int
  public let weightWidth: Int
  /// Registers of a product between multiplier and adder, beside its product register: 0 to 8.
  public let pipelineRegisters: Int
  public let accumulator: AccumulatorSpec
  /// The file of the accumulators' adder; nil: a Kogge-Stone adder of the accumulator's width.
  public let accumulatorNetlist: String?
  /// How many vectors of partial sums the accumulator bank below the array holds.
  public let bankVectors: Int
  /// Words that the vector unit beside the array takes in a cycle: for pooling and residual additions;
  /// nil: these are not counted.
  public let vectorLanes: Int?
  /// Buffer sizes in words: of `weightWidth` bits, and of `operandWidth` bits. A layer reads
  /// activations from one buffer and writes them to the other, the output buffer.
  public let weightBufferWords: Int
  public let activationBufferWords: Int
  public var outputBufferWords: Int { statedOutputBufferWords ?? activationBufferWords }
  /// Nil: as many as the activation buffer's, whatever they are.
  let statedOutputBufferWords: Int?
  /// How many accesses the buffers serve in a cycle.
  public let ports: Ports
  /// Whether a fold's transfers may overlap the fold before, where two folds' operands fit.
  public let isDoubleBuffered: Bool
  /// What DRAM moves in a cycle, reads and writes together; nil: as much as is asked for.
  public let dramBitsPerCycle: Int?
  /// What a bit costs that DRAM sends or takes; nil: what the technology or an energy table says.
  public let dramEnergyPerBit: Energy?
  /// The clock period over the longest path of the typical die; at least 1.
  public let guardBand: Double
  /// The supply whose period a fixed clock keeps.
  public let nominalSupply: Voltage
  /// What a simulation is done with unless its options say otherwise: sweeps have axes for it.
  public let operation: Operation

  /// Supplies, clock and energies of a simulation; what is nil is not stated.
  public struct Operation: Sendable, Hashable {
    public var logicSupply: Voltage?
    /// That of the logic unless stated.
    public var memorySupply: Voltage?
    public var clock: ClockPolicy?
    /// An energy table's name or file.
    public var energyTable: String?
    /// The elements' multiplier; nil: the exact one.
    public var multiplier: MultiplierChoice?

    public init() {}
  }

  /// A multiplier by its netlist's file, or by its family's name with parameters.
  public struct MultiplierChoice: Sendable, Hashable, CustomStringConvertible {
    public let name: String
    /// Of a family, as `--set` takes them: `k=6`.
    public let settings: [String]
    /// Where a file names it, for messages; nil: an option does. Choices are equal wherever they stand.
    public let location: SourceLocation?

    public var description: String { ([name] + settings).joined(separator: " ") }

    public static func == (left: MultiplierChoice, right: MultiplierChoice) -> Bool {
      left.name == right.name && left.settings == right.settings
    }

    public func hash(into hasher: inout Hasher) {
      hasher.combine(name)
      hasher.combine(settings)
    }

    /// The name of products without a netlist.
    public static let exact = "exact"

    public init(name: String, settings: [String], at location: SourceLocation? = nil) {
      (self.name, self.settings, self.location) = (name, settings, location)
    }
  }

  public var processingElements: Int { rows * columns }
  /// Whether an operand has more than 8 bits, so that products have no table.
  public var hasWideWords: Bool { max(operandWidth, weightWidth) > 8 }
  /// The width of a product register: both operands' bits.
  public var productWidth: Int { operandWidth + weightWidth }

  /// Why the accumulator does not go with the words, if it does not.
  public var accumulatorProblem: String? {
    guard !hasWideWords, accumulator.width > Limits.accumulatorOfBytes.upperBound else {
      return nil
    }
    return
      "accumulators of \(accumulator.width) bits are for words of more than 8 bits: with those of "
      + "\(operandWidth) and \(weightWidth) bits they have at most "
      + "\(Limits.accumulatorOfBytes.upperBound)"
  }

  /// Why fields make no sense together, if they do not.
  public var contradiction: String? { accumulatorProblem ?? portsProblem }

  /// - Parameters:
  ///   - weightWidth: as `operandWidth` unless given.
  ///   - outputBufferWords: as `activationBufferWords` unless given.
  public init(
    name: String, rows: Int, columns: Int, dataflow: Dataflow = .weightStationary,
    encoding: OperandEncoding = .offset, operandWidth: Int = 8, weightWidth: Int? = nil,
    pipelineRegisters: Int = 0, accumulator: AccumulatorSpec, accumulatorNetlist: String? = nil,
    vectorLanes: Int? = nil, bankVectors: Int, weightBufferWords: Int,
    activationBufferWords: Int, outputBufferWords: Int? = nil, ports: Ports = Ports(),
    isDoubleBuffered: Bool = true, dramBitsPerCycle: Int? = nil,
    dramEnergyPerBit: Energy? = nil, guardBand: Double, nominalSupply: Voltage,
    operation: Operation = Operation()
  ) {
    precondition(rows > 0 && columns > 0 && bankVectors > 0, "an array needs elements and a bank")
    precondition((0...8).contains(pipelineRegisters), "pipeline registers outside 0…8")
    precondition(guardBand >= 1, "guard band below 1")
    let weightWidth = weightWidth ?? operandWidth
    precondition(
      (2...16).contains(operandWidth) && (2...16).contains(weightWidth), "width outside 2…16")
    precondition(vectorLanes.map { $0 > 0 } ?? true, "a vector unit without lanes")
    precondition(dramBitsPerCycle.map { $0 > 0 } ?? true, "DRAM without bandwidth")
    precondition(dramEnergyPerBit.map { $0.value >= 0 } ?? true, "DRAM that gives energy")
    self.name = name
    self.rows = rows
    self.columns = columns
    self.dataflow = dataflow
    self.encoding = encoding
    self.operandWidth = operandWidth
    self.weightWidth = weightWidth
    self.pipelineRegisters = pipelineRegisters
    self.accumulator = accumulator
    self.accumulatorNetlist = accumulatorNetlist
    self.bankVectors = bankVectors
    self.vectorLanes = vectorLanes
    self.weightBufferWords = weightBufferWords
    self.activationBufferWords = activationBufferWords
    statedOutputBufferWords = outputBufferWords
    self.ports = ports
    self.isDoubleBuffered = isDoubleBuffered
    self.dramBitsPerCycle = dramBitsPerCycle
    self.dramEnergyPerBit = dramEnergyPerBit
    self.guardBand = guardBand
    self.nominalSupply = nominalSupply
    self.operation = operation
  }
}
