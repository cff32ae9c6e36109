import Accelerators
import ArgumentParser
import Files
import HardwareExport
import QuantizedNetworks
import TableArithmetic

/// What a command changes of an accelerator's array.
struct ExportDesignOptions: ParsableArguments {
  @Option(help: "Rows of processing elements (default: the file's; so for those below).")
  var rows: Int?

  @Option(help: "Columns.")
  var columns: Int?

  @Option(help: "weight_stationary, input_stationary or output_stationary.")
  var dataflow: ArrayDesign.Dataflow?

  @Option(help: "Vectors of partial sums that the accumulator bank holds.")
  var bankVectors: Int?

  @Option(help: "Bits of an accumulator, 8 to 32.")
  var accumulatorBits: Int?

  @Option(help: "What an accumulator does at its limit: wrap or saturate.")
  var overflow: AccumulatorOverflow?

  @Option(help: "Words: offset, twos_complement or sign_magnitude.")
  var encoding: OperandEncoding?

  @Option(help: "Bits of a word, 2 to 8.")
  var operandBits: Int?

  func validate() throws {
    guard (8...32).contains(accumulatorBits ?? 8) else {
      throw ValidationError("--accumulator-bits must be 8 to 32.")
    }
    guard OperandEncoding.bits.contains(operandBits ?? 8) else {
      throw ValidationError("--operand-bits must be 2 to 8.")
    }
  }

  /// Whether a word's form is given.
  var namesWords: Bool { encoding != nil || operandBits != nil }

  /// - Throws: `InputError` 64 if a size is out of range.
  func design(_ spec: AcceleratorSpec) throws -> ArrayDesign {
    let own = ArrayDesign.Dataflow(rawValue: spec.dataflow.rawValue)
    guard let flow = dataflow ?? own else {
      throw InputError(
        .internalError, "the dataflow \(spec.dataflow.rawValue) is not exported; please report this"
      )
    }
    return try ArrayDesign(
      rows: rows ?? spec.rows, columns: columns ?? spec.columns, dataflow: flow,
      bankVectors: bankVectors ?? spec.bankVectors,
      accumulator: AccumulatorSpec(
        width: accumulatorBits ?? spec.accumulator.width,
        overflow: overflow ?? spec.accumulator.overflow))
  }
}

extension ArrayDesign.Dataflow: ExpressibleByArgument {}
extension AccumulatorOverflow: ExpressibleByArgument {}
