import LogicSimulation
import Randomness

/// Operand transitions that a netlist is characterized on: input words before and after a clock edge.
///
/// The bits of the netlist's input ports form the word, in order of declaration, least significant
/// first.
public struct Stimulus: Sendable, Hashable {
  public let previous: [UInt128]
  public let current: [UInt128]

  /// - Precondition: as many words before as after, at least one.
  public init(previous: [UInt128], current: [UInt128]) {
    precondition(previous.count == current.count && !current.isEmpty)
    self.previous = previous
    self.current = current
  }

  public var count: Int { current.count }

  /// Uniform operands where the second one is held, as in a stationary array.
  ///
  /// - Parameters: operand widths in bits (their sum at most 64), how many transitions, a seed, and
  ///   which of its streams.
  public static func uniformStationary(
    widthA: Int, widthB: Int, count: Int, seed: UInt64, index: UInt64 = 0
  ) -> Stimulus {
    precondition(widthA > 0 && widthB > 0 && widthA + widthB <= 64 && count > 0)
    var stream = RandomStream(seed: seed, purpose: .stimulus, index: index)
    let maskA: UInt64 = (1 << UInt64(widthA)) - 1
    let maskB: UInt64 = (1 << UInt64(widthB)) - 1
    var previous: [UInt128] = []
    var current: [UInt128] = []
    for _ in 0..<count {
      let held = (stream.next() & maskB) << UInt64(widthA)
      previous.append(UInt128(held | stream.next() & maskA))
      current.append(UInt128(held | stream.next() & maskA))
    }
    return Stimulus(
      previous: previous, current: current)
  }

  /// Whether no transition changes a bit of the mask.
  public func holds(_ mask: UInt128) -> Bool {
    zip(previous, current).allSatisfy { ($0 ^ $1) & mask == 0 }
  }

  /// Calls a body with the transitions, as many at a time as a block of timed simulation takes.
  package func forEachBlock(
    _ body: (_ previous: UnsafeBufferPointer<UInt128>, _ current: UnsafeBufferPointer<UInt128>) ->
      Void
  ) {
    previous.withUnsafeBufferPointer { previous in
      current.withUnsafeBufferPointer { current in
        for start in stride(from: 0, to: current.count, by: TimedBlock.laneCount) {
          let lanes = start..<min(current.count, start + TimedBlock.laneCount)
          body(
            UnsafeBufferPointer(rebasing: previous[lanes]),
            UnsafeBufferPointer(rebasing: current[lanes]))
        }
      }
    }
  }
}
