import Synchronization

/// How many words of one channel's input a tile of positions takes with its first taps, and its last.
struct TileWords {
  /// With the first t taps, and with those from t on.
  let heads: [Int]
  let tails: [Int]
  /// Of those of the first t taps, the ones that no position before the tile has.
  let fresh: [Int]

  /// Of all channels' taps from 0 to an end.
  static func upTo(_ end: Int, _ words: [Int]) -> Int {
    let taps = words.count - 1
    return end / taps * words[taps] + words[end % taps]
  }
}

/// The words of tiles, counted once for many arrays: they depend on how positions are cut into tiles,
/// not on what the array does with a tile.
final class TileWordsStore: Sendable {
  /// What the words of all kinds of tiles depend on.
  struct Key: Hashable {
    let geometry: ConvolutionGeometry
    /// Positions of all images, and of a tile.
    let positions: Int
    let tile: Int
    let dependsOnEarlier: Bool
  }

  private struct State {
    var words: [Key: [Int: TileWords]] = [:]
    var count = 0
  }

  private let state = Mutex(State())
  /// Numbers that are kept at most, 8 bytes each: what does not fit is counted anew.
  private static let capacity = 1 << 23

  /// What was counted so far, by the kind of tile.
  func words(_ key: Key) -> [Int: TileWords] { state.withLock { $0.words[key] ?? [:] } }

  /// Keeps what was counted for some kinds of tiles.
  func keep(_ words: [Int: TileWords], _ key: Key) {
    let perTile = 3 * (key.geometry.taps + 1)
    state.withLock { state in
      let new = (words.count - (state.words[key]?.count ?? 0)) * perTile
      guard new > 0, state.count + new <= Self.capacity else { return }
      state.count += new
      state.words[key] = words
    }
  }
}

/// The words of one convolution's kinds of tiles: those of a store, and what is counted beside them.
struct CountedTiles {
  private var words: [Int: TileWords]
  private var hasNew = false
  private let store: TileWordsStore?
  private let key: TileWordsStore.Key

  init(_ key: TileWordsStore.Key, of store: TileWordsStore?) {
    (self.key, self.store) = (key, store)
    words = store?.words(key) ?? [:]
  }

  /// What a tile takes: counted in a channel that nobody needs, where none of its kind was.
  mutating func words(
    of tile: Int, _ tiles: PositionTiles, _ channel: inout FetchedWords
  ) -> TileWords {
    let kind = tiles.kind(tile)
    if let known = words[kind] { return known }
    let counted = FoldInputs.words(of: tile, tiles, &channel)
    words[kind] = counted
    hasNew = true
    return counted
  }

  /// Gives the store what was counted here.
  func keep() {
    if hasNew { store?.keep(words, key) }
  }
}
