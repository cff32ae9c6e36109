import Quantities
import Technology

/// What single operations cost by a published table: for layers whose multiplier was not characterized
/// at its gates. `HardwareSpecs/Energy` has the tables with their sources.
public struct EnergyTable: Hashable, Sendable {
  public enum Costs: Hashable, Sendable {
    case operations(Operations)
    case accesses(Accesses)
  }

  public let name: String
  public let source: String
  public let costs: Costs

  /// What the numbers of a result are in.
  public var unit: String {
    switch costs {
    case .operations: "pJ"
    case .accesses(let accesses): "MAC\(accesses.wordBits)"
    }
  }

  /// Joules by width and size.
  public struct Operations: Hashable, Sendable {
    /// Against bits of both operands.
    public let multiply: PowerLaw
    /// Against bits.
    public let add: PowerLaw
    /// An access of 64 bits, read or write, against bytes of the memory.
    public let sram: PowerLaw
    /// An access of 64 bits.
    public let dram: Energy
  }

  /// Ratios to a multiply-accumulate. Words that are narrower or wider than `wordBits` cost in
  /// proportion to their bits.
  public struct Accesses: Hashable, Sendable {
    public let wordBits: Int
    public let multiplyAccumulate: Double
    public let registerFile: Double
    public let interElement: Double
    public let buffer: Double
    public let dram: Double
  }
}
