/// The channel between DRAM and the buffers, cycle by cycle: bits that are due first go first.
struct DRAMChannel {
  /// nil: everything goes in the cycle in which it is asked for, which is none of the array's.
  private let bitsPerCycle: Int?
  /// By deadline; of equals, in the order in which they came.
  private var transfers: [(deadline: Int, bits: Int)] = []
  private(set) var bitsMoved = 0

  init(bitsPerCycle: Int?) { self.bitsPerCycle = bitsPerCycle }

  /// Asks for bits that have to be there by the end of a part.
  mutating func add(_ bits: Int, deadline: Int) {
    guard bits > 0 else { return }
    guard bitsPerCycle != nil else {
      bitsMoved += bits
      return
    }
    let place = transfers.firstIndex { $0.deadline > deadline } ?? transfers.count
    transfers.insert((deadline, bits), at: place)
  }

  /// One cycle.
  mutating func step() {
    guard var left = bitsPerCycle else { return }
    while left > 0, let first = transfers.first {
      let moved = min(left, first.bits)
      left -= moved
      bitsMoved += moved
      if moved == first.bits {
        transfers.removeFirst()
      } else {
        transfers[0].bits -= moved
      }
    }
  }

  /// Steps until nothing is left that is due by the end of a part.
  ///
  /// - Returns: how many cycles that took.
  mutating func finish(deadline: Int) -> Int {
    var cycles = 0
    while let first = transfers.first, first.deadline <= deadline {
      step()
      cycles += 1
    }
    return cycles
  }
}
