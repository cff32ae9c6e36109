import ErrorTables
import Randomness
import TableArithmetic

/// What an inference runs on beside its multiplier: one chip, at one operating point.
public struct InferenceHardware: Sendable {
  public let accumulator: AccumulatorSpec
  /// Which captured products are wrong. Layer l draws under the key (`timingSeed`,
  /// `timingPurpose`, `timingIndex`, l).
  public let timing: ProductErrorModel
  public let timingSeed: UInt64
  /// The chip (or the training step), below 2³².
  public let timingIndex: UInt64
  public let timingPurpose: RandomPurpose
  /// What the weight buffer makes of its words: the weights of all layers one after the other, each
  /// K × N row-major, from `firstWord` on. Nil: no faults.
  public let weightFaults: BufferFaults?
  /// What the activation buffer makes of its words, C in all. A layer of K inputs keeps vector m in
  /// the words from (m mod ⌊C/S⌋)·S on, S being K rounded up to the buffer's alignment. Nil: no
  /// faults.
  public let activationFaults: BufferFaults?
  /// Bits of weights that are read as they were written, whatever the buffer does; nil: none.
  public private(set) var hardened: HardenedBits?

  /// Hardware whose faults, if any, are XOR masks, one a word.
  public init(
    accumulator: AccumulatorSpec = AccumulatorSpec(width: 32, overflow: .wrap),
    timing: ProductErrorModel = .none, timingSeed: UInt64 = 0, timingIndex: UInt64 = 0,
    timingPurpose: RandomPurpose = .timingErrors, weightFaults: [UInt8]? = nil,
    activationFaults: [UInt8]? = nil
  ) {
    self.init(
      accumulator: accumulator, timing: timing, timingSeed: timingSeed, timingIndex: timingIndex,
      timingPurpose: timingPurpose,
      weightBuffer: weightFaults.map { .inverted($0) },
      activationBuffer: activationFaults.map { .inverted($0) })
  }

  /// Hardware with buffers of any faults.
  ///
  /// - Precondition: `timingIndex` is below 2³².
  public init(
    accumulator: AccumulatorSpec,
    timing: ProductErrorModel = .none, timingSeed: UInt64 = 0, timingIndex: UInt64 = 0,
    timingPurpose: RandomPurpose = .timingErrors, weightBuffer: BufferFaults?,
    activationBuffer: BufferFaults?
  ) {
    precondition(timingIndex < 1 << 32, "index too large")
    self.accumulator = accumulator
    self.timing = timing
    self.timingSeed = timingSeed
    self.timingIndex = timingIndex
    self.timingPurpose = timingPurpose
    self.weightFaults = weightBuffer
    self.activationFaults = activationBuffer
  }

  /// The same chip, all of whose products have settled.
  public var settled: InferenceHardware {
    InferenceHardware(
      accumulator: accumulator, weightBuffer: weightFaults, activationBuffer: activationFaults
    ).hardening(hardened)
  }

  /// The same chip with hardened cells for some bits of one network's weights.
  public func hardening(_ bits: HardenedBits?) -> InferenceHardware {
    var copy = self
    copy.hardened = bits
    return copy
  }

  /// The first word of the buffer for a layer's weights where those before end at this one: aligned
  /// as the buffer asks.
  public func firstWord(atOrAfter word: Int) -> Int {
    word.aligned(to: weightFaults?.alignment ?? 1)
  }

  /// The weights of a layer as they are read, when its first is word `start` of the buffer.
  ///
  /// - Precondition: `start` is from `firstWord`, and the weights fit the buffer.
  public func reading(weights: [UInt8], from start: Int) -> [UInt8] {
    guard let weightFaults else { return weights }
    var read = weights
    read.withUnsafeMutableBufferPointer { weightFaults.read($0, from: start) }
    return read
  }

  /// The activations of a layer of `inputCount` inputs as they are read.
  ///
  /// - Parameter firstVector: the number of the first vector: it decides the slot of each.
  /// - Precondition: a vector fits the buffer.
  public func reading(
    activations: [UInt8], inputCount: Int, firstVector: Int = 0
  ) -> [UInt8] {
    guard let activationFaults else { return activations }
    let slot = inputCount.aligned(to: activationFaults.alignment)
    let slots = activationFaults.words / slot
    precondition(slots > 0, "a vector does not fit the buffer")
    let vectors = activations.count / inputCount
    // Vectors without words between them are read in one piece.
    let vectorsAtOnce = slot == inputCount ? slots : 1
    var read = activations
    read.withUnsafeMutableBufferPointer { read in
      var vector = 0
      while vector < vectors {
        let place = (firstVector + vector) % slots
        let count = min(vectorsAtOnce, slots - place, vectors - vector)
        activationFaults.read(
          UnsafeMutableBufferPointer(
            rebasing: read[vector * inputCount..<(vector + count) * inputCount]),
          from: place * slot)
        vector += count
      }
    }
    return read
  }
}
