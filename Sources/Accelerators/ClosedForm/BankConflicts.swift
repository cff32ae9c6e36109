/// The cycles that a fold takes longer because banks have more accesses than ports, in closed form.
///
/// Which words are wanted together changes only when a word of the stream's vectors begins or ends to
/// be wanted. While the same ones are wanted, their addresses rise by the pitch every cycle, all alike,
/// so that the same number of them meet in a bank.
struct BankConflicts {
  /// From `start` on, until the next one, each cycle takes `extra` more.
  private struct Stretch {
    let start: Int
    let extra: Int
    /// Of all cycles before.
    let before: Int
  }

  private var stretches: [Stretch] = [Stretch(start: 0, extra: 0, before: 0)]

  init(_ accesses: FoldAccesses) {
    var profiles: [[(start: Int, cycles: Int)]] = []
    for rows in accesses.rows {
      profiles.append([
        (rows.cycles.lowerBound, rows.buffer.cycles(neighbors: rows.words)),
        (rows.cycles.upperBound, 1),
      ])
    }
    profiles += accesses.streams.map(Self.profile)
    var next = [Int](repeating: 0, count: profiles.count)
    var cycles = [Int](repeating: 1, count: profiles.count)
    while true {
      var start = Int.max
      for (profile, next) in zip(profiles, next) where next < profile.count {
        start = min(start, profile[next].start)
      }
      if start == .max { break }
      for index in profiles.indices {
        while next[index] < profiles[index].count, profiles[index][next[index]].start == start {
          cycles[index] = profiles[index][next[index]].cycles
          next[index] += 1
        }
      }
      let extra = (cycles.max() ?? 1) - 1
      guard let last = stretches.last, last.extra != extra else { continue }
      stretches.append(
        Stretch(
          start: start, extra: extra, before: last.before + last.extra * (start - last.start)))
    }
  }

  /// How long a stream's accesses take, from which cycle on.
  private static func profile(_ stream: FoldAccesses.Stream) -> [(start: Int, cycles: Int)] {
    let buffer = stream.buffer
    let delays = stream.delays
    // Words in a bank, relative to that of the first word; banks with so many words.
    var load = [Int](repeating: 0, count: buffer.banks)
    var loaded = [Int](repeating: 0, count: delays.count + 1)
    loaded[0] = buffer.banks
    var fullest = 0
    var profile: [(start: Int, cycles: Int)] = []
    var (begun, ended) = (0, 0)
    func bank(_ word: Int) -> Int {
      let bank = (word - delays[word] % buffer.banks * (buffer.pitch % buffer.banks)) % buffer.banks
      return bank < 0 ? bank + buffer.banks : bank
    }
    while ended < delays.count {
      let end = delays[ended] + stream.vectors
      let start = begun < delays.count ? min(delays[begun], end) : end
      while ended < delays.count, delays[ended] + stream.vectors == start {
        let bank = bank(ended)
        loaded[load[bank]] -= 1
        load[bank] -= 1
        loaded[load[bank]] += 1
        if loaded[fullest] == 0 { fullest -= 1 }
        ended += 1
      }
      while begun < delays.count, delays[begun] == start {
        let bank = bank(begun)
        loaded[load[bank]] -= 1
        load[bank] += 1
        loaded[load[bank]] += 1
        fullest = max(fullest, load[bank])
        begun += 1
      }
      profile.append((start, buffer.cycles(fullest: fullest)))
    }
    return profile
  }

  /// Of the cycles of a range.
  func extra(_ cycles: Range<Int>) -> Int { before(cycles.upperBound) - before(cycles.lowerBound) }

  /// The end of the stretch of equal cycles that a cycle lies in; nil: there is none.
  func end(_ cycle: Int) -> Int? {
    let next = firstIndex(after: cycle)
    return next < stretches.count ? stretches[next].start : nil
  }

  private func before(_ cycle: Int) -> Int {
    let stretch = stretches[firstIndex(after: cycle) - 1]
    return stretch.before + stretch.extra * (cycle - stretch.start)
  }

  /// The first stretch that begins after a cycle, by bisection.
  private func firstIndex(after cycle: Int) -> Int {
    var (low, high) = (0, stretches.count)
    while low < high {
      let middle = (low + high) / 2
      if stretches[middle].start <= cycle { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
