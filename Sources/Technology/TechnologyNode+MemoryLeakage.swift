import Quantities

extension TechnologyNode {
  /// The leakage power of a bit of a memory: of its cell, or the mean over a whole memory of so many
  /// words where the technology's file says `leakage: macros`, scaled over the supply as the cell's.
  ///
  /// - Throws: `TechnologyError` outside the range of the cell's law, or if the technology has no memory.
  public func memoryBitLeakage(
    words: Double, at supply: Voltage
  ) throws(TechnologyError) -> Power {
    let cell = try bitCellLeakage(at: supply)
    guard let macros = sram?.macroLeakage, sram?.leakageSource == .macros,
      let nominal = sram?.macroSupply
    else { return cell }
    let ratio = try cell / bitCellLeakage(at: nominal)
    return ratio * macros.powerOfBit(words: words)
  }
}
