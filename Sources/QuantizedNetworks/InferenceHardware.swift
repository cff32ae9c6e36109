import ErrorTables
import Randomness
import TableArithmetic

/// What an inference runs on: one chip, at one operating point.
public struct InferenceHardware: Sendable {
  public let arithmetic: TableMatrixMultiplication
  public let accumulator: AccumulatorSpec
  /// Which captured products are wrong. Layer l draws under the key (`timingSeed`,
  /// `timingPurpose`, `timingIndex`, l).
  public let timing: ProductErrorModel
  public let timingSeed: UInt64
  /// The chip (or the training step), below 2³².
  public let timingIndex: UInt64
  public let timingPurpose: RandomPurpose
  /// XOR masks on the weight buffer, one a word: the weights of all layers one after the other,
  /// each K × N row-major. Nil: no faults.
  public let weightFaults: [UInt8]?
  /// XOR masks on the activation buffer, one a word; its count is the buffer's capacity C. A layer
  /// of K inputs keeps vector m in the words from (m mod ⌊C/K⌋)·K on. Nil: no faults.
  public let activationFaults: [UInt8]?

  public init(
    arithmetic: TableMatrixMultiplication,
    accumulator: AccumulatorSpec = AccumulatorSpec(width: 32, overflow: .wrap),
    timing: ProductErrorModel = .none, timingSeed: UInt64 = 0, timingIndex: UInt64 = 0,
    timingPurpose: RandomPurpose = .timingErrors, weightFaults: [UInt8]? = nil,
    activationFaults: [UInt8]? = nil
  ) {
    precondition(timingIndex < 1 << 32, "index too large")
    self.arithmetic = arithmetic
    self.accumulator = accumulator
    self.timing = timing
    self.timingSeed = timingSeed
    self.timingIndex = timingIndex
    self.timingPurpose = timingPurpose
    self.weightFaults = weightFaults
    self.activationFaults = activationFaults
  }

  /// The weights of a layer as they are read, when its first is word `start` of the buffer.
  public func reading(weights: [UInt8], from start: Int) -> [UInt8] {
    guard let weightFaults else { return weights }
    var read = weights
    for word in read.indices { read[word] ^= weightFaults[start + word] }
    return read
  }

  /// The activations of a layer of `inputCount` inputs as they are read.
  public func reading(activations: [UInt8], inputCount: Int) -> [UInt8] {
    guard let activationFaults else { return activations }
    precondition(activationFaults.count >= inputCount, "a vector does not fit the buffer")
    // Vectors fill the buffer's slots in turn, so masks repeat with the period of all slots.
    let period = activationFaults.count / inputCount * inputCount
    var read = activations
    var start = 0
    while start < read.count {
      let words = min(period, read.count - start)
      for word in 0..<words { read[start &+ word] ^= activationFaults[word] }
      start += words
    }
    return read
  }
}
