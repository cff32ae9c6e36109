import TableArithmetic

/// Which words of its input each row of a convolution's patch matrix has: those of one group's product.
///
/// Row m is position m mod P of image m / P, positions row by row; column k is channel k / T of the
/// group, then kernel row, then kernel column, T taps. What a tap has outside the image is a zero that
/// is made on the chip. Images and channels have no words in common.
public struct ConvolutionGeometry: Hashable, Sendable {
  /// Along rows or columns.
  public struct Axis: Hashable, Sendable {
    public init(
      input: Int, positions: Int, taps: Int, stride: Int, dilation: Int, padding: Int
    ) {
      (self.input, self.positions, self.taps) = (input, positions, taps)
      (self.stride, self.dilation, self.padding) = (stride, dilation, padding)
    }

    /// Words of the input.
    public let input: Int
    /// Positions of the kernel, and its taps.
    public let positions: Int
    public let taps: Int
    public let stride: Int
    public let dilation: Int
    /// Zeros before the first word.
    public let padding: Int

    /// Padded words from the first tap of the first position to the last one of the last.
    var span: Int { (positions - 1) * stride + reach + 1 }

    /// Padded words from a position's first tap to its last.
    var reach: Int { (taps - 1) * dilation }

    /// Whether a tap may have a word that another one has, or lie outside the input.
    var sharesOrPads: Bool {
      (taps > 1 && positions > 1 && stride <= reach) || padding > 0 || span > input
    }

    /// The words that the taps of all positions have.
    ///
    /// What taps of one position after another have is `stride` apart: of each tap a first and a last
    /// one are marked, and sums from one to the one `stride` later tell what lies between.
    var covered: Int {
      var marks = [Int](repeating: 0, count: span + stride)
      for tap in 0..<taps {
        marks[tap * dilation] += 1
        marks[tap * dilation + positions * stride] -= 1
      }
      var count = 0
      for place in 0..<span {
        if place >= stride { marks[place] += marks[place - stride] }
        if marks[place] > 0, (padding..<padding + input).contains(place) { count += 1 }
      }
      return count
    }
  }

  public let rows: Axis
  public let columns: Axis
  /// Of an image.
  public var positions: Int { rows.positions * columns.positions }
  /// Of a channel.
  public var taps: Int { rows.taps * columns.taps }

  /// Nil where each row of the patch matrix has words of its own and no padding, as that of a
  /// convolution of 1 × 1 has: the matrix is fetched as any other.
  public init?(rows: Axis, columns: Axis) {
    guard rows.sharesOrPads || columns.sharesOrPads else { return nil }
    (self.rows, self.columns) = (rows, columns)
  }

  /// Of the products of a network's layer.
  public init?(_ shape: ConvolutionShape) {
    self.init(
      rows: Axis(
        input: shape.input.rows, positions: shape.output.rows, taps: shape.kernel.rows,
        stride: shape.stride.rows, dilation: shape.dilation.rows, padding: shape.padding.top),
      columns: Axis(
        input: shape.input.columns, positions: shape.output.columns, taps: shape.kernel.columns,
        stride: shape.stride.columns, dilation: shape.dilation.columns,
        padding: shape.padding.left))
  }
}
