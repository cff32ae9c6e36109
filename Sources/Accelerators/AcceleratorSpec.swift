import Files
import Quantities
import QuantizedNetworks
import TableArithmetic

/// How operands move through the array.
public enum Dataflow: String, CaseIterable, Sendable {
  case weightStationary = "weight_stationary"
}

/// How the clock period is chosen.
public enum ClockPolicy: String, CaseIterable, Sendable, Codable {
  /// The period of the nominal supply at every supply: voltage overscaling.
  case fixed
  /// The period follows the supply: near-threshold operation.
  case track
}

/// An accelerator: a processing-element array, its accumulator bank, buffers and clock.
public struct AcceleratorSpec: Sendable, Hashable {
  public let name: String
  /// Processing elements: `rows` along the sum, `columns` along the outputs.
  public let rows: Int
  public let columns: Int
  public let dataflow: Dataflow
  public let encoding: OperandEncoding
  /// Operand width in bits.
  public let operandWidth: Int
  public let accumulator: AccumulatorSpec
  /// How many vectors of partial sums the accumulator bank below the array holds.
  public let bankVectors: Int
  /// Buffer sizes in words of `operandWidth` bits. The activation buffer has two halves of so many
  /// words: a layer reads one and writes the other.
  public let weightBufferWords: Int
  public let activationBufferWords: Int
  /// The clock period over the longest path of the typical die; at least 1.
  public let guardBand: Double
  /// The supply whose period a fixed clock keeps.
  public let nominalSupply: Voltage

  public var processingElements: Int { rows * columns }

  public init(
    name: String, rows: Int, columns: Int, dataflow: Dataflow = .weightStationary,
    encoding: OperandEncoding = .offset, operandWidth: Int = 8, accumulator: AccumulatorSpec,
    bankVectors: Int, weightBufferWords: Int, activationBufferWords: Int, guardBand: Double,
    nominalSupply: Voltage
  ) {
    precondition(rows > 0 && columns > 0 && bankVectors > 0, "an array needs elements and a bank")
    precondition(guardBand >= 1 && operandWidth == 8, "guard band below 1, or width other than 8")
    self.name = name
    self.rows = rows
    self.columns = columns
    self.dataflow = dataflow
    self.encoding = encoding
    self.operandWidth = operandWidth
    self.accumulator = accumulator
    self.bankVectors = bankVectors
    self.weightBufferWords = weightBufferWords
    self.activationBufferWords = activationBufferWords
    self.guardBand = guardBand
    self.nominalSupply = nominalSupply
  }

  /// Reads an accelerator's YAML file; `Documentation/FileFormats.md` lists the keys.
  ///
  /// - Throws: `InputError` at the place of what is missing, unknown or out of range.
  public init(contentsOf path: String) throws {
    let keys = [
      "name", "array", "dataflow", "operands", "accumulator", "accumulator_bank", "buffers",
      "clock",
    ]
    let top = try StrictYAML(contentsOf: path).record(keys)
    let operands = try top["operands"].record(["width_bits", "encoding"])
    let encoding: OperandEncoding = try operands["encoding"].choice()
    guard encoding == .offset else {
      throw InputError(
        .badData, at: try operands["encoding"].location,
        "the array multiplies offset words: write encoding: offset")
    }
    let array = try top["array"].record(["rows", "columns"])
    let accumulator = try top["accumulator"].record(["width_bits", "overflow"])
    let bank = try top["accumulator_bank"].record(["vectors"])
    let buffers = try top["buffers"].record(["weight_words", "activation_words"])
    let clock = try top["clock"].record(["guard_band", "nominal_supply"])
    self.init(
      name: try top["name"].text(), rows: try array["rows"].integer(in: 1...256),
      columns: try array["columns"].integer(in: 1...256),
      dataflow: try top["dataflow"].choice(),
      encoding: encoding,
      operandWidth: try operands["width_bits"].integer(in: 8...8),
      accumulator: AccumulatorSpec(
        width: try accumulator["width_bits"].integer(in: 17...32),
        overflow: try accumulator["overflow"].choice()),
      bankVectors: try bank["vectors"].integer(in: 1...65_536),
      weightBufferWords: try buffers["weight_words"].integer(in: 1...(1 << 24)),
      activationBufferWords: try buffers["activation_words"].integer(in: 1...(1 << 24)),
      guardBand: try clock["guard_band"].number(in: 1...10),
      nominalSupply: try clock["nominal_supply"].quantity(in: Voltage(0.1)...Voltage(5)))
  }
}
