import ArgumentParser
import Files
import QuantizedNetworks

/// How a command quantizes a network.
struct QuantizationOptions: ParsableArguments {
  @Option(help: "Words: offset (default), twos_complement or sign_magnitude.")
  var encoding: OperandEncoding?

  @Option(help: "Bits of a weight, 2 to 8 (default: 8).")
  var weightBits: Int?

  @Option(help: "Bits of an activation, 2 to 8 (default: 8).")
  var activationBits: Int?

  @Option(help: "Weights that share a scale: layer (default) or channel.")
  var weightGranularity: QuantizationSpec.Granularity?

  @Option(help: "Where zero lies among the weights' integers: symmetric (default) or offset.")
  var weightScheme: QuantizationScheme?

  @Option(
    help: "The same of activations (default: offset, or symmetric with sign_magnitude).")
  var activationScheme: QuantizationScheme?

  @Option(
    help: """
      Range of weights: maximum (default), least_squares, percentile=99.9 or clipping=0.5.
      """)
  var weightRange: RangeRule?

  @Option(help: "Range of activations, of the same kinds (default: maximum).")
  var activationRange: RangeRule?

  @Option(
    help: """
      Training examples that ranges of activations are measured on (default: 2,000; in training \
      4,096).
      """)
  var calibration: Int?

  func validate() throws {
    for (name, bits) in [("--weight-bits", weightBits), ("--activation-bits", activationBits)]
    where !OperandEncoding.bits.contains(bits ?? 8) {
      throw ValidationError("\(name) must be 2 to 8.")
    }
    guard examples >= 1 else { throw ValidationError("--calibration must be 1 or more.") }
    guard
      encoding != .signMagnitude || (weightScheme != .offset && activationScheme != .offset)
    else {
      throw ValidationError("sign_magnitude words are symmetric: they have no zero point.")
    }
  }

  var examples: Int { calibration ?? 2_000 }

  /// Whether any of the options is given.
  var isGiven: Bool { changesIntegers || calibration != nil }

  /// Whether any option but the number of examples is given.
  var changesIntegers: Bool {
    encoding != nil || weightBits != nil || activationBits != nil || weightGranularity != nil
      || weightScheme != nil || activationScheme != nil || weightRange != nil
      || activationRange != nil
  }

  var spec: QuantizationSpec {
    QuantizationSpec(
      encoding: encoding ?? .offset, weightBits: weightBits ?? 8,
      activationBits: activationBits ?? 8, weightGranularity: weightGranularity ?? .layer,
      weightScheme: weightScheme ?? .symmetric, activationScheme: activationScheme,
      weightRange: weightRange ?? .maximum, activationRange: activationRange ?? .maximum)
  }
}

extension OperandEncoding: ExpressibleByArgument {}
extension QuantizationSpec.Granularity: ExpressibleByArgument {}
extension QuantizationScheme: ExpressibleByArgument {}

extension RangeRule: ExpressibleByArgument {
  public init?(argument: String) { self.init(text: argument) }
}
