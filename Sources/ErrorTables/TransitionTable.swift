import Foundation

/// The captured product of a multiplier for every operand transition in which one operand is held.
///
/// For one die at one supply and clock period: what the product register takes when the moving operand
/// goes from its previous to its present value and the multiplication before has settled. Exact for a
/// weight- or input-stationary array under that condition.
public struct TransitionTable: Sendable {
  /// Bits of the held operand and of the moving one: stationary + 2·moving ≤ 24.
  public let stationaryWidth: Int
  public let movingWidth: Int
  /// 16-bit words, little endian, at `(stationary << movingWidth | previous) << movingWidth |
  /// current`; perhaps a mapped file.
  let words: Data

  /// How many transitions a table has, for given widths.
  static func count(_ stationaryWidth: Int, _ movingWidth: Int) -> Int {
    1 << (stationaryWidth + 2 * movingWidth)
  }

  /// - Parameter words: two bytes, little endian, for each transition.
  /// - Precondition: widths of at least 1 that make at most 2^24 transitions; as many words.
  public init(stationaryWidth: Int, movingWidth: Int, words: Data) {
    precondition(stationaryWidth >= 1 && movingWidth >= 1, "an operand without bits")
    precondition(stationaryWidth + 2 * movingWidth <= 24, "more than 2^24 transitions")
    precondition(words.count == 2 * Self.count(stationaryWidth, movingWidth), "not one word each")
    self.stationaryWidth = stationaryWidth
    self.movingWidth = movingWidth
    self.words = words
  }

  /// The captured product.
  public subscript(stationary: Int, previous: Int, current: Int) -> UInt16 {
    withProducts { $0[index(stationary, previous, current)] }
  }

  /// Where a transition stands in `withProducts`.
  @inline(__always)
  public func index(_ stationary: Int, _ previous: Int, _ current: Int) -> Int {
    ((stationary << movingWidth) | previous) << movingWidth | current
  }

  /// Calls a body with all captured products, in the order of `index`.
  public func withProducts<Result>(
    _ body: (UnsafeBufferPointer<UInt16>) throws -> Result
  ) rethrows -> Result {
    try words.withUnsafeBytes { try body($0.assumingMemoryBound(to: UInt16.self)) }
  }
}
