/// What a part of a fold's stream (or the block that stays) takes of a convolution's input.
struct InputPart: Equatable {
  /// Of the stream, before it.
  var start = 0
  /// Vectors of the stream; 1 of a block.
  let vectors: Int
  /// Different words.
  let words: Int
  /// Of them, those that the buffer has not.
  let fetched: Int
}

/// The parts of a fold's stream; most folds have one.
///
/// Several stand in memory that `FoldInputs` has as long as there is a schedule: folds are copied often,
/// and nothing is counted with them.
struct InputParts {
  private let first: InputPart
  private let all: UnsafePointer<InputPart>?
  let count: Int
  /// Of all parts.
  let fetched: Int

  init(_ part: InputPart) {
    (first, all, count, fetched) = (part, nil, 1, part.fetched)
  }

  fileprivate init(_ parts: UnsafePointer<InputPart>, count: Int) {
    (first, all, self.count) = (parts[0], parts, count)
    fetched = (0..<count).reduce(0) { $0 + parts[$1].fetched }
  }

  subscript(part: Int) -> InputPart {
    guard let all, part > 0 else { return first }
    precondition(part < count, "no such part")
    return all[part]
  }

  /// Vectors before a part.
  func start(_ part: Int) -> Int { self[part].start }
}

/// The words of tiles that are alike, and the parts of their folds: what an array's folds asked for so
/// far.
final class KnownTile {
  let words: TileWords
  var parts: [(limit: Int, parts: InputParts)?]
  private var lists: [UnsafeMutableBufferPointer<InputPart>] = []

  init(_ words: TileWords, slots: Int) {
    self.words = words
    parts = [(limit: Int, parts: InputParts)?](repeating: nil, count: slots)
  }

  deinit { for list in lists { list.deallocate() } }

  /// Keeps parts as long as this tile is known.
  func keep(_ parts: [InputPart]) -> InputParts {
    guard parts.count > 1 else { return InputParts(parts[0]) }
    let list = UnsafeMutableBufferPointer<InputPart>.allocate(capacity: parts.count)
    var start = 0
    for (index, part) in parts.enumerated() {
      list.initializeElement(at: index, to: part)
      list[index].start = start
      start += part.vectors
    }
    lists.append(list)
    guard let base = list.baseAddress else { return InputParts(parts[0]) }
    return InputParts(base, count: parts.count)
  }
}
