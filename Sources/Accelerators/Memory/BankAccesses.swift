/// Counts the accesses of each bank, cycle by cycle and address by address.
struct BankAccesses {
  /// Accesses of a bank in this cycle; 0 between cycles.
  private var load = [Int](repeating: 0, count: AcceleratorSpec.Limits.banks.upperBound)

  /// How many cycles the accesses of one of the array's cycles take, at least one: those of the slowest
  /// bank.
  mutating func cycles(_ accesses: FoldAccesses, cycle: Int) -> Int {
    var cycles = 1
    for rows in accesses.rows where rows.cycles.contains(cycle) {
      // The last vector comes (or leaves) first.
      let first = (rows.cycles.upperBound - 1 - cycle) * rows.buffer.pitch
      cycles = max(cycles, serve(rows.buffer, 0..<rows.words) { first + $0 })
    }
    for stream in accesses.streams {
      let (delays, pitch) = (stream.delays, stream.buffer.pitch)
      // Words of vectors that have begun and are not over.
      var first = 0
      while first < delays.count, cycle - delays[first] >= stream.vectors { first += 1 }
      var last = first
      while last < delays.count, cycle >= delays[last] { last += 1 }
      guard first < last else { continue }
      cycles = max(
        cycles, serve(stream.buffer, first..<last) { (cycle - delays[$0]) * pitch + $0 })
    }
    return cycles
  }

  private mutating func serve(
    _ buffer: BankedBuffer, _ words: Range<Int>, _ address: (Int) -> Int
  ) -> Int {
    var fullest = 0
    for word in words {
      let bank = address(word) % buffer.banks
      load[bank] += 1
      fullest = max(fullest, load[bank])
    }
    for word in words { load[address(word) % buffer.banks] = 0 }
    return buffer.cycles(fullest: fullest)
  }
}
