import Accelerators
import ErrorTables
import Quantities
import Technology

/// What protection of the buffers costs: check bits, which are stored, and moved at each access, beside
/// the data, at the energy and leakage of a data bit; and hardened cells for a share of the weights'
/// bits, in the whole weight buffer, read as often as the others.
///
/// Not modelled: encoders and decoders, and the store that holds what a test found for masking.
struct ProtectionCost {
  let spec: AcceleratorSpec
  let technology: TechnologyNode
  let memory: MemoryChoice
  let memorySupply: Voltage
  /// The share of the weights' bits in hardened cells.
  let hardened: Double
  let cell: HardenedCell

  /// Of the counted work, in this time.
  ///
  /// - Throws: `TechnologyError` if the supply is outside the fitted range.
  func energy(
    of counts: AccessCounts, time: Delay
  ) throws(TechnologyError) -> (access: Energy, leakage: Energy) {
    let weights = memory.weights.storageOverhead
    let activations = memory.activations.storageOverhead
    let moved =
      Double(counts.weightBitsRead) * (weights + hardened * (cell.energy - 1))
      + Double(counts.activationBitsRead + counts.activationBitsWritten) * activations
    let stored =
      Double(spec.operandWidth)
      * (Double(spec.weightBufferWords) * (weights + hardened * (cell.leakage - 1))
        + Double(2 * spec.activationBufferWords) * activations)
    let leakage = stored * (try technology.bitCellLeakage(at: memorySupply))
    return (technology.sramEnergy(bits: moved, at: memorySupply), leakage * time)
  }
}
