extension FoldInputs {
  /// The different words of positions and taps of a channel.
  func count(_ positions: Range<Int>, _ taps: Range<Int>) -> Int {
    tiles.parts(positions).reduce(0) { count, part in
      channel.clear(for: part.positions)
      return count + part.images.count * channel.insert(part.positions, taps: taps)
    }
  }

  /// A tile's vectors in parts: of each as many as have room, one at least.
  func cutVectors(_ tile: Int, _ steps: Range<Int>, limit: Int) -> [InputPart] {
    let all = tiles.positions(tile)
    var parts: [InputPart] = []
    var before = all.lowerBound..<all.lowerBound
    while before.upperBound < all.upperBound {
      let first = before.upperBound
      func words(_ end: Int) -> Int { sum(steps) { count(first..<end, $0) } }
      let most = min(all.upperBound, first + min(limit, all.count))
      let end = room == .max ? most : Self.last(in: first + 1...most) { words($0) <= room }
      let fetched = sum(steps) { self.fetched(first..<end, $0, after: before, of: all) }
      parts.append(InputPart(vectors: end - first, words: words(end), fetched: fetched))
      before = first..<end
    }
    return parts
  }

  /// All steps along K in parts: of each as many as have room, one at least.
  func cutSteps(_ tile: Int, depth: Int, limit: Int) -> [InputPart] {
    var parts: [InputPart] = []
    var before = 0..<0
    while before.upperBound < depth {
      let first = before.upperBound
      let end = Self.last(in: first + 1...min(depth, first + min(limit, depth))) {
        distinct(tile, first..<$0) <= room
      }
      let words = distinct(tile, first..<end)
      let fetched =
        reuse != .fold || parts.isEmpty
        ? fetchedAtOnce(tile, first..<end, words: words)
        : distinct(tile, before.lowerBound..<end) - distinct(tile, before)
      parts.append(InputPart(vectors: end - first, words: words, fetched: fetched))
      before = first..<end
    }
    return parts
  }

  /// Of the words of a part's positions with taps of a channel, those that the buffer has not.
  private func fetched(
    _ positions: Range<Int>, _ taps: Range<Int>, after before: Range<Int>, of tile: Range<Int>
  ) -> Int {
    tiles.parts(positions).reduce(0) { count, part in
      let start = part.images.lowerBound * geometry.positions
      func insert(_ positions: Range<Int>, _ taps: Range<Int>) {
        let clipped = positions.clamped(to: start..<start + geometry.positions)
        guard !clipped.isEmpty else { return }
        _ = channel.insert(clipped.lowerBound - start..<clipped.upperBound - start, taps: taps)
      }
      channel.clear(for: part.positions)
      switch reuse {
      case .fold: insert(before, taps)
      case .tile, .layer:
        insert(tile, 0..<taps.lowerBound)
        insert(tile.lowerBound..<positions.lowerBound, taps)
        if reuse == .layer, tile.lowerBound > start {
          Self.insertEarlier(
            than: tile.lowerBound - start..<geometry.positions, geometry, &channel)
        }
      }
      return count + part.images.count * channel.insert(part.positions, taps: taps)
    }
  }

  /// The last number of a range, or one before, for which a condition holds that holds for none after
  /// one for which it does not; the first at least.
  static func last(in range: ClosedRange<Int>, _ holds: (Int) -> Bool) -> Int {
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high {
      let middle = (low + high + 1) / 2
      if holds(middle) { low = middle } else { high = middle - 1 }
    }
    return low
  }
}
