extension FoldSchedule {
  /// The cycles that the array waits for DRAM in and after a fold, and before the first one.
  private func stall(
    _ fold: Fold, at place: Place, bitsPerCycle: Int, conflicts: BankConflicts?
  ) -> Int {
    var (left, following): (Int?, Fold.Start?)
    // A fold within the sums over K leaves no outputs behind.
    if place.inner == 0, let place = previous(place) { left = self.fold(place).lastOutputs }
    if let place = next(place) { following = self.fold(place).start }
    let stall = fold.stall(
      after: left, before: following, bitsPerCycle: bitsPerCycle, conflicts: conflicts)
    guard place == Place() else { return stall }
    return stall + (fold.firstBits + bitsPerCycle - 1) / bitsPerCycle
  }

  /// What all folds need together.
  struct Totals: Equatable {
    var computeCycles = 0
    /// In which the array waits: for DRAM, and for the buffers' banks.
    var stalls = StallCounts()
    var bitsRead = 0
    /// Of these, the operand's that stays, or of activations where sums stay.
    var heldBitsRead = 0
    var bitsWritten = 0
  }

  /// One of each kind of fold along a loop, and how many it stands for.
  private typealias Representatives = [(index: Int, weight: Int)]

  /// Of the innermost loop: folds between the first and the last, whose neighbors are in the same turn
  /// of the other loops. They differ by the taps with which they begin, and the last of them by the one
  /// that follows.
  private var between: Representatives {
    guard inner.count > 2 else { return [] }
    let last = inner.count - 2
    var list: Representatives = []
    let period = inputs?.period ?? 1
    for index in 1..<max(1, min(last, 1 + period)) {
      list.append((index, (last - 1 - index) / period + 1))
    }
    return list + [(last, 1)]
  }

  /// Of another loop.
  ///
  /// - Parameters:
  ///   - withNeighbors: whether folds before and after are alike too, in other turns of the loop.
  ///   - isFirstApart: whether the first turn fetches what later ones find.
  private func turns(
    _ cut: Cut, arePositions: Bool, withNeighbors: Bool, isFirstApart: Bool
  ) -> Representatives {
    if let inputs, arePositions {
      return inputs.tiles.representatives(
        withNeighbors: withNeighbors, isFirstApart: isFirstApart)
    }
    if withNeighbors { return (0..<cut.representatives).map { cut.representative($0) } }
    let whole = cut.count - (cut.isWhole(cut.count - 1) ? 0 : 1)
    var list: Representatives = whole > 0 ? [(0, isFirstApart ? 1 : whole)] : []
    if isFirstApart, whole > 1 { list.append((1, whole - 1)) }
    if whole < cut.count { list.append((cut.count - 1, 1)) }
    return list
  }

  /// One of each kind of fold, and how many it stands for.
  private var kinds: [(place: Place, weight: Int)] {
    let edges: Representatives = inner.count > 1 ? [(0, 1), (inner.count - 1, 1)] : [(0, 1)]
    var kinds: [(place: Place, weight: Int)] = []
    for (list, withNeighbors) in [(between, false), (edges, true)] where !list.isEmpty {
      let middles = turns(
        middle, arePositions: isInputStationary, withNeighbors: withNeighbors,
        isFirstApart: isOutputStationary ? keepsHeld : keepsMoving)
      let outers = turns(
        outer, arePositions: !isInputStationary, withNeighbors: withNeighbors,
        isFirstApart: isOutputStationary ? keepsMoving : keepsHeld)
      kinds.reserveCapacity(kinds.count + outers.count * middles.count * list.count)
      for outer in outers {
        for middle in middles {
          for inner in list {
            let place = Place(outer: outer.index, middle: middle.index, inner: inner.index)
            kinds.append((place, outer.weight * middle.weight * inner.weight))
          }
        }
      }
    }
    return kinds
  }

  /// The sums over all folds, each kind of fold computed once.
  func totals(bitsPerCycle: Int?) -> Totals {
    var totals = Totals()
    // Folds differ in their accesses only by the sizes of the last ones, and by giving outputs.
    var known = [BankConflicts?](repeating: nil, count: 8)
    for (place, weight) in kinds {
      let fold = fold(place)
      totals.computeCycles += weight * cycles(place)
      totals.bitsRead += weight * fold.bitsRead
      totals.heldBitsRead += weight * fold.heldBitsRead
      totals.bitsWritten += weight * fold.bitsWritten
      var conflicts: BankConflicts?
      if hasBanks {
        let kind =
          (outer.isWhole(place.outer) ? 0 : 4) + (middle.isWhole(place.middle) ? 0 : 2)
          + (place.inner == inner.count - 1 ? 1 : 0)
        conflicts = known[kind] ?? BankConflicts(FoldAccesses(self, place))
        known[kind] = conflicts
        totals.stalls.bankCycles += weight * (conflicts?.extra(0..<cycles(place)) ?? 0)
      }
      if let bitsPerCycle {
        totals.stalls.dramCycles +=
          weight * stall(fold, at: place, bitsPerCycle: bitsPerCycle, conflicts: conflicts)
      }
    }
    // SCALE-Sim gives the number of the last cycle, counted from 0.
    if convention == .scalesim { totals.computeCycles -= 1 }
    return totals
  }
}
