import Files
import ModelFiles
import QuantizedNetworks
import TestSupport
import Testing

@Suite("Quantization files") struct QuantizationFileTests {
  private static let ranges = ActivationRanges(
    input: 0...1, outputs: [1: 0...4.4321, 3: -0.1...3e-7, 12: 0...0])

  /// The line of inputs, and one of given scales behind it.
  private static func given(_ scales: String, _ zeros: String, _ integers: String) -> String {
    "input: [0.0, 1.0]\ngiven:\n  input: "
      + "{scales: \(scales), zero_points: \(zeros), integers: \(integers)}"
  }

  private func read(_ text: String) throws -> QuantizationFile? {
    let folder = try TemporaryFolder()
    _ = try folder.write(text, to: QuantizationFile.name)
    return try QuantizationFile(folder: folder.path)
  }

  @Test(
    "every quantization comes back from its text",
    arguments: [
      QuantizationSpec(),
      QuantizationSpec(
        encoding: .twosComplement, weightBits: 3, activationBits: 5, weightGranularity: .channel,
        weightScheme: .offset, weightRange: .percentile(99.95), activationRange: .leastSquares),
      QuantizationSpec(encoding: .signMagnitude, weightRange: .clipping(0.3)),
    ])
  func roundTrip(spec: QuantizationSpec) throws {
    let file = QuantizationFile(
      spec: spec, ranges: Self.ranges, origin: ["dataset": "it's", "examples": "20"])
    #expect(try read(file.text) == file)
    #expect(try QuantizationFile(folder: "/none") == nil)
  }

  @Test("one comes back from its text, whatever its origin is called")
  func origins() throws {
    let names = [
      "a &b *b.onnx", "? x", "new\nline", "\u{FEFF}\u{1}\u{FFFF}", "- x: y #c", "'", "\"", "",
    ]
    let file = QuantizationFile(
      spec: QuantizationSpec(), ranges: Self.ranges,
      origin: Dictionary(names.map { ($0, $0) }, uniquingKeysWith: { $1 }))
    #expect(try read(file.text) == file)
  }

  @Test("the smallest and the largest numbers of single precision come back from their text")
  func extremes() throws {
    let (least, most) = (Float.leastNonzeroMagnitude, Float.greatestFiniteMagnitude)
    var given = GivenQuantization()
    given.input = GivenQuantization.Scales(scales: [most], zeroPoints: [0], integers: 0...255)
    given.weights[0] = GivenQuantization.Scales(
      scales: [least, most], zeroPoints: [0, 0], integers: 0...255)
    let file = QuantizationFile(
      spec: QuantizationSpec(),
      ranges: ActivationRanges(input: -most...most, outputs: [1: 0...least]),
      origin: [:], given: given)
    #expect(try read(file.text) == file)
  }

  @Test(
    "what is wrong in one is said at its place",
    arguments: [
      ("encoding: offset", "encoding: ofset", ":1:11: error: 'ofset' is not known here"),
      ("weight_bits: 8", "weight_bits: 9", ":2:14: error: 9 is outside 2 … 8"),
      ("encoding: offset", "encoding: sign_magnitude", ":1:11: error: sign_magnitude words are"),
      ("weight_range: maximum", "weight_range: clipping=0", ":7:15: error: 'clipping=0' is not"),
      ("input: [0.0, 1.0]", "input: [1, 0]", ":10:8: error: a range is two numbers"),
      ("input: [0.0, 1.0]", "input: [0, inf]", ":10:12: error: 'inf' is not a number"),
      ("  1: [", "  x: [", ":12:3: error: 'x' is not the number of a layer"),
      (
        "input: [0.0, 1.0]", Self.given("[0.5, 1]", "[0]", "[0, 255]"),
        ":12:19: error: activations have one scale: 2"
      ),
      ("input: [0.0, 1.0]", Self.given("[0.5]", "[3]", "[4, 255]"), ":12:40: error: 3 is outside"),
      (
        "input: [0.0, 1.0]", Self.given("[0.5]", "[3]", "[0, 256]"), ":12:58: error: 256 is outside"
      ),
      ("input: [0.0, 1.0]", Self.given("[0]", "[3]", "[0, 255]"), ":12:20: error: 0 is outside"),
      ("input: [0.0, 1.0]", Self.given("[1]", "[]", "[0, 255]"), ":12:37: error: 0 zero points"),
      (
        "input: [0.0, 1.0]", "input: [0, 3.5e38]",
        ":10:12: error: 3.5e38 is outside -3.4028235e+38 … 3.4028235e+38"
      ),
      ("origin: {}", "other: {}", ":9:1: error: unknown key 'other'"),
    ])
  func refused(old: String, new: String, message: String) throws {
    let text = QuantizationFile(spec: QuantizationSpec(), ranges: Self.ranges, origin: [:]).text
    #expect(text.contains(old))
    do {
      _ = try read(text.replacing(old, with: new))
      Issue.record("'\(new)' was read")
    } catch {
      #expect("\(error)".contains(message), "\(error)")
    }
  }
}
