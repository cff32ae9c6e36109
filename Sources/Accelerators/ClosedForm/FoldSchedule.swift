/// The folds of a matrix product in the order in which the array works on them, and what each moves
/// from and to DRAM: three nested loops, the innermost last.
///
/// | dataflow | outer | middle | inner |
/// |---|---|---|---|
/// | weight stationary | tiles of M | folds along N | folds along K |
/// | input stationary | tiles of N | folds along M | folds along K |
/// | output stationary | folds along M | folds along N | one |
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

    func size(_ index: Int) -> Int { index == count - 1 ? extent - (count - 1) * part : part }

    /// Indices that stand for all: near the ends each for itself, one for those between, whose
    /// neighbors are no ends either.
    var representatives: [(index: Int, weight: Int)] {
      guard count > 5 else { return (0..<count).map { ($0, 1) } }
      return [(0, 1), (1, 1), (2, count - 4), (count - 2, 1), (count - 1, 1)]
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
  /// Bits of a word of the operand that stays (or of activations) and of the one that moves (weights).
  private let heldBits: Int
  private let movingBits: Int
  private let outputBits: Int
  /// Whether the buffers keep what the loops come back to.
  private let keepsHeld: Bool
  private let keepsMoving: Bool
  /// Whether transfers overlap the fold before.
  let overlaps: Bool
  private let isOutputStationary: Bool
  private let convention: CycleConvention
  private let rows: Int
  private let columns: Int

  init(_ spec: AcceleratorSpec, _ shape: MatrixShape, _ convention: CycleConvention) {
    (rows, columns) = (spec.rows, spec.columns)
    self.convention = convention
    outputBits = spec.operandWidth
    isOutputStationary = spec.dataflow == .outputStationary
    let (weights, activations) = (spec.weightBufferWords, spec.activationBufferWords)
    switch spec.dataflow {
    case .weightStationary, .inputStationary:
      let isWeight = spec.dataflow == .weightStationary
      let vectors = isWeight ? shape.m : shape.n
      let outputs = isWeight ? shape.n : shape.m
      outer = Cut(vectors, part: convention == .physical ? spec.bankVectors : vectors)
      middle = Cut(outputs, part: spec.columns)
      inner = Cut(shape.k, part: spec.rows)
      (heldBits, movingBits) =
        isWeight
        ? (spec.weightWidth, spec.operandWidth) : (spec.operandWidth, spec.weightWidth)
      let (heldWords, movingWords) = isWeight ? (weights, activations) : (activations, weights)
      keepsHeld = shape.k * outputs <= heldWords
      keepsMoving = min(vectors, outer.part) * shape.k <= movingWords
      let block = min(spec.rows, shape.k) * min(spec.columns, outputs)
      overlaps = spec.isDoubleBuffered && 2 * block <= heldWords
    case .outputStationary:
      outer = Cut(shape.m, part: spec.rows)
      middle = Cut(shape.n, part: spec.columns)
      inner = Cut(shape.k, part: shape.k)
      (heldBits, movingBits) = (spec.operandWidth, spec.weightWidth)
      keepsHeld = min(spec.rows, shape.m) * shape.k <= activations
      keepsMoving = shape.k * shape.n <= weights
      overlaps = spec.isDoubleBuffered
    }
  }

  var foldCount: Int { outer.count * middle.count * inner.count }

  /// The cycles of a fold; partial ones pay full size.
  func cycles(_ place: Place) -> Int {
    let stream = isOutputStationary ? inner.extent : outer.size(place.outer)
    return switch (isOutputStationary, convention) {
    case (false, .physical): stream + 2 * rows + columns + 1
    case (true, .physical): stream + 2 * rows + columns
    case (false, .scalesim): stream + 2 * rows + columns - 2
    case (true, .scalesim): stream + rows + columns - 2
    }
  }

  /// The bits that a fold reads from DRAM before it begins.
  func bitsRead(_ place: Place) -> Int {
    let (vectors, outputs) = (outer.size(place.outer), middle.size(place.middle))
    let depth = inner.size(place.inner)
    if isOutputStationary {
      let activations = place.middle == 0 || !keepsHeld ? vectors * depth * heldBits : 0
      return activations + (place.outer == 0 || !keepsMoving ? depth * outputs * movingBits : 0)
    }
    let held = place.outer == 0 || !keepsHeld ? depth * outputs * heldBits : 0
    return held + (place.middle == 0 || !keepsMoving ? vectors * depth * movingBits : 0)
  }

  /// The bits of the outputs that a fold completes.
  func bitsWritten(_ place: Place) -> Int {
    guard place.inner == inner.count - 1 else { return 0 }
    return outer.size(place.outer) * middle.size(place.middle) * outputBits
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

  /// The cycles that the array waits for DRAM after a fold, or before the first one.
  ///
  /// With overlap the channel moves the next fold's operands and the last fold's outputs while a fold
  /// computes; without, everything waits.
  func stall(_ place: Place, bitsPerCycle: Int) -> Int {
    func time(_ bits: Int) -> Int { (bits + bitsPerCycle - 1) / bitsPerCycle }
    let after = next(place)
    guard overlaps else { return time(bitsRead(place)) + time(bitsWritten(place)) }
    let bits =
      (after.map(bitsRead) ?? 0) + (previous(place).map(bitsWritten) ?? 0)
    var stall = max(0, time(bits) - cycles(place))
    if place == Place() { stall += time(bitsRead(place)) }
    if after == nil { stall += time(bitsWritten(place)) }
    return stall
  }

  /// What all folds need together.
  struct Totals: Equatable {
    var computeCycles = 0
    var stallCycles = 0
    var bitsRead = 0
    var bitsWritten = 0
  }

  /// The sums over all folds, each kind of fold computed once.
  func totals(bitsPerCycle: Int?) -> Totals {
    var totals = Totals()
    for (outer, outerWeight) in outer.representatives {
      for (middle, middleWeight) in middle.representatives {
        for (inner, innerWeight) in inner.representatives {
          let place = Place(outer: outer, middle: middle, inner: inner)
          let weight = outerWeight * middleWeight * innerWeight
          totals.computeCycles += weight * cycles(place)
          totals.bitsRead += weight * bitsRead(place)
          totals.bitsWritten += weight * bitsWritten(place)
          if let bitsPerCycle {
            totals.stallCycles += weight * stall(place, bitsPerCycle: bitsPerCycle)
          }
        }
      }
    }
    // SCALE-Sim gives the number of the last cycle, counted from 0.
    if convention == .scalesim { totals.computeCycles -= 1 }
    return totals
  }
}
