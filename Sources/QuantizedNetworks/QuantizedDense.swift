/// A fully connected layer in integers, as the accelerator runs it.
///
/// For a vector of activations a and stored weights u it computes, in this order:
/// 1. accumulator[n] = Σₖ table[a[k], u[k, n]], with the accumulator's overflow at each addition:
///    only this part goes through the approximate multiplier;
/// 2. sum[n] = accumulator[n] − 128·Σₖ a[k] + bias[n], exact;
/// 3. activation[n] = requantization of sum[n] in a hidden layer; in the last, sum[n] is the logit.
///
/// Step 2 takes out the zero point of the weights: a weight q in −127 … 127 is stored as
/// u = q + 128 (offset binary); a stored word that faults have changed decodes by the same rule.
public struct QuantizedDense: Hashable, Sendable {
  public let inputCount: Int
  public let outputCount: Int
  /// K × N stored words, row-major.
  public let weights: [UInt8]
  /// At the scale `inputScale` · `weightScale`.
  public let bias: [Int32]
  /// Nil for the last layer.
  public let requantization: Requantization?
  /// The real value of one step of the input activations.
  public let inputScale: Double
  /// The real value of one step of the weights.
  public let weightScale: Double

  public static let weightZeroPoint: Int32 = 128
  /// The limits that keep every sum of step 2 within 32 bits, whatever the operands.
  public static let (maximumInputCount, maximumBias): (Int, Int32) = (16_384, 1 << 29)

  /// - Precondition: `inputCount` is in 1 … 16,384 and `outputCount` positive; weights and biases
  ///   fit them; no bias is beyond ±2²⁹; scales are positive.
  public init(
    inputCount: Int, outputCount: Int, weights: [UInt8], bias: [Int32],
    requantization: Requantization?, inputScale: Double, weightScale: Double
  ) {
    precondition((1...Self.maximumInputCount).contains(inputCount) && outputCount > 0)
    precondition(weights.count == inputCount * outputCount && bias.count == outputCount)
    precondition(bias.allSatisfy { $0.magnitude <= Self.maximumBias.magnitude })
    precondition(inputScale > 0 && weightScale > 0, "a scale is positive")
    self.inputCount = inputCount
    self.outputCount = outputCount
    self.weights = weights
    self.bias = bias
    self.requantization = requantization
    self.inputScale = inputScale
    self.weightScale = weightScale
  }

  /// The real value of one step of the sums.
  public var sumScale: Double { inputScale * weightScale }

  /// Step 2 for each vector: the array's accumulators, corrected for the zero point, with bias.
  ///
  /// The magnitude of an accumulator is at most 2³⁰ here, as K·(2¹⁶ − 1) is less; the correction is
  /// below 2²⁹ and the bias not above it: so no sum overflows.
  ///
  /// - Parameters:
  ///   - accumulators: M × N, row-major.
  ///   - inputs: M × K, row-major: the activations as the array read them.
  public func sums(accumulators: [Int32], inputs: [UInt8]) -> [Int32] {
    precondition(inputs.count.isMultiple(of: inputCount))
    let count = inputs.count / inputCount
    precondition(accumulators.count == count * outputCount, "accumulators do not fit the inputs")
    return [Int32](unsafeUninitializedCapacity: accumulators.count) { sums, initialized in
      for vector in 0..<count {
        var activationSum: Int32 = 0
        for input in 0..<inputCount {
          activationSum &+= Int32(inputs[vector &* inputCount &+ input])
        }
        let correction = Self.weightZeroPoint &* activationSum
        for output in 0..<outputCount {
          let position = vector &* outputCount &+ output
          sums.initializeElement(
            at: position, to: accumulators[position] - correction + bias[output])
        }
      }
      initialized = accumulators.count
    }
  }
}
