import Networks

/// The steps of an integer network that multiply nothing: on the integers of stored words.
struct WordOperations {
  let codec: WordCodec
  /// Images.
  let count: Int

  /// The words of the step's target.
  ///
  /// - Parameters:
  ///   - slots: of the network.
  ///   - words: of each slot that is read.
  func run(_ step: IntegerNetwork.Step, slots: [IntegerNetwork.Slot], words: [[UInt8]]) -> [UInt8] {
    let source = slots[step.sources[0]]
    let input = words[step.sources[0]]
    let target = slots[step.target]
    switch step.operation {
    case .linear: preconditionFailure("a product is not done here")
    case .maxPooling(let spec):
      if let maxima = WordMaxima(spec, codec: codec, source: source.shape, target: target.shape) {
        return maxima.words(of: input, count: count)
      }
      return pool(input, spec, source.shape, target.shape) { plane, rows, columns in
        var largest = Int32.min
        for row in rows {
          for column in columns {
            largest = max(largest, codec.integer(plane[row &* source.shape.columns &+ column]))
          }
        }
        return largest
      }
    case .averagePooling(let spec):
      let zero = source.quantization.zeroPoint
      return pool(input, spec, source.shape, target.shape) { plane, rows, columns in
        let features = spec.countsPadding ? spec.kernel * spec.kernel : rows.count * columns.count
        return zero + Self.mean(plane, rows, columns, source, codec, features: features)
      }
    case .globalAveragePooling:
      let zero = source.quantization.zeroPoint
      let shape = source.shape
      return planes(input, shape, target.shape) { plane, result in
        result[0] = codec.word(
          zero
            + Self.mean(
              plane, 0..<shape.rows, 0..<shape.columns, source, codec, features: shape.positions))
      }
    case .clamp(let low, let high):
      return input.map { codec.word(min(high, max(low, codec.integer($0)))) }
    case .add(let addition):
      return add(
        addition, (input, source.quantization.zeroPoint),
        (words[step.sources[1]], slots[step.sources[1]].quantization.zeroPoint),
        zero: target.quantization.zeroPoint)
    case .groupNormalization(let normalization):
      return normalize(normalization, input, source, target)
    }
  }

  /// A quotient rounded half away from zero.
  static func quotient(_ sum: Int, _ count: Int) -> Int {
    let magnitude = (2 * abs(sum) + count) / (2 * count)
    return sum < 0 ? -magnitude : magnitude
  }

  /// The mean of a window of a plane, counted from the zero point.
  @inline(__always)
  private static func mean(
    _ plane: UnsafePointer<UInt8>, _ rows: Range<Int>, _ columns: Range<Int>,
    _ source: IntegerNetwork.Slot, _ codec: WordCodec, features: Int
  ) -> Int32 {
    // Of up to 2²⁴ words: beyond 32 bits.
    var sum = 0
    for row in rows {
      for column in columns {
        sum &+= Int(codec.integer(plane[row &* source.shape.columns &+ column]))
      }
    }
    sum &-= rows.count * columns.count * Int(source.quantization.zeroPoint)
    return Int32(truncatingIfNeeded: quotient(sum, features))
  }

  /// Writes each plane of the target from the plane of the source.
  @inline(__always)
  private func planes(
    _ input: [UInt8], _ source: FeatureShape, _ target: FeatureShape,
    _ write: (UnsafePointer<UInt8>, UnsafeMutablePointer<UInt8>) -> Void
  ) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count * target.count) { result, initialized in
      input.withUnsafeBufferPointer { input in
        guard let input = input.baseAddress, let result = result.baseAddress else { return }
        for plane in 0..<count * source.channels {
          write(input + plane * source.positions, result + plane * target.positions)
        }
      }
      initialized = count * target.count
    }
  }

  @inline(__always)
  private func pool(
    _ input: [UInt8], _ spec: PoolingSpec, _ source: FeatureShape, _ target: FeatureShape,
    _ value: (UnsafePointer<UInt8>, Range<Int>, Range<Int>) -> Int32
  ) -> [UInt8] {
    let rows = (0..<target.rows).map { spec.window($0, of: source.rows) }
    let columns = (0..<target.columns).map { spec.window($0, of: source.columns) }
    return planes(input, source, target) { plane, result in
      var position = 0
      for row in rows {
        for column in columns {
          result[position] = codec.word(value(plane, row, column))
          position &+= 1
        }
      }
    }
  }

  private func add(
    _ addition: IntegerAddition, _ first: (words: [UInt8], zero: Int32),
    _ second: (words: [UInt8], zero: Int32), zero: Int32
  ) -> [UInt8] {
    let (low, high) = (Int64(addition.limits.lowerBound), Int64(addition.limits.upperBound))
    return zip(first.words, second.words).map { left, right in
      let sum = addition.sum(codec.integer(left) - first.zero, codec.integer(right) - second.zero)
      return codec.word(Int32(min(high, max(low, Int64(zero) + sum))))
    }
  }

  /// Mean and variance are exact sums of integers; what follows is double precision.
  private func normalize(
    _ normalization: IntegerGroupNormalization, _ input: [UInt8], _ source: IntegerNetwork.Slot,
    _ target: IntegerNetwork.Slot
  ) -> [UInt8] {
    let size = source.shape.count / normalization.groups
    let (low, high) = (
      Double(normalization.limits.lowerBound), Double(normalization.limits.upperBound)
    )
    let scale = source.quantization.scale
    return [UInt8](unsafeUninitializedCapacity: input.count) { result, initialized in
      for group in 0..<count * normalization.groups {
        let places = group * size..<(group + 1) * size
        var (sum, squares) = (0, 0)
        for place in places {
          let integer = Int(codec.integer(input[place]) - source.quantization.zeroPoint)
          sum += integer
          squares += integer * integer
        }
        let mean = Double(sum) / Double(size)
        let variance = (Double(squares) / Double(size) - mean * mean) * scale * scale
        let factor = scale / (variance + Double(normalization.epsilon)).squareRoot()
        for place in places {
          let channel = place / source.shape.positions % source.shape.channels
          let integer = Double(codec.integer(input[place]) - source.quantization.zeroPoint)
          let value =
            Double(normalization.weight[channel]) * (integer - mean) * factor
            + Double(normalization.bias[channel])
          let steps =
            (value / target.quantization.scale).rounded() + Double(target.quantization.zeroPoint)
          result[place] = codec.word(Int32(min(high, max(low, steps))))
        }
      }
      initialized = input.count
    }
  }
}
