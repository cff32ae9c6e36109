import Accelerators
import Characterization
import ErrorTables
import Files
import Netlists
import QuantizedNetworks

extension EvaluationInputs {
  /// A multiplier and the words that it multiplies, under a name of its own.
  public struct Multiplier: Sendable {
    /// The source's name; with `_sm` behind it for sign-magnitude words.
    public let name: String
    let element: ElementMultiplier
    /// The gates of an element.
    public var netlist: Netlist { element.netlist }
    /// Of the multiplier's own operands.
    public let products: ProductTable
    /// The products of stored words.
    public let table: EncodedMultiplier
    /// What these products are, for the identities of trained networks.
    let productsIdentity: JSONValue
    /// The file's path and hash, or those of a generated text.
    public let file: FileDigest
    /// How networks are quantized for it: as many bits as its operands take, ranges by the largest
    /// value.
    public let quantization: QuantizationSpec
    /// The accelerator, with registers and buffers for these words.
    public let accelerator: AcceleratorSpec

    /// For messages.
    fileprivate var words: String {
      "words of \(quantization.activationBits) and \(quantization.weightBits) bits, encoding "
        + quantization.encoding.rawValue
    }

    /// What results that rest on this multiplier are stored under.
    public var identity: String {
      let encoding = quantization.encoding
      return "\(file.path) \(file.digest)"
        + (encoding == .offset ? "" : " \(encoding.rawValue)")
    }

    /// Whether arrays whose elements are simulated take its words: those without signs.
    public var hasPlainWords: Bool { quantization.encoding == .offset }

    /// Whether error tables of a folder, and masks of words, take its words.
    public var hasPlainBytes: Bool {
      hasPlainWords && products.widthA == 8 && products.widthB == 8
    }

    /// Reads a source and simulates all its products.
    ///
    /// - Throws: `InputError` at the place of what is wrong in its file, and if it cannot serve the
    ///   encoding.
    init(
      _ source: MultiplierSource, encoding: OperandEncoding, library: CellLibrary,
      accelerator: AcceleratorSpec
    ) throws {
      let path = source.label
      let place = SourceLocation(file: path)
      let netlist: Netlist
      (netlist, file) = try source.netlist(library: library)
      let ports = try MultiplierPorts(binding: netlist, file: path)
      try ports.checkFitsTable(file: path)
      let widths = [ports.operandA, ports.operandB, ports.product].map(\.bits.count)
      guard widths[0] <= 8, widths[1] <= 8, widths[2] == widths[0] + widths[1] else {
        throw InputError(
          .badData, at: place,
          "has operands of \(widths[0]) and \(widths[1]) bits and a product of \(widths[2]); the "
            + "array takes up to 8×8 bits and a product of as many as both operands")
      }
      guard netlist.inputs == [ports.operandA, ports.operandB] else {
        throw InputError(
          .badData, at: place,
          "declares operand '\(ports.operandB.name)' first: declare the activation, "
            + "'\(ports.operandA.name)', before the weight")
      }
      products = ProductTable(
        simulating: netlist, operandA: ports.operandA, operandB: ports.operandB,
        product: ports.product)
      // The sign of a sign-magnitude word does not pass through the multiplier.
      let sign = encoding == .signMagnitude ? 1 : 0
      let (activationBits, weightBits) = (min(8, widths[0] + sign), min(8, widths[1] + sign))
      guard min(activationBits, weightBits) >= OperandEncoding.bits.lowerBound else {
        throw InputError(
          .badData, at: place, "has an operand of one bit, for words of 2 to 8 bits")
      }
      quantization = QuantizationSpec(
        encoding: encoding, weightBits: weightBits, activationBits: activationBits)
      var words = AcceleratorSpec.Overrides()
      (words.encoding, words.operandWidth, words.weightWidth) = (
        encoding, activationBits, weightBits
      )
      self.accelerator = accelerator.overriding(words)
      do throws(EncodedMultiplier.Mismatch) {
        table = try EncodedMultiplier(
          table: products, signs: .unsigned, encoding: encoding, activationBits: activationBits,
          weightBits: weightBits)
      } catch {
        throw InputError(.badData, at: place, error.reason)
      }
      productsIdentity = table.identity
      element = try ElementMultiplier(
        netlist, ports: ports, encoding: encoding, activationBits: activationBits,
        weightBits: weightBits, zeroHasProduct: table.zeroHasProduct, cells: library, file: path)
      try element.netlist.checkIsTimed(file: path)
      name = source.name + (encoding == .signMagnitude ? "_sm" : "")
    }
  }

  /// Every source with every encoding, the encodings innermost.
  ///
  /// - Throws: `InputError` 65 at what cannot be read or does not go together.
  static func multipliers(
    _ setup: EvaluationSetup, library: CellLibrary, accelerator: AcceleratorSpec
  ) throws -> [Multiplier] {
    let multipliers = try setup.multipliers.flatMap { source in
      try setup.encodings.map {
        try Multiplier(source, encoding: $0, library: library, accelerator: accelerator)
      }
    }
    let names = multipliers.map(\.name)
    if let twice = names.indices.first(where: { names[..<$0].contains(names[$0]) }) {
      throw InputError(
        .badData, at: SourceLocation(file: multipliers[twice].file.path),
        "has the name of another multiplier of the sweep, by which reports tell them apart: rename "
          + "it")
    }
    if let other = multipliers.first(where: { !$0.hasPlainWords }) {
      let place = SourceLocation(file: other.file.path)
      let timing = setup.timingErrors
      guard timing.fidelity == .statistical else {
        throw InputError(
          .badData, at: place,
          "has \(other.words): fidelity \(timing.fidelity.rawValue) takes offset words; set "
            + "timing_errors to fidelity statistical")
      }
      guard timing.training == .statistical else {
        throw InputError(
          .badData, at: place,
          "has \(other.words): training by transition tables takes offset words; set "
            + "timing_errors to training statistical")
      }
    }
    if let other = multipliers.first(where: { !$0.hasPlainBytes }), setup.memory.masksWords {
      throw InputError(
        .badData, at: SourceLocation(file: other.file.path),
        "has \(other.words): bit_masking and word_masking take 8 bits in offset words; choose a "
          + "code or none")
    }
    return multipliers
  }

  /// The distinct quantizations of the multipliers, in their order.
  var quantizations: [QuantizationSpec] {
    var seen: Set<QuantizationSpec> = []
    return multipliers.map(\.quantization).filter { seen.insert($0).inserted }
  }
}
