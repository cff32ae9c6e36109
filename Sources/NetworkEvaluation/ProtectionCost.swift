import Accelerators
import ErrorTables
import Quantities
import Technology

/// What the check bits of the buffers cost: they are stored, and moved at each access, beside the
/// data, at the energy and leakage of a data bit.
///
/// Not modelled: encoders and decoders, and the store that holds what a test found for masking.
struct ProtectionCost {
  let spec: AcceleratorSpec
  let technology: TechnologyNode
  let memory: MemoryChoice
  let memorySupply: Voltage

  /// Of the counted work, in this time.
  ///
  /// - Throws: `TechnologyError` if the supply is outside the fitted range.
  func energy(
    of counts: AccessCounts, time: Delay
  ) throws(TechnologyError) -> (access: Energy, leakage: Energy) {
    let weights = memory.weights.storageOverhead
    let activations = memory.activations.storageOverhead
    let moved =
      Double(counts.weightBitsRead) * weights
      + Double(counts.activationBitsRead + counts.activationBitsWritten) * activations
    let stored =
      Double(spec.operandWidth)
      * (Double(spec.weightBufferWords) * weights
        + Double(2 * spec.activationBufferWords) * activations)
    let leakage = stored * (try technology.bitCellLeakage(at: memorySupply))
    return (technology.sramEnergy(bits: moved, at: memorySupply), leakage * time)
  }
}
