/// The folds of a matrix product in the order in which the array works on them, and what each moves
/// from and to DRAM: three nested loops, the innermost last.
///
/// | dataflow | outer | middle | inner | a fold's stream |
/// |---|---|---|---|---|
/// | weight stationary | tiles of M | folds along N | folds along K | vectors of the tile |
/// | input stationary | tiles of N | folds along M | folds along K | vectors of the tile |
/// | output stationary | folds along M | folds along N | one | steps along K |
///
/// An operand that was fetched is fetched again unless its buffer holds all of it that the loops come
/// back to. Outputs leave once, as words of an activation's width.
struct FoldSchedule {
  /// One extent, cut into parts; the last one may be smaller.
  struct Cut {
    let extent: Int
    let part: Int
    let count: Int

    init(_ extent: Int, part: Int) {
      self.extent = extent
      self.part = part
      count = (extent + part - 1) / part
    }

    func isWhole(_ index: Int) -> Bool { size(index) == part }

    func size(_ index: Int) -> Int { index == count - 1 ? extent - (count - 1) * part : part }

    /// How many indices stand for all: the first, the last two, and one for those between. An index
    /// counts only by being the first or the last one, the next one by being the last, and the one
    /// before by its size.
    var representatives: Int { min(count, 4) }

    /// One of them, and how many it stands for.
    func representative(_ number: Int) -> (index: Int, weight: Int) {
      guard count > 4, number >= 1 else { return (number, 1) }
      return number == 1 ? (1, count - 3) : (count - 4 + number, 1)
    }
  }

  /// A fold's place in the loops.
  struct Place: Equatable {
    var outer = 0
    var middle = 0
    var inner = 0
  }

  let outer: Cut
  let middle: Cut
  let inner: Cut
  /// Of the operand that stays (or of activations), of the one that moves (weights), of outputs.
  let heldBuffer: FoldBuffer
  let movingBuffer: FoldBuffer
  let outputBuffer: FoldBuffer
  /// Their banks, where their accesses take time.
  let heldBanks: BankedBuffer?
  let movingBanks: BankedBuffer?
  let outputBanks: BankedBuffer?
  /// Whether the buffers keep what the loops come back to.
  private let keepsHeld: Bool
  private let keepsMoving: Bool
  let isOutputStationary: Bool
  private let convention: CycleConvention
  let rows: Int
  let columns: Int
  /// Cycles that a product spends between multiplier and adder.
  let pipeline: Int

  init(_ spec: AcceleratorSpec, _ shape: MatrixShape, _ convention: CycleConvention) {
    (rows, columns, pipeline) = (spec.rows, spec.columns, spec.pipelineRegisters)
    self.convention = convention
    isOutputStationary = spec.dataflow == .outputStationary
    func buffer(_ words: Int, _ bits: Int) -> FoldBuffer {
      FoldBuffer(words: words, wordBits: bits, isDouble: spec.isDoubleBuffered)
    }
    let weights = buffer(spec.weightBufferWords, spec.weightWidth)
    let activations = buffer(spec.activationBufferWords, spec.operandWidth)
    outputBuffer = buffer(spec.outputBufferWords, spec.operandWidth)
    switch spec.dataflow {
    case .weightStationary, .inputStationary:
      let isWeight = spec.dataflow == .weightStationary
      let vectors = isWeight ? shape.m : shape.n
      let outputs = isWeight ? shape.n : shape.m
      outer = Cut(vectors, part: convention == .physical ? spec.bankVectors : vectors)
      middle = Cut(outputs, part: spec.columns)
      inner = Cut(shape.k, part: spec.rows)
      (heldBuffer, movingBuffer) = isWeight ? (weights, activations) : (activations, weights)
      keepsHeld = outer.count > 1 && shape.k * outputs <= heldBuffer.words
      keepsMoving = middle.count > 1 && outer.size(0) * shape.k <= movingBuffer.words
    case .outputStationary:
      outer = Cut(shape.m, part: spec.rows)
      middle = Cut(shape.n, part: spec.columns)
      inner = Cut(shape.k, part: shape.k)
      (heldBuffer, movingBuffer) = (activations, weights)
      keepsHeld = middle.count > 1 && outer.size(0) * shape.k <= heldBuffer.words
      keepsMoving = outer.count > 1 && shape.k * shape.n <= movingBuffer.words
    }
    let (weightBanks, activationBanks): (BankedBuffer?, BankedBuffer?)
    // Convention `scalesim` knows no banks, as its peer counts no conflicts by these rules.
    let ports = convention == .physical ? spec.ports : AcceleratorSpec.Ports()
    func banks(_ ports: BufferPorts, _ bits: Int, _ folds: Cut) -> BankedBuffer? {
      BankedBuffer(ports, operandBits: bits, folds: folds)
    }
    switch spec.dataflow {
    case .weightStationary:
      weightBanks = banks(ports.weights, spec.weightWidth, middle)
      activationBanks = banks(ports.activations, spec.operandWidth, inner)
    case .inputStationary:
      weightBanks = banks(ports.weights, spec.weightWidth, inner)
      activationBanks = banks(ports.activations, spec.operandWidth, middle)
    case .outputStationary:
      weightBanks = banks(ports.weights, spec.weightWidth, middle)
      activationBanks = banks(ports.activations, spec.operandWidth, outer)
    }
    (heldBanks, movingBanks) =
      spec.dataflow == .weightStationary
      ? (weightBanks, activationBanks) : (activationBanks, weightBanks)
    outputBanks = banks(ports.outputs, spec.operandWidth, middle)
  }

  /// Whether accesses to a buffer may take longer than the array.
  var hasBanks: Bool { heldBanks != nil || movingBanks != nil || outputBanks != nil }

  var foldCount: Int { outer.count * middle.count * inner.count }

  /// The cycles of a fold; partial ones pay full size.
  func cycles(_ place: Place) -> Int {
    let stream = isOutputStationary ? inner.extent : outer.size(place.outer)
    return switch (isOutputStationary, convention) {
    case (false, .physical): stream + 2 * rows + columns + 1 + pipeline
    case (true, .physical): stream + 2 * rows + columns + pipeline
    case (false, .scalesim): stream + 2 * rows + columns - 2
    case (true, .scalesim): stream + rows + columns - 2
    }
  }

  /// The parts of a fold, and what each moves.
  func fold(_ place: Place) -> Fold {
    let (vectors, outputs) = (outer.size(place.outer), middle.size(place.middle))
    let depth = inner.size(place.inner)
    let cycles = cycles(place)
    if isOutputStationary {
      let held = FoldStream(
        words: vectors, buffer: heldBuffer, isFetched: place.middle == 0 || !keepsHeld)
      let moving = FoldStream(
        words: outputs, buffer: movingBuffer, isFetched: place.outer == 0 || !keepsMoving)
      let part = min(
        depth, keepsHeld ? depth : heldBuffer.part(of: vectors),
        keepsMoving ? depth : movingBuffer.part(of: outputs))
      return Fold(
        parts: Cut(depth, part: part), lead: 0, tail: cycles - depth, streams: (held, moving),
        block: FoldStream(words: 0, buffer: heldBuffer, isFetched: false),
        outputs: FoldStream(words: 0, buffer: outputBuffer, isFetched: false),
        drained: vectors * outputs)
    }
    let completes = place.inner == inner.count - 1
    let moving = FoldStream(
      words: depth, buffer: movingBuffer, isFetched: place.middle == 0 || !keepsMoving)
    let part = min(
      vectors, keepsMoving ? vectors : movingBuffer.part(of: depth),
      completes ? outputBuffer.part(of: outputs) : vectors)
    return Fold(
      parts: Cut(vectors, part: part), lead: rows, tail: cycles - vectors - rows,
      streams: (moving, FoldStream(words: 0, buffer: movingBuffer, isFetched: false)),
      block: FoldStream(
        words: depth * outputs, buffer: heldBuffer, isFetched: place.outer == 0 || !keepsHeld),
      outputs: FoldStream(
        words: completes ? outputs : 0, buffer: outputBuffer, isFetched: false),
      drained: 0)
  }

  /// The folds before and after, if there are any.
  func previous(_ place: Place) -> Place? {
    var place = place
    if place.inner > 0 {
      place.inner -= 1
      return place
    }
    place.inner = inner.count - 1
    if place.middle > 0 {
      place.middle -= 1
      return place
    }
    place.middle = middle.count - 1
    guard place.outer > 0 else { return nil }
    place.outer -= 1
    return place
  }

  func next(_ place: Place) -> Place? {
    var place = place
    place.inner += 1
    if place.inner < inner.count { return place }
    place.inner = 0
    place.middle += 1
    if place.middle < middle.count { return place }
    place.middle = 0
    place.outer += 1
    return place.outer < outer.count ? place : nil
  }

  /// The cycles that the array waits for DRAM in and after a fold, and before the first one.
  private func stall(
    _ fold: Fold, at place: Place, bitsPerCycle: Int, conflicts: BankConflicts?
  ) -> Int {
    // Passed as functions, `fold` would take a copy of the schedule with it each time.
    var (before, after): (Fold?, Fold?)
    if let place = previous(place) { before = self.fold(place) }
    if let place = next(place) { after = self.fold(place) }
    let stall = fold.stall(
      after: before, before: after, bitsPerCycle: bitsPerCycle, conflicts: conflicts)
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

  /// The sums over all folds, each kind of fold computed once.
  func totals(bitsPerCycle: Int?) -> Totals {
    var totals = Totals()
    // Folds differ in their accesses only by the sizes of the last ones, and by giving outputs.
    var known = [BankConflicts?](repeating: nil, count: 8)
    for number in 0..<outer.representatives {
      let (outer, outerWeight) = outer.representative(number)
      for number in 0..<middle.representatives {
        let (middle, middleWeight) = middle.representative(number)
        for number in 0..<inner.representatives {
          let (inner, innerWeight) = inner.representative(number)
          let place = Place(outer: outer, middle: middle, inner: inner)
          let weight = outerWeight * middleWeight * innerWeight
          let fold = fold(place)
          totals.computeCycles += weight * cycles(place)
          totals.bitsRead += weight * fold.bitsRead
          totals.heldBitsRead += weight * fold.heldBitsRead
          totals.bitsWritten += weight * fold.bitsWritten
          var conflicts: BankConflicts?
          if hasBanks {
            let kind =
              (self.outer.isWhole(outer) ? 0 : 4) + (self.middle.isWhole(middle) ? 0 : 2)
              + (inner == self.inner.count - 1 ? 1 : 0)
            conflicts = known[kind] ?? BankConflicts(FoldAccesses(self, place))
            known[kind] = conflicts
            totals.stalls.bankCycles +=
              weight * (conflicts?.extra(0..<cycles(place)) ?? 0)
          }
          if let bitsPerCycle {
            totals.stalls.dramCycles +=
              weight
              * stall(fold, at: place, bitsPerCycle: bitsPerCycle, conflicts: conflicts)
          }
        }
      }
    }
    // SCALE-Sim gives the number of the last cycle, counted from 0.
    if convention == .scalesim { totals.computeCycles -= 1 }
    return totals
  }
}
