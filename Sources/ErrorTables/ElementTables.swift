import Randomness

/// Transition tables of a chip's processing elements: each element has one of a number of dies.
///
/// Elements differ, and a table takes 32 MB and half a second: so a stated number of dies stands for
/// all.
public struct ElementTables: Sendable {
  public let dies: DieTables
  /// Which die each element has.
  public let dieOfElement: [Int]

  /// - Precondition: each element's die is among them.
  public init(dies: DieTables, dieOfElement: [Int]) {
    precondition(dieOfElement.allSatisfy(dies.tables.indices.contains), "no such die")
    self.dies = dies
    self.dieOfElement = dieOfElement
  }

  /// The dies that a chip's elements draw from `variants`: the stream (chip seed, `.elementDies`).
  public static func dies(elements: Int, variants: Int, chipSeed: UInt64) -> [Int] {
    var stream = RandomStream(seed: chipSeed, purpose: .elementDies)
    return dies(elements: elements, variants: variants, from: &stream)
  }

  /// Dies that elements draw from `variants` by a stream.
  public static func dies(
    elements: Int, variants: Int, from stream: inout RandomStream
  ) -> [Int] {
    precondition(variants >= 1, "no die to draw from")
    return (0..<elements).map { _ in Int(stream.next() % UInt64(variants)) }
  }

  /// The captured products of an element's die; nil if all are right.
  public func table(ofElement element: Int) -> TransitionTable? {
    dies.tables[dieOfElement[element]]
  }

  /// What an element's product register takes when its activation changes.
  @inline(__always)
  public func product(element: Int, previous: UInt8, activation: UInt8, weight: UInt8) -> UInt32 {
    guard let table = table(ofElement: element) else {
      return dies.settled[Int(activation), Int(weight)]
    }
    return UInt32(table[Int(weight), Int(previous), Int(activation)])
  }
}
