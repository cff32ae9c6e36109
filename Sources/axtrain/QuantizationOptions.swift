import ArgumentParser
import Files
import QuantizedNetworks

/// How a command quantizes a network.
struct QuantizationOptions: ParsableArguments {
  @Option(help: "Words: offset, twos_complement or sign_magnitude.")
  var encoding = OperandEncoding.offset

  @Option(help: "Bits of a weight, 2 to 8.")
  var weightBits = 8

  @Option(help: "Bits of an activation, 2 to 8.")
  var activationBits = 8

  @Option(help: "Weights that share a scale: layer or channel.")
  var weightGranularity = QuantizationSpec.Granularity.layer

  @Option(help: "Where zero lies among the weights' integers: symmetric or offset.")
  var weightScheme = QuantizationScheme.symmetric

  @Option(
    help: "The same of activations (default: offset, or symmetric with sign_magnitude).")
  var activationScheme: QuantizationScheme?

  @Option(
    help: "Range of weights: maximum, least_squares, percentile=99.9 or clipping=0.5.")
  var weightRange = RangeRule.maximum

  @Option(help: "Range of activations, of the same kinds.")
  var activationRange = RangeRule.maximum

  @Option(help: "Training examples that ranges of activations are measured on.")
  var calibration = 2_000

  func validate() throws {
    for (name, bits) in [("--weight-bits", weightBits), ("--activation-bits", activationBits)]
    where !OperandEncoding.bits.contains(bits) {
      throw ValidationError("\(name) must be 2 to 8.")
    }
    guard calibration >= 1 else { throw ValidationError("--calibration must be 1 or more.") }
    guard
      encoding != .signMagnitude || (weightScheme == .symmetric && activationScheme != .offset)
    else {
      throw ValidationError("sign_magnitude words are symmetric: they have no zero point.")
    }
  }

  var spec: QuantizationSpec {
    QuantizationSpec(
      encoding: encoding, weightBits: weightBits, activationBits: activationBits,
      weightGranularity: weightGranularity, weightScheme: weightScheme,
      activationScheme: activationScheme, weightRange: weightRange,
      activationRange: activationRange)
  }
}

extension OperandEncoding: ExpressibleByArgument {}
extension QuantizationSpec.Granularity: ExpressibleByArgument {}
extension QuantizationScheme: ExpressibleByArgument {}

extension RangeRule: ExpressibleByArgument {
  public init?(argument: String) {
    switch argument {
    case "maximum": self = .maximum
    case "least_squares": self = .leastSquares
    default:
      let parts = argument.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, let value = Double(parts[1]), value.isFinite else { return nil }
      switch parts[0] {
      case "percentile" where value > 50 && value <= 100: self = .percentile(value)
      case "clipping" where value > 0: self = .clipping(Float(value))
      default: return nil
      }
    }
  }
}
