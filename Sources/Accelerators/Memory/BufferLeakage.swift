import Quantities
import Technology

extension AcceleratorSpec {
  /// The leakage power of all buffers' banks, cells of unused bits too; nil where the technology has no
  /// memory.
  ///
  /// - Throws: `TechnologyError` as `memoryBitLeakage`.
  func memoryLeakage(
    _ technology: TechnologyNode, at supply: Voltage
  ) throws(TechnologyError) -> Power? {
    guard let sram = technology.sram else { return nil }
    guard sram.leakageSource == .macros else {
      let cell = try technology.bitCellLeakage(at: supply)
      return memories.reduce(0) { $0 + $1.memory.cells } * cell
    }
    var sum = Power(0)
    for (_, memory) in memories {
      let bit = try technology.memoryBitLeakage(words: Double(memory.wordsPerBank), at: supply)
      sum = sum + memory.cells * bit
    }
    return sum
  }

  /// Where the leakage of the memory rail comes from: `cells`, `macros`, or `macros_extrapolated` where a
  /// bank is smaller or larger than the memories that the law was fitted on, or has more ports.
  public func memoryLeakageSource(_ technology: TechnologyNode) -> String {
    guard let sram = technology.sram, sram.leakageSource == .macros, let law = sram.macroLeakage
    else { return SRAMLeakageSource.cells.rawValue }
    let isCovered = memories.allSatisfy { _, memory in
      memory.ports == 1
        && law.covers(words: Double(memory.wordsPerBank), width: Double(memory.wordBits))
    }
    return SRAMLeakageSource.macros.rawValue + (isCovered ? "" : "_extrapolated")
  }
}
