extension ConvolutionPatches {
  /// Bytes that `fill` may write beyond the last row.
  static let slack = 16

  /// Lays vectors out along the lanes: `columns[(k − steps.lowerBound)·row + v − vectors.lowerBound]`.
  ///
  /// Lanes are written in ascending order, sixteen at a time: beyond a run, and beyond the last row by
  /// up to `slack`.
  func fill(
    _ columns: UnsafeMutablePointer<UInt8>, row: Int, vectors: Range<Int>, steps: Range<Int>
  ) {
    for step in steps {
      let tap = Tap(shape, step: step, group: group)
      var to = columns + (step - steps.lowerBound) * row
      var left = vectors.count
      var (image, position) = vectors.lowerBound.quotientAndRemainder(
        dividingBy: shape.positionCount)
      while left > 0 {
        let count = min(left, shape.positionCount - position)
        let plane =
          activations + image * shape.inputCount
          + tap.channel * shape.input.rows * shape.input.columns
        fill(to, tap, plane: plane, positions: position..<position + count)
        to += count
        left -= count
        (image, position) = (image + 1, 0)
      }
    }
  }

  /// Positions of one image: the end of a row of outputs, whole rows, the start of one.
  private func fill(
    _ to: UnsafeMutablePointer<UInt8>, _ tap: Tap, plane: UnsafePointer<UInt8>,
    positions: Range<Int>
  ) {
    let width = shape.output.columns
    var to = to
    var (outputRow, column) = positions.lowerBound.quotientAndRemainder(dividingBy: width)
    var left = positions.count
    while left > 0 {
      let count = min(left, width - column)
      let rows = count == width ? left / width : 1
      fillRows(
        to, tap, plane: plane, first: outputRow, rows: rows, columns: column..<column + count)
      to += rows * count
      left -= rows * count
      outputRow += rows
      column = 0
    }
  }

  /// The same columns of some rows of outputs.
  private func fillRows(
    _ start: UnsafeMutablePointer<UInt8>, _ tap: Tap, plane: UnsafePointer<UInt8>, first: Int,
    rows: Int, columns: Range<Int>
  ) {
    // Outputs whose column lies within the image, between padding on the left and on the right.
    let inside = tap.inside.clamped(to: columns)
    let before = inside.lowerBound &- columns.lowerBound
    let (copied, width) = (inside.count, columns.count)
    let after = width &- before &- copied
    let (rowStride, stride) = (shape.stride.rows, shape.stride.columns)
    let (height, inputWidth) = (shape.input.rows, shape.input.columns)
    let offset = inside.lowerBound &* stride &+ tap.column
    let paddings = SIMD16<UInt8>(repeating: padding)
    let end = self.end
    var (to, row) = (start, first &* rowStride &+ tap.row)
    for _ in 0..<rows {
      if row >= 0, row < height, copied > 0 {
        if before > 0 { Self.repeatBytes(paddings, to, count: before) }
        let from = plane + (row &* inputWidth &+ offset)
        if stride == 1 {
          Self.copy(from, to + before, count: copied, end: end)
        } else {
          for column in 0..<copied { to[before &+ column] = from[column &* stride] }
        }
        if after > 0 { Self.repeatBytes(paddings, to + (before &+ copied), count: after) }
      } else {
        Self.repeatBytes(paddings, to, count: width)
      }
      to += width
      row &+= rowStride
    }
  }

  /// Short runs are written faster by vectors than by a call.
  @inline(__always)
  private static func repeatBytes(
    _ bytes: SIMD16<UInt8>, _ to: UnsafeMutablePointer<UInt8>, count: Int
  ) {
    var done = 0
    repeat {
      UnsafeMutableRawPointer(to + done).storeBytes(of: bytes, as: SIMD16<UInt8>.self)
      done &+= 16
    } while done < count
  }

  @inline(__always)
  private static func copy(
    _ from: UnsafePointer<UInt8>, _ to: UnsafeMutablePointer<UInt8>, count: Int,
    end: UnsafePointer<UInt8>
  ) {
    var done = 0
    while done < count, from + (done &+ 16) <= end {
      let bytes = UnsafeRawPointer(from + done).loadUnaligned(as: SIMD16<UInt8>.self)
      UnsafeMutableRawPointer(to + done).storeBytes(of: bytes, as: SIMD16<UInt8>.self)
      done &+= 16
    }
    while done < count {
      to[done] = from[done]
      done &+= 1
    }
  }

  /// One step of a patch: where it lies from the first row and column of the patch.
  struct Tap {
    let channel: Int
    let row: Int
    let column: Int
    /// The output columns whose input column is within the image.
    let inside: Range<Int>

    init(_ shape: ConvolutionShape, step: Int, group: Int) {
      let (line, kernelColumn) = step.quotientAndRemainder(dividingBy: shape.kernel.columns)
      let (channel, kernelRow) = line.quotientAndRemainder(dividingBy: shape.kernel.rows)
      self.channel = group * shape.channelsPerGroup + channel
      row = kernelRow * shape.dilation.rows - shape.padding.top
      column = kernelColumn * shape.dilation.columns - shape.padding.left
      let stride = shape.stride.columns
      // Rounded up; a negative distance would be rounded towards zero, and is no outputs anyway.
      let first = min(max(0, stride - 1 - column) / stride, shape.output.columns)
      let end = max(0, shape.input.columns - column + stride - 1) / stride
      inside = first..<max(first, min(end, shape.output.columns))
    }
  }
}
