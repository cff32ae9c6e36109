import Files
import ModelFiles
import QuantizedNetworks
import TestSupport
import Testing

@Suite("Quantization files") struct QuantizationFileTests {
  private static let ranges = ActivationRanges(
    input: 0...1, outputs: [1: 0...4.4321, 3: -0.1...3e-7, 12: 0...0])

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

  private static let given: QuantizationFile = {
    var given = GivenQuantizations()
    given.input = AffineQuantization(scale: 0.1, zeroPoint: 3, minimum: 0, maximum: 15)
    given.outputs[3] = AffineQuantization(scale: 1e-30, zeroPoint: 0, minimum: 0, maximum: 255)
    given.weights["layers.0.weight"] = [0.25, Double(Float(0.3))].map {
      AffineQuantization(scale: $0, zeroPoint: 128, minimum: 1, maximum: 255)
    }
    return QuantizationFile(
      spec: QuantizationSpec(), ranges: ActivationRanges(outputs: [:], given: given), origin: [:])
  }()

  @Test("given quantizations come back from the text, and a text without any has no key for them")
  func given() throws {
    #expect(try read(Self.given.text) == Self.given)
    #expect(
      !QuantizationFile(spec: QuantizationSpec(), ranges: Self.ranges, origin: [:]).text.contains(
        "given"))
  }

  @Test(
    "what is wrong in a given quantization is said at its place",
    arguments: [
      ("integers: [0, 15]", "integers: [0, 256]", "13:58: error: 256 is outside 0 … 255"),
      ("integers: [0, 15]", "integers: [15, 0]", "the integers are two numbers, the lower one"),
      ("zero_points: [3]", "zero_points: [16]", "error: 16 is outside 0 … 15"),
      ("zero_points: [3]", "zero_points: [3, 3]", "as many zero points are needed as scales"),
      ("zero_points: [128, 128]", "zero_points: [128]", "as many zero points are needed as scales"),
      ("scales: [0.1]", "scales: [0]", "error: 0.0 is outside"),
      ("scales: [0.1], zero_points: [3]", "scales: [1, 1], zero_points: [3, 3]", "have one scale"),
      ("    layers.0.weight: {", "    'a b': {", "'a b' is not a parameter's name"),
      ("    3: {", "    -3: {", "'-3' is not the number of a layer"),
    ])
  func givenRefused(old: String, new: String, message: String) throws {
    #expect(Self.given.text.contains(old))
    do {
      _ = try read(Self.given.text.replacing(old, with: new))
      Issue.record("'\(new)' was read")
    } catch {
      #expect("\(error)".contains(message), "\(error)")
    }
  }
}
