/// A die of a netlist: a seed and a number fix the threshold shift of each placed cell.
public struct Die: Hashable, Sendable {
  public let seed: UInt64
  public let number: UInt64

  public init(seed: UInt64, number: UInt64) {
    self.seed = seed
    self.number = number
  }
}
