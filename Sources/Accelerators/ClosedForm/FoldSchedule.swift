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
final class FoldSchedule {
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
  let keepsHeld: Bool
  let keepsMoving: Bool
  /// Of a convolution whose patches share words.
  let inputs: FoldInputs?
  let isOutputStationary: Bool
  let isInputStationary: Bool
  let convention: CycleConvention
  let rows: Int
  let columns: Int
  /// Cycles that a product spends between multiplier and adder.
  let pipeline: Int

  /// - Parameter convolution: whose patches are the activations; convention `scalesim` fetches them as
  ///   those of any other matrix. Its tiles' words are looked up and kept in `store`.
  init(
    _ spec: AcceleratorSpec, _ shape: MatrixShape, _ convention: CycleConvention,
    convolution: ConvolutionGeometry? = nil, store: TileWordsStore? = nil
  ) {
    (rows, columns, pipeline) = (spec.rows, spec.columns, spec.pipelineRegisters)
    self.convention = convention
    isOutputStationary = spec.dataflow == .outputStationary
    func buffer(_ words: Int, _ bits: Int) -> FoldBuffer {
      FoldBuffer(words: words, wordBits: bits, isDouble: spec.isDoubleBuffered)
    }
    let weights = buffer(spec.weightBufferWords, spec.weightWidth)
    let activations = buffer(spec.activationBufferWords, spec.operandWidth)
    outputBuffer = buffer(spec.outputBufferWords, spec.operandWidth)
    let isWeight = spec.dataflow == .weightStationary
    if isOutputStationary {
      outer = Cut(shape.m, part: spec.rows)
      middle = Cut(shape.n, part: spec.columns)
      inner = Cut(shape.k, part: shape.k)
      (heldBuffer, movingBuffer) = (activations, weights)
    } else {
      let vectors = isWeight ? shape.m : shape.n
      outer = Cut(vectors, part: convention == .physical ? spec.bankVectors : vectors)
      middle = Cut(isWeight ? shape.n : shape.m, part: spec.columns)
      inner = Cut(shape.k, part: spec.rows)
      (heldBuffer, movingBuffer) = isWeight ? (weights, activations) : (activations, weights)
    }
    isInputStationary = spec.dataflow == .inputStationary
    inputs = (convention == .physical ? convolution : nil).map { [outer, middle, inner] in
      FoldInputs(
        $0, spec.dataflow == .inputStationary ? middle : outer, folds: inner,
        buffer: activations,
        canKeepTile: spec.dataflow != .inputStationary && middle.count * inner.count > 1,
        canKeepLayer: outer.count * middle.count * inner.count > 1, store: store)
    }
    let keepsInputs = inputs.map { $0.reuse != .fold }
    if isOutputStationary {
      keepsHeld =
        keepsInputs ?? (middle.count > 1 && outer.size(0) * shape.k <= heldBuffer.words)
      keepsMoving = outer.count > 1 && shape.k * shape.n <= movingBuffer.words
    } else {
      let held = outer.count > 1 && shape.k * middle.extent <= heldBuffer.words
      let moving = middle.count > 1 && outer.size(0) * shape.k <= movingBuffer.words
      keepsHeld = isWeight ? held : keepsInputs ?? held
      keepsMoving = isWeight ? keepsInputs ?? moving : moving
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
}
