import Accelerators
import Files
import HardwareExport
import Netlists
import Quantities
import QuantizedNetworks
import Randomness
import TableArithmetic
import TestSupport

/// A small array with a multiplier and a product on it, drawn at random.
struct SampleExport {
  let spec: AcceleratorSpec
  let multiplier: ExportedMultiplier
  let words: MatrixWords

  /// - Parameters:
  ///   - multiplier: nil for the exact operator, of words of any widths.
  ///   - accumulatorBits: nil for more or fewer than a product's.
  init(
    _ dataflow: Dataflow, _ encoding: OperandEncoding, overflow: AccumulatorOverflow,
    rows: Int? = nil, columns: Int? = nil, multiplier: ExportedMultiplier? = nil,
    accumulatorBits: Int? = nil,
    from stream: inout RandomStream
  ) throws {
    self.multiplier =
      multiplier
      ?? ExportedMultiplier(
        exact: encoding, activationBits: Int.random(in: 2...8, using: &stream),
        weightBits: Int.random(in: 2...8, using: &stream))
    let product = self.multiplier.activationBits + self.multiplier.weightBits
    // Narrow accumulators overflow: those must be right, too.
    let width = max(8, product + [-1, 1, 2, 16][Int.random(in: 0..<4, using: &stream)])
    spec = AcceleratorSpec(
      name: "test", rows: rows ?? Int.random(in: 1...5, using: &stream),
      columns: columns ?? Int.random(in: 1...5, using: &stream), dataflow: dataflow,
      encoding: encoding, operandWidth: self.multiplier.activationBits,
      weightWidth: self.multiplier.weightBits,
      pipelineRegisters: [0, 0, 1, 3][Int.random(in: 0..<4, using: &stream)],
      accumulator: AccumulatorSpec(
        width: accumulatorBits ?? min(product > 16 ? 48 : 32, width), overflow: overflow),
      bankVectors: Int.random(in: 1...7, using: &stream), weightBufferWords: 4096,
      activationBufferWords: 4096, guardBand: 1.1, nominalSupply: Voltage(1))
    let shape = MatrixShape(
      m: Int.random(in: 1...12, using: &stream), k: Int.random(in: 1...14, using: &stream),
      n: Int.random(in: 1...12, using: &stream))
    func random(_ count: Int, bits: Int) -> [UInt16] {
      (0..<count).map { _ in UInt16(stream.nextWord() >> UInt32(32 - bits)) }
    }
    words = MatrixWords(
      shape: shape,
      activations: random(shape.m * shape.k, bits: self.multiplier.activationBits),
      weights: random(shape.k * shape.n, bits: self.multiplier.weightBits), origin: "a test")
  }

  var exported: ExportedArray {
    get throws {
      try ExportedArray(spec, multiplier: multiplier, words: words, provenance: ["A test."])
    }
  }

  var description: String {
    let shape = words.shape
    return "\(spec), \(shape.m)x\(shape.k)x\(shape.n), \(multiplier.name)"
  }
}

/// Multipliers for words of 8 bits, or of others.
enum SampleMultiplier: String, CaseIterable {
  /// Verilog's operator.
  case exactOperator
  /// Netlists: an exact one, and approximate ones.
  case exactNetlist
  case approximate
  /// One whose product of zeros is not 0.
  case zeroGivesProduct

  /// Nil where there is no such multiplier for the words.
  func multiplier(
    _ encoding: OperandEncoding, activationBits: Int = 8, weightBits: Int = 8
  ) throws -> ExportedMultiplier? {
    let isSigned = encoding == .twosComplement
    let sign = encoding == .signMagnitude ? 1 : 0
    let shape = MultiplierShape(
      width: activationBits - sign, widthB: weightBits - sign, isSigned: isSigned)
    let family: MultiplierFamily
    switch self {
    case .exactOperator:
      return ExportedMultiplier(
        exact: encoding, activationBits: activationBits, weightBits: weightBits)
    case .exactNetlist: family = try .named(isSigned ? "exact_booth" : "exact_dadda", shape)
    case .approximate:
      // Its operands have different roles.
      family =
        isSigned
        ? try .named("r4abm2", parameters: ["columns": 8], shape)
        : try .named("broken_array", parameters: ["vertical": 5, "horizontal": 2], shape)
    case .zeroGivesProduct:
      guard !isSigned else { return nil }
      family = try .named("truncated", parameters: ["columns": 6, "compensated": 1], shape)
    }
    return try ExportedMultiplier(
      family.netlist(shape), file: family.moduleName(shape), library: GeneratorCells.library,
      sign: isSigned ? .signed : .unsigned, encoding: encoding, activationBits: activationBits,
      weightBits: weightBits)
  }
}
