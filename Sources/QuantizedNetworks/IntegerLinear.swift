import Networks
import TableArithmetic

/// A dense or convolution layer in integers, as the accelerator runs it: a matrix product for each
/// group.
///
/// For a patch of words a and the weights w of an output n it computes, in this order:
/// 1. accumulator = Σₖ product(a[k], w[k, n]), with the accumulator's overflow at each addition: only
///    this part goes through the approximate multiplier;
/// 2. sum = accumulator − z_w·Σₖ a[k] − z_a·Σₖ w[k, n] + K·z_a·z_w + bias[n], exact, then limited to
///    32 bits: a[k] and w[k, n] are the integers of the words. The part with Σₖ w[k, n] is fixed with
///    the weights as they are meant, the one with Σₖ a[k] sees the words as they are read;
/// 3. the output's integer: its zero point plus the requantized sum, within its limits (which are
///    also ReLU); in the last layer the sum is the logit.
public struct IntegerLinear: Hashable, Sendable {
  public let input: FeatureShape
  public let output: FeatureShape
  /// A dense layer is a convolution of a 1 × 1 image.
  public let convolution: ConvolutionSpec
  /// Words, group after group, each K × N row-major; rows in the order channel, kernel row, kernel
  /// column; N filters of the group.
  public let weights: [UInt8]
  /// One a filter; so for the zero points.
  public let weightScales: [Double]
  public let weightZeroPoints: [Int32]
  /// One a filter, at the scale of its sums.
  public let bias: [Int32]
  /// What step 2 adds besides −z_w·Σa: bias and the parts that do not depend on activations.
  public let constants: [Int32]
  /// One a filter; nil in a last layer whose sums share a scale: they are the logits as they are.
  public let requantizations: [Requantization]?
  /// The integers that outputs take: a rectifier's limits where it follows. Nil in the last layer.
  public let limits: ClosedRange<Int32>?
  /// One a filter: the real number of one step of the sums.
  public let sumScales: [Double]

  /// The sizes of the array's products.
  public var shape: ConvolutionShape {
    ConvolutionShape(
      channels: input.channels,
      input: ConvolutionShape.Size(rows: input.rows, columns: input.columns),
      filters: convolution.filters, kernel: ConvolutionShape.Size(square: convolution.kernel),
      stride: ConvolutionShape.Size(square: convolution.stride),
      padding: ConvolutionShape.Padding(all: convolution.padding),
      dilation: ConvolutionShape.Size(square: convolution.dilation), groups: convolution.groups)
  }

  /// The inputs of an output: the rows of its matrix.
  public var inputCount: Int {
    input.channels / convolution.groups * convolution.kernel * convolution.kernel
  }

  /// The outputs of a group: the columns of its matrix.
  public var outputCount: Int { convolution.filters / convolution.groups }

  /// The limits that keep the exact sums within 32 bits: |Σ(a − z_a)(w − z_w)| is at most 2³⁰.
  public static let (maximumInputCount, maximumBias): (Int, Int32) = (16_384, 1 << 29)
}
