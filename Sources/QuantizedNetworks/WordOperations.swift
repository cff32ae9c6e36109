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
      return pool(input, source.shape, target.shape) { values, position in
        var largest = Int32.min
        forEachFeature(spec, source.shape, target.shape, position) {
          largest = max(largest, values($0))
        }
        return largest
      }
    case .averagePooling(let spec):
      let zero = source.quantization.zeroPoint
      return pool(input, source.shape, target.shape) { values, position in
        var (sum, features) = (Int32(0), Int32(0))
        forEachFeature(spec, source.shape, target.shape, position) {
          sum += values($0) - zero
          features += 1
        }
        if spec.countsPadding { features = Int32(spec.kernel * spec.kernel) }
        return zero + Self.quotient(sum, features)
      }
    case .globalAveragePooling:
      let zero = source.quantization.zeroPoint
      let positions = Int32(source.shape.positions)
      return pool(input, source.shape, target.shape) { values, _ in
        var sum: Int32 = 0
        for index in 0..<source.shape.positions { sum += values(index) - zero }
        return zero + Self.quotient(sum, positions)
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
  static func quotient(_ sum: Int32, _ count: Int32) -> Int32 {
    let magnitude = (2 * Int64(sum.magnitude) + Int64(count)) / (2 * Int64(count))
    return Int32(sum < 0 ? -magnitude : magnitude)
  }

  private func pool(
    _ input: [UInt8], _ source: FeatureShape, _ target: FeatureShape,
    _ value: ((Int) -> Int32, Int) -> Int32
  ) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count * target.count) { result, initialized in
      input.withUnsafeBufferPointer { input in
        for plane in 0..<count * source.channels {
          let start = plane * source.positions
          for position in 0..<target.positions {
            result[plane * target.positions + position] = codec.word(
              value({ codec.integer(input[start &+ $0]) }, position))
          }
        }
      }
      initialized = count * target.count
    }
  }

  /// The places of a window within its plane.
  @inline(__always)
  private func forEachFeature(
    _ spec: PoolingSpec, _ source: FeatureShape, _ target: FeatureShape, _ position: Int,
    _ body: (Int) -> Void
  ) {
    let (row, column) = position.quotientAndRemainder(dividingBy: target.columns)
    let columns = spec.window(column, of: source.columns)
    for row in spec.window(row, of: source.rows) {
      for column in columns { body(row &* source.columns &+ column) }
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
