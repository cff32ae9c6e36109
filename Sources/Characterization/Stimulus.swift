import Randomness

/// Operand transitions that a netlist is characterized on: input words before and after a clock edge.
///
/// The bits of the netlist's input ports form the word, in order of declaration, least significant
/// first.
public struct Stimulus: Sendable, Hashable {
  public let previous: [UInt64]
  public let current: [UInt64]

  /// - Precondition: as many words before as after, at least one.
  public init(previous: [UInt64], current: [UInt64]) {
    precondition(previous.count == current.count && !current.isEmpty)
    self.previous = previous
    self.current = current
  }

  public var count: Int { current.count }

  /// Uniform operands where the second one is held, as in a stationary array.
  ///
  /// - Parameters: operand widths in bits (their sum at most 64), how many transitions, a seed.
  public static func uniformStationary(
    widthA: Int, widthB: Int, count: Int, seed: UInt64
  ) -> Stimulus {
    precondition(widthA > 0 && widthB > 0 && widthA + widthB <= 64 && count > 0)
    var stream = RandomStream(seed: seed, purpose: .stimulus)
    let maskA: UInt64 = (1 << UInt64(widthA)) - 1
    let maskB: UInt64 = (1 << UInt64(widthB)) - 1
    var previous: [UInt64] = []
    var current: [UInt64] = []
    for _ in 0..<count {
      let held = (stream.next() & maskB) << UInt64(widthA)
      previous.append(held | stream.next() & maskA)
      current.append(held | stream.next() & maskA)
    }
    return Stimulus(
      previous: previous, current: current)
  }
}
