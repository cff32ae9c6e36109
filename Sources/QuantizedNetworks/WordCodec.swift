import Networks

/// Words of activations and their integers, by tables.
struct WordCodec: Sendable {
  private let integers: [Int32]
  private let words: [UInt8]
  private let lowest: Int32

  init(encoding: OperandEncoding, bits: Int) {
    integers = encoding.integerTable(bits: bits)
    let range = encoding.integers(bits: bits)
    lowest = range.lowerBound
    words = range.map { encoding.word($0, bits: bits) }
  }

  @inline(__always)
  func integer(_ word: UInt8) -> Int32 { integers[Int(word)] }

  /// - Precondition: an integer that has a word.
  @inline(__always)
  func word(_ integer: Int32) -> UInt8 { words[Int(integer &- lowest)] }

  /// The sum of the integers of each row of words.
  func rowSums(_ rows: [UInt8], length: Int) -> [Int32] {
    integers.withUnsafeBufferPointer { integers in
      rows.withUnsafeBufferPointer { rows in
        (0..<rows.count / length).map { row in
          var sum: Int32 = 0
          for index in row &* length..<(row &+ 1) &* length {
            sum &+= integers[Int(rows[index])]
          }
          return sum
        }
      }
    }
  }

  /// The words of a layer's outputs for its sums: step 3 of `IntegerLinear`.
  func requantize(
    _ sums: [Int32], of linear: IntegerLinear, to quantization: AffineQuantization
  ) -> [UInt8] {
    guard let limits = linear.limits, let requantizations = linear.requantizations else {
      preconditionFailure("the sums are logits")
    }
    let positions = linear.output.positions
    let (low, high) = (Int64(limits.lowerBound), Int64(limits.upperBound))
    let zero = Int64(quantization.zeroPoint)
    return [UInt8](unsafeUninitializedCapacity: sums.count) { result, initialized in
      sums.withUnsafeBufferPointer { sums in
        for plane in 0..<sums.count / positions {
          let requantization = requantizations[plane % linear.output.channels]
          for index in plane &* positions..<(plane &+ 1) &* positions {
            let integer = min(high, max(low, zero &+ requantization.scaled(sums[index])))
            result[index] = word(Int32(truncatingIfNeeded: integer))
          }
        }
      }
      initialized = sums.count
    }
  }
}
