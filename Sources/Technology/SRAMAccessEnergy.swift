import Quantities

/// What an access of 64 bits of a static memory takes, from a published table; scaled by (V/supply)².
public struct SRAMAccessEnergy: Sendable, Hashable {
  public enum Law: Sendable, Hashable {
    /// The same for a memory of any size.
    case anySize(Energy)
    /// Against bytes of the memory.
    case bySize(PowerLaw)
  }

  public let law: Law
  /// The supply that the energies hold at.
  public let supply: Voltage
  public let source: String

  /// The energy of reading or writing so many bits, of whole words of a memory, in proportion to them.
  ///
  /// - Parameter bytes: of the memory, positive.
  public func energy(bits: Double, bytes: Double, at supply: Voltage) -> Energy {
    let ratio = supply / self.supply
    let access =
      switch law {
      case .anySize(let energy): energy
      case .bySize(let law): law[bytes]
      }
    return access * (bits / 64 * ratio * ratio)
  }

  /// Whether a memory's size lies between those of the table.
  public func covers(bytes: Double) -> Bool {
    switch law {
    case .anySize: true
    case .bySize(let law): law.covers(bytes)
    }
  }
}
