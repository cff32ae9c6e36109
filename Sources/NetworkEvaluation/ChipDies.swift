import Accelerators
import Characterization

extension EvaluationSetup.ChipChoice {
  /// Numbers of dies that no error table is characterized on: those begin at 0.
  private static let (multipliers, adders): (UInt64, UInt64) = (1 << 41, 1 << 42)

  /// What a chip's faults and threshold shifts follow from.
  public func seed(ofChip chip: Int) -> UInt64 { seed &+ UInt64(chip) }

  /// The die of each element's multiplier, row-major.
  public func multiplierDies(ofChip chip: Int, _ accelerator: AcceleratorSpec) -> [Die] {
    (0..<accelerator.processingElements).map {
      Die(seed: seed(ofChip: chip), number: Self.multipliers | UInt64($0))
    }
  }

  /// The die of each adder: one an element, and one more a row.
  public func adderDies(ofChip chip: Int, _ accelerator: AcceleratorSpec) -> [Die] {
    (0..<accelerator.processingElements + accelerator.rows).map {
      Die(seed: seed(ofChip: chip), number: Self.adders | UInt64($0))
    }
  }
}
