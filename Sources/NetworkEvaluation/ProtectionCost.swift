import Accelerators
import ErrorTables
import Quantities
import Technology

/// What protection of the buffers costs: check bits, which are stored, and moved at each access, beside
/// the data, at the energy and leakage of a data bit; and hardened cells for a share of the weights'
/// bits, in the whole weight buffer, read as often as the others. A bank's size, which its accesses' energy
/// goes by, is that of its data.
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
    let sram = try technology.memory()
    var access = Energy(0)
    for buffer in counts.bufferAccesses(on: spec) {
      let more =
        switch buffer.buffer {
        case .weight: weights + hardened * (cell.energy - 1)
        case .activation, .output: activations
        }
      access += sram.access.energy(
        bits: Double(buffer.bits) * more, bytes: buffer.memory.bytesOfAccess, at: memorySupply)
    }
    let weightWords = Double(spec.weightBufferWords) * (weights + hardened * (cell.leakage - 1))
    let activationWords = Double(2 * spec.activationBufferWords) * activations
    let width = Double(spec.operandWidth)
    guard sram.leakageSource == .macros else {
      let stored = width * (weightWords + activationWords)
      return (access, stored * (try technology.bitCellLeakage(at: memorySupply)) * time)
    }
    func bit(_ memory: BufferMemory) throws(TechnologyError) -> Power {
      try technology.memoryBitLeakage(words: Double(memory.wordsPerBank), at: memorySupply)
    }
    let leakage =
      try (width * weightWords) * bit(spec.weightMemory)
      + (width * activationWords) * bit(spec.activationMemory)
    return (access, leakage * time)
  }
}
