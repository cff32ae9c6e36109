import Networks
import QuantizedNetworks

/// An integer network by its definition, one product at a time, in whole numbers of any size: what
/// `IntegerInference` is compared with.
struct NaiveIntegerSteps {
  let network: IntegerNetwork
  /// The captured product of two words.
  let product: (_ activation: UInt8, _ weight: UInt8) -> Int

  /// Integers of every slot, image after image; of the last, the logits where it has them.
  func run(_ words: [UInt8], count: Int) -> (slots: [[Int]], logits: [Int]) {
    let spec = network.spec
    var slots = [words.map { Int(spec.encoding.integer($0, bits: spec.activationBits)) }]
    var logits: [Int] = []
    for step in network.steps {
      let source = network.slots[step.sources[0]]
      let target = network.slots[step.target]
      let zero = Int(source.quantization.zeroPoint)
      var result: [Int] = []
      for image in 0..<count {
        let input = Array(
          slots[step.sources[0]][image * source.shape.count..<(image + 1) * source.shape.count])
        switch step.operation {
        case .linear(let linear):
          let sums = linearSums(linear, input, zero: zero)
          if let limits = linear.limits {
            result += sums.enumerated().map { index, sum in
              let filter = index / linear.output.positions
              return clamp(
                Int(target.quantization.zeroPoint)
                  + rounded(sum, by: linear.requantizations?[filter]), limits)
            }
          } else {
            logits += sums.enumerated().map { index, sum in
              linear.requantizations == nil
                ? sum : rounded(sum, by: linear.requantizations?[index / linear.output.positions])
            }
          }
        case .maxPooling(let spec):
          result += windows(spec, source.shape, target.shape).map { window in
            window.features.map { input[$0] }.reduce(Int.min, max)
          }
        case .averagePooling(let spec):
          result += windows(spec, source.shape, target.shape).map { window in
            let divisor = spec.countsPadding ? spec.kernel * spec.kernel : window.features.count
            return zero + quotient(window.features.reduce(0) { $0 + input[$1] - zero }, divisor)
          }
        case .globalAveragePooling:
          result += (0..<source.shape.channels).map { channel in
            let plane = channel * source.shape.positions..<(channel + 1) * source.shape.positions
            return zero + quotient(plane.reduce(0) { $0 + input[$1] - zero }, plane.count)
          }
        case .clamp(let low, let high):
          result += input.map { min(Int(high), max(Int(low), $0)) }
        case .add(let addition):
          let other = network.slots[step.sources[1]]
          let right = slots[step.sources[1]][
            image * other.shape.count..<(image + 1) * other.shape.count]
          result += zip(input, right).map { left, right in
            let exact =
              (left - zero) * Int(addition.factors.first)
              + (right - Int(other.quantization.zeroPoint)) * Int(addition.factors.second)
            return clamp(
              Int(target.quantization.zeroPoint) + quotient(exact, 1 << addition.shift),
              addition.limits)
          }
        case .groupNormalization(let normalization):
          result += normalized(input, normalization, source, target)
        }
      }
      slots.append(result)
    }
    return (slots, logits)
  }

  /// Σ(a − z_a)(w − z_w) + bias, each product a·w as it is captured.
  private func linearSums(_ linear: IntegerLinear, _ input: [Int], zero: Int) -> [Int] {
    let spec = network.spec
    let (shape, output, convolution) = (linear.input, linear.output, linear.convolution)
    let channels = shape.channels / convolution.groups
    var sums: [Int] = []
    for filter in 0..<output.channels {
      let (group, column) = filter.quotientAndRemainder(dividingBy: linear.outputCount)
      for position in 0..<output.positions {
        var sum = Int(linear.bias[filter])
        for channel in 0..<channels {
          for row in 0..<convolution.kernel {
            for tap in 0..<convolution.kernel {
              let top =
                position / output.columns * convolution.stride + row * convolution.dilation
                - convolution.padding
              let left =
                position % output.columns * convolution.stride + tap * convolution.dilation
                - convolution.padding
              let isInside = (0..<shape.rows).contains(top) && (0..<shape.columns).contains(left)
              let place = ((group * channels + channel) * shape.rows + top) * shape.columns + left
              let activation = isInside ? input[place] : zero
              let k = (channel * convolution.kernel + row) * convolution.kernel + tap
              let word = linear.weights[
                (group * linear.inputCount + k) * linear.outputCount + column]
              let weight = Int(spec.encoding.integer(word, bits: spec.weightBits))
              let weightZero = Int(linear.weightZeroPoints[filter])
              sum +=
                product(
                  spec.encoding.word(Int32(activation), bits: spec.activationBits), word)
                - activation * weightZero - zero * weight + zero * weightZero
            }
          }
        }
        sums.append(sum)
      }
    }
    return sums
  }

  private func normalized(
    _ input: [Int], _ normalization: IntegerGroupNormalization, _ source: IntegerNetwork.Slot,
    _ target: IntegerNetwork.Slot
  ) -> [Int] {
    let size = input.count / normalization.groups
    return input.indices.map { place in
      let group = place / size
      let numbers = input[group * size..<(group + 1) * size].map {
        source.quantization.value(Int32($0))
      }
      let mean = numbers.reduce(0, +) / Double(size)
      let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(size)
      let channel = place / source.shape.positions
      let value =
        Double(normalization.weight[channel]) * (numbers[place % size] - mean)
        / (variance + Double(normalization.epsilon)).squareRoot()
        + Double(normalization.bias[channel])
      return clamp(Int(target.quantization.integer(value)), normalization.limits)
    }
  }

  private func windows(
    _ spec: PoolingSpec, _ source: FeatureShape, _ target: FeatureShape
  ) -> [(position: Int, features: [Int])] {
    (0..<target.count).map { index in
      let (channel, position) = index.quotientAndRemainder(dividingBy: target.positions)
      var features: [Int] = []
      for row in 0..<spec.kernel {
        for column in 0..<spec.kernel {
          let top = position / target.columns * spec.stride + row - spec.padding
          let left = position % target.columns * spec.stride + column - spec.padding
          guard (0..<source.rows).contains(top), (0..<source.columns).contains(left) else {
            continue
          }
          features.append((channel * source.rows + top) * source.columns + left)
        }
      }
      return (index, features)
    }
  }

  private func rounded(_ sum: Int, by requantization: Requantization?) -> Int {
    guard let requantization else { return sum }
    return quotient(sum * Int(requantization.multiplier), 1 << requantization.shift)
  }

  /// Rounded half away from zero.
  private func quotient(_ sum: Int, _ divisor: Int) -> Int {
    let whole = abs(sum) / divisor
    let exact = abs(sum) % divisor * 2 >= divisor ? whole + 1 : whole
    return sum < 0 ? -exact : exact
  }

  private func clamp(_ value: Int, _ limits: ClosedRange<Int32>) -> Int {
    min(Int(limits.upperBound), max(Int(limits.lowerBound), value))
  }
}
