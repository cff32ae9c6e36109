#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What a stream of random numbers is for. Streams of different purposes are independent.
public enum RandomPurpose: UInt32, Sendable {
  case datasetSplit = 1
  case weightInitialization = 2
  case batchOrder = 3
  case dieVariation = 4
  case stimulus = 5
  case memoryFaults = 6
  case timingErrors = 7
  case trainingMemoryFaults = 8
  case trainingTimingErrors = 9
  case test = 10
  case operandSample = 11
  case elementDies = 20
  case memoryBlocks = 24
  case memoryFaultBands = 25
  case stuckValues = 26
  case dropout = 27
  case trainingWeightNoise = 28
  case hardenedBits = 29
  case lossDirection = 40
  case weightNoise = 41
  case sensitivityExamples = 42
  case trainingOutputProjection = 50
  case trainingElementDies = 51
  case countedTimingErrors = 52
}

/// A stream of random numbers that is fixed by (seed, purpose, index) alone.
///
/// A value type: a copy continues from the same place. 2³² blocks of four 32-bit words long.
public struct RandomStream: RandomNumberGenerator, Sendable {
  @usableFromInline let key: SIMD2<UInt32>
  @usableFromInline var counter: SIMD4<UInt32>
  @usableFromInline var words = SIMD4<UInt32>(repeating: 0)
  @usableFromInline var used = 4

  /// The stream for an index of a purpose under a seed.
  ///
  /// - Parameter lane: one of 2²⁴ sets of 2⁶⁴ streams of the purpose.
  /// - Precondition: `lane` is below 2²⁴.
  public init(seed: UInt64, purpose: RandomPurpose, lane: UInt32 = 0, index: UInt64 = 0) {
    precondition(lane < 1 << 24, "lane too large")
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    counter = SIMD4(
      0, purpose.rawValue | lane << 8, UInt32(truncatingIfNeeded: index),
      UInt32(truncatingIfNeeded: index >> 32))
  }

  /// Uniform over all 32-bit words.
  @inlinable
  public mutating func nextWord() -> UInt32 {
    if used == 4 {
      words = Philox.block(counter: counter, key: key)
      counter[0] &+= 1
      used = 0
    }
    defer { used += 1 }
    return words[used]
  }

  @inlinable
  public mutating func next() -> UInt64 {
    let low = UInt64(nextWord())
    return low | UInt64(nextWord()) << 32
  }

  /// Uniform in [0, 1), with 53 random bits.
  @inlinable
  public mutating func nextUniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// Standard normal, by the Box–Muller transform (one of its two results is dropped).
  public mutating func nextNormal() -> Double {
    let radius = (-2 * log(1 - nextUniform())).squareRoot()
    return radius * cos(2 * Double.pi * nextUniform())
  }

  /// How many failures come before the first success of trials with this probability: the distance
  /// to the next error, so that sampling errors costs as much as there are errors.
  ///
  /// - Parameter probability: in (0, 1].
  /// - Returns: 0, 1, 2 …, capped at 2^62.
  public mutating func nextGeometric(probability: Double) -> Int {
    precondition(probability > 0 && probability <= 1, "probability outside (0, 1]")
    if probability == 1 { return 0 }
    return GeometricSkips.distance(nextUniform(), denominator: log1p(-probability))
  }
}
