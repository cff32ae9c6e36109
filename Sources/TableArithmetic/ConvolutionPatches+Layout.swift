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
    let pieces = pieces(of: vectors)
    if let padded = PaddedPlanes(shape, of: pieces) {
      fill(columns, row: row, from: padded, pieces: pieces, steps: steps)
      return
    }
    for step in steps {
      let tap = taps[step]
      let to = columns + (step - steps.lowerBound) * row
      let channel = activations + tap.channel * planeCount
      for piece in pieces {
        fill(to + piece.lane, tap, plane: channel + piece.image * shape.inputCount, piece)
      }
    }
  }

  /// Activations of a channel of an image.
  private var planeCount: Int { shape.input.rows * shape.input.columns }

  /// Outputs of one image: the same columns of some rows.
  fileprivate struct Piece {
    /// Of its first vector.
    let lane: Int
    let image: Int
    let rows: Range<Int>
    let columns: Range<Int>
  }

  /// Vectors cut at the ends of images, and where a row of outputs begins or ends between: all steps
  /// have the same.
  private func pieces(of vectors: Range<Int>) -> [Piece] {
    let width = shape.output.columns
    var pieces: [Piece] = []
    var lane = 0
    while lane < vectors.count {
      let (image, position) = (vectors.lowerBound + lane).quotientAndRemainder(
        dividingBy: shape.positionCount)
      let left = min(vectors.count - lane, shape.positionCount - position)
      let (row, column) = position.quotientAndRemainder(dividingBy: width)
      let count = min(left, width - column)
      let rows = count == width ? left / width : 1
      pieces.append(
        Piece(
          lane: lane, image: image, rows: row..<row + rows, columns: column..<column + count))
      lane += rows * count
    }
    return pieces
  }

  /// The same where images have padding and columns lie side by side: a plane is padded once for all
  /// taps of its channel, which then copy whole rows.
  private func fill(
    _ columns: UnsafeMutablePointer<UInt8>, row: Int, from padded: PaddedPlanes, pieces: [Piece],
    steps: Range<Int>
  ) {
    let stride = shape.stride.rows * padded.width
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: padded.count + Self.slack) { scratch in
      guard let scratch = scratch.baseAddress else { return }
      var channel: Int?
      for step in steps {
        let tap = taps[step]
        if tap.channel != channel {
          channel = tap.channel
          for image in padded.images {
            pad(
              activations + (image.number * shape.inputCount + tap.channel * planeCount),
              rows: image.rows, width: padded.width, into: scratch + image.start)
          }
        }
        let to = columns + (step - steps.lowerBound) * row
        let offset =
          (tap.row + shape.padding.top) * padded.width + tap.column + shape.padding.left
        for (piece, start) in zip(pieces, padded.starts) {
          Self.copyRows(
            scratch + (start + offset), stride: stride, to + piece.lane,
            width: piece.columns.count, rows: piece.rows.count)
        }
      }
    }
  }

  /// Writes rows of a padded plane, `width` bytes each and up to `slack` beyond.
  ///
  /// - Parameter rows: counted from the first of the padding.
  private func pad(
    _ plane: UnsafePointer<UInt8>, rows: Range<Int>, width: Int,
    into target: UnsafeMutablePointer<UInt8>
  ) {
    let paddings = SIMD16<UInt8>(repeating: padding)
    let (left, copied) = (shape.padding.left, min(shape.input.columns, width - shape.padding.left))
    var to = target
    for row in rows {
      let line = row - shape.padding.top
      if line >= 0, line < shape.input.rows, copied > 0 {
        Self.repeatBytes(paddings, to, count: left)
        Self.copy(
          plane + line * shape.input.columns, to + left, count: copied, end: end)
        if left + copied < width {
          Self.repeatBytes(paddings, to + left + copied, count: width - left - copied)
        }
      } else {
        Self.repeatBytes(paddings, to, count: width)
      }
      to += width
    }
  }

  private func fill(
    _ start: UnsafeMutablePointer<UInt8>, _ tap: Tap, plane: UnsafePointer<UInt8>, _ piece: Piece
  ) {
    let (columns, rows) = (piece.columns, piece.rows.count)
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
    var (to, row) = (start, piece.rows.lowerBound &* rowStride &+ tap.row)
    // The vectors of the last row that lies within the image must not reach beyond the end.
    let last = row &+ (rows &- 1) &* rowStride
    let lastWithin = min(height &- 1, last)
    let isWithin =
      stride == 1 && lastWithin >= 0
      && plane + (lastWithin &* inputWidth &+ offset &+ (copied &+ 15) & ~15) <= end
    if isWithin, copied == width, row >= 0, last < height {
      Self.copyRows(
        plane + (row &* inputWidth &+ offset), stride: rowStride &* inputWidth, to, width: width,
        rows: rows)
      return
    }
    for _ in 0..<rows {
      if row >= 0, row < height, copied > 0 {
        if before > 0 { Self.repeatBytes(paddings, to, count: before) }
        let from = plane + (row &* inputWidth &+ offset)
        if isWithin {
          Self.copyVectors(from, to + before, count: copied)
        } else if stride == 1 {
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

  /// Rows `stride` apart, by whole vectors of which the last may reach beyond.
  private static func copyRows(
    _ from: UnsafePointer<UInt8>, stride: Int, _ to: UnsafeMutablePointer<UInt8>, width: Int,
    rows: Int
  ) {
    // Most rows are of one vector: a loop of their own.
    if width <= 16 {
      var (from, to) = (UnsafeRawPointer(from), UnsafeMutableRawPointer(to))
      for _ in 0..<rows {
        to.storeBytes(of: from.loadUnaligned(as: SIMD16<UInt8>.self), as: SIMD16<UInt8>.self)
        from += stride
        to += width
      }
    } else {
      for row in 0..<rows {
        copyVectors(from + row &* stride, to + row &* width, count: width)
      }
    }
  }

  /// Reads whole vectors.
  @inline(__always)
  private static func copyVectors(
    _ from: UnsafePointer<UInt8>, _ to: UnsafeMutablePointer<UInt8>, count: Int
  ) {
    var done = 0
    repeat {
      let bytes = UnsafeRawPointer(from + done).loadUnaligned(as: SIMD16<UInt8>.self)
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

/// Where the rows of padded planes lie that the pieces of some vectors read.
private struct PaddedPlanes {
  struct Image {
    let number: Int
    /// Of the padded plane.
    let rows: Range<Int>
    /// Of the first of them.
    let start: Int
  }

  /// Columns of the padded plane that any output reads.
  let width: Int
  private(set) var images: [Image] = []
  /// Where each piece begins, for a tap in the first row and column of a kernel.
  private(set) var starts: [Int] = []
  private(set) var count = 0

  /// More bytes are not held.
  private static let most = 1 << 20

  /// - Parameter pieces: those of an image stand together, from its first row on.
  /// - Returns: nil where planes have no padding, columns are apart, or the rows would be large.
  init?(_ shape: ConvolutionShape, of pieces: [ConvolutionPatches.Piece]) {
    guard shape.padding != .none, shape.stride.columns == 1 else { return nil }
    let reach = (shape.kernel.rows - 1) * shape.dilation.rows + 1
    width = shape.output.columns + (shape.kernel.columns - 1) * shape.dilation.columns
    var first = 0
    while first < pieces.count {
      let image = pieces[first].image
      let end = pieces[first...].firstIndex { $0.image != image } ?? pieces.count
      let top = pieces[first].rows.lowerBound * shape.stride.rows
      let bottom = (pieces[end - 1].rows.upperBound - 1) * shape.stride.rows + reach
      images.append(Image(number: image, rows: top..<bottom, start: count))
      for piece in pieces[first..<end] {
        starts.append(
          count + (piece.rows.lowerBound * shape.stride.rows - top) * width
            + piece.columns.lowerBound)
      }
      count += (bottom - top) * width
      guard count <= Self.most else { return nil }
      first = end
    }
  }
}
