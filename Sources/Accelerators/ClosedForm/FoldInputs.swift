/// The words that the folds of a convolution take of its input: each once, however often it stands in
/// the patch matrix.
///
/// Channels and images have no words in common, channels with the same taps equally many, and tiles of
/// positions that are alike too (`PositionTiles`): what was counted is remembered.
final class FoldInputs {
  /// What the buffer still holds of an operand when the loops come back to it.
  enum Reuse {
    /// A fold's words, in successive parts.
    case fold
    /// Those of a tile of positions.
    case tile
    /// All of the layer's.
    case layer
  }

  let reuse: Reuse
  let tiles: PositionTiles
  let geometry: ConvolutionGeometry
  /// Words of a part: half of a double buffer; no limit of what is kept.
  let room: Int
  var channel: FetchedWords
  /// Folds along K, and after how many of them the next one begins with the same tap again.
  private let folds: FoldSchedule.Cut
  let period: Int
  /// By kind of tile; the last one that was asked for.
  private var known: [Int: KnownTile] = [:]
  private var counted: CountedTiles
  private var last: (tile: Int, known: KnownTile)?

  /// - Parameters:
  ///   - cut: positions of all images in tiles, the folds of a loop.
  ///   - folds: taps of all channels, in folds along K.
  ///   - canKeepTile: whether other folds come back to the words of a tile of the outermost loop.
  ///   - canKeepLayer: whether there is more than one fold.
  ///   - store: of words that were counted for other arrays; what is counted here is kept in it.
  init(
    _ geometry: ConvolutionGeometry, _ cut: FoldSchedule.Cut, folds: FoldSchedule.Cut,
    buffer: FoldBuffer, canKeepTile: Bool, canKeepLayer: Bool, store: TileWordsStore? = nil
  ) {
    self.geometry = geometry
    self.folds = folds
    channel = FetchedWords(geometry)
    let taps = geometry.taps
    period = min(taps / AnalyticalModel.divisor(taps, folds.part), folds.count)
    let channels = folds.extent / taps
    let all =
      cut.extent / geometry.positions * channels * geometry.rows.covered * geometry.columns.covered
    let keepsLayer = canKeepLayer && all <= buffer.words
    tiles = PositionTiles(geometry, cut, dependsOnEarlier: keepsLayer)
    counted = CountedTiles(
      TileWordsStore.Key(
        geometry: geometry, positions: cut.extent, tile: cut.part, dependsOnEarlier: keepsLayer),
      of: store)
    if keepsLayer {
      reuse = .layer
      room = .max
      return
    }
    var keepsTile = canKeepTile
    if canKeepTile {
      for (tile, _) in tiles.representatives(withNeighbors: false, isFirstApart: false)
      where keepsTile {
        let words = counted.words(of: tile, tiles, &channel)
        keepsTile = channels * words.heads[taps] <= buffer.words
      }
    }
    reuse = keepsTile ? .tile : .fold
    room = keepsTile ? .max : buffer.room
  }

  // Tiles are counted as folds ask for them: when nobody does any more, all are there.
  deinit { counted.keep() }

  /// What a tile and a fold along K take at once: a block that stays.
  func block(_ tile: Int, fold: Int) -> InputParts {
    parts(tile, fold, limit: 0, isNarrow: false) { _, steps in
      InputParts(whole(tile, steps, vectors: 1))
    }
  }

  /// A tile's vectors, each with the steps of a fold along K, in parts of at most so many vectors.
  ///
  /// - Parameter isNarrow: whether the fold has fewer outputs than others, and so another limit.
  func vectors(_ tile: Int, fold: Int, limit: Int, isNarrow: Bool) -> InputParts {
    parts(tile, fold, limit: limit, isNarrow: isNarrow) { known, steps in
      let vectors = tiles.cut.size(tile)
      let all = whole(tile, steps, vectors: vectors)
      if vectors <= limit, all.words <= room || vectors == 1 { return InputParts(all) }
      return known.keep(cutVectors(tile, steps, limit: limit))
    }
  }

  /// All steps along K of a tile, in parts of at most so many steps.
  func steps(_ tile: Int, limit: Int, isNarrow: Bool) -> InputParts {
    parts(tile, 0, limit: limit, isNarrow: isNarrow) { known, steps in
      known.keep(cutSteps(tile, depth: steps.count, limit: limit))
    }
  }

  /// What was counted, or is now.
  private func parts(
    _ tile: Int, _ fold: Int, limit: Int, isNarrow: Bool,
    _ count: (KnownTile, Range<Int>) -> InputParts
  ) -> InputParts {
    let known = known(tile)
    let slot = 2 * (fold == folds.count - 1 ? period : fold % period) + (isNarrow ? 1 : 0)
    if let parts = known.parts[slot], parts.limit == limit { return parts.parts }
    let first = fold * folds.part
    let parts = count(known, first..<first + folds.size(fold))
    known.parts[slot] = (limit, parts)
    return parts
  }

  private func whole(_ tile: Int, _ steps: Range<Int>, vectors: Int) -> InputPart {
    let words = distinct(tile, steps)
    return InputPart(
      vectors: vectors, words: words, fetched: fetchedAtOnce(tile, steps, words: words))
  }

  /// Of the words of all of a tile's vectors, those that the buffer has not.
  func fetchedAtOnce(_ tile: Int, _ steps: Range<Int>, words: Int) -> Int {
    func added(_ words: [Int]) -> Int {
      TileWords.upTo(steps.upperBound, words) - TileWords.upTo(steps.lowerBound, words)
    }
    return switch reuse {
    case .fold: words
    case .tile: added(known(tile).words.heads)
    case .layer: added(known(tile).words.fresh)
    }
  }

  /// The different words of a tile's taps.
  func distinct(_ tile: Int, _ steps: Range<Int>) -> Int {
    let counts = known(tile).words
    return sum(steps) { taps in
      taps.lowerBound == 0
        ? counts.heads[taps.upperBound]
        : taps.upperBound == geometry.taps
          ? counts.tails[taps.lowerBound] : count(tiles.positions(tile), taps)
    }
  }

  private func known(_ tile: Int) -> KnownTile {
    if let last, last.tile == tile { return last.known }
    let kind = tiles.kind(tile)
    let tileKnown =
      known[kind]
      ?? KnownTile(counted.words(of: tile, tiles, &channel), slots: 2 * (period + 1))
    known[kind] = tileKnown
    last = (tile, tileKnown)
    return tileKnown
  }

  static func words(
    of tile: Int, _ tiles: PositionTiles, _ channel: inout FetchedWords
  ) -> TileWords {
    let taps = tiles.geometry.taps
    var heads = [Int](repeating: 0, count: taps + 1)
    var tails = heads
    var fresh = tiles.dependsOnEarlier ? heads : []
    for (positions, images) in tiles.parts(tiles.positions(tile)) {
      channel.clear(for: positions)
      var words = 0
      for tap in 0..<taps {
        words += channel.insert(positions, tap: tap)
        heads[tap + 1] += images.count * words
      }
      channel.clear(for: positions)
      words = 0
      for tap in (0..<taps).reversed() {
        words += channel.insert(positions, tap: tap)
        tails[tap] += images.count * words
      }
      guard tiles.dependsOnEarlier else { continue }
      channel.clear(for: positions)
      insertEarlier(than: positions, tiles.geometry, &channel)
      words = 0
      for tap in 0..<taps {
        words += channel.insert(positions, tap: tap)
        fresh[tap + 1] += images.count * words
      }
    }
    return TileWords(heads: heads, tails: tails, fresh: fresh)
  }

  /// Adds the words of all positions of the image before some, of those whose rows come near.
  static func insertEarlier(
    than positions: Range<Int>, _ geometry: ConvolutionGeometry, _ channel: inout FetchedWords
  ) {
    let width = geometry.columns.positions
    let row = positions.lowerBound / width - geometry.rows.reach / geometry.rows.stride
    let earlier = max(0, row * width)..<positions.lowerBound
    guard !earlier.isEmpty else { return }
    _ = channel.insert(earlier, taps: 0..<geometry.taps)
  }

  /// Steps along K as taps of channels: the sum of what each channel's taps have.
  @inline(__always)
  func sum(_ steps: Range<Int>, _ words: (Range<Int>) -> Int) -> Int {
    let all = geometry.taps
    let (channel, first) = steps.lowerBound.quotientAndRemainder(dividingBy: all)
    let (last, end) = steps.upperBound.quotientAndRemainder(dividingBy: all)
    if channel == last { return words(first..<end) }
    let whole = last - channel - (first > 0 ? 1 : 0)
    return (first > 0 ? words(first..<all) : 0) + (whole > 0 ? whole * words(0..<all) : 0)
      + (end > 0 ? words(0..<end) : 0)
  }
}
