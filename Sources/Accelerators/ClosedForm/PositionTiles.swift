/// The output positions of a convolution, cut into tiles (or folds), and which of them have alike words.
struct PositionTiles {
  let geometry: ConvolutionGeometry
  let cut: FoldSchedule.Cut
  /// Whether words that come before a tile count, and not only its own.
  let dependsOnEarlier: Bool
  /// The rows of positions none of whose taps, and those of the rows that share words with them, lie
  /// outside the image.
  private let inner: Range<Int>

  init(_ geometry: ConvolutionGeometry, _ cut: FoldSchedule.Cut, dependsOnEarlier: Bool) {
    (self.geometry, self.cut, self.dependsOnEarlier) = (geometry, cut, dependsOnEarlier)
    let rows = geometry.rows
    let above = max(rows.padding, dependsOnEarlier ? rows.reach : 0)
    let first = AnalyticalModel.ceiling(above, rows.stride)
    let room = rows.input + rows.padding - rows.reach
    let end = min(rows.positions, max(0, AnalyticalModel.ceiling(room, rows.stride)))
    inner = first..<max(first, end)
  }

  /// The first position, counted over all images, and the end.
  func positions(_ tile: Int) -> Range<Int> {
    let first = tile * cut.part
    return first..<first + cut.size(tile)
  }

  /// A number that tiles of alike words share: they differ by whole rows of an image's inside, or are
  /// inside a row.
  func kind(_ tile: Int) -> Int {
    let size = cut.size(tile)
    guard size == cut.part else { return -1 }
    let columns = geometry.columns
    let start = tile * size % geometry.positions
    guard isInner(start, size) else { return 1 + columns.positions + start }
    let first = start % columns.positions
    let last = first + size - 1
    let isInRow =
      !dependsOnEarlier && last < columns.positions && first * columns.stride >= columns.padding
      && last * columns.stride + columns.reach < columns.padding + columns.input
    return isInRow ? 0 : 1 + first
  }

  private func isInner(_ start: Int, _ size: Int) -> Bool {
    let width = geometry.columns.positions
    return start >= inner.lowerBound * width && start + size <= inner.upperBound * width
  }

  private struct Key: Hashable {
    let before: Int
    let own: Int
    let after: Int
  }

  /// One of each kind of tile, and how many it stands for.
  ///
  /// - Parameters:
  ///   - withNeighbors: whether the tiles before and after are alike too.
  ///   - isFirstApart: whether the first one stands for itself; with neighbors it does.
  func representatives(
    withNeighbors: Bool, isFirstApart: Bool
  ) -> [(index: Int, weight: Int)] {
    var list: [(index: Int, weight: Int)] = []
    var places: [Key: Int] = [:]
    func add(_ tile: Int, _ weight: Int) {
      func kind(_ tile: Int) -> Int {
        (0..<cut.count).contains(tile) ? self.kind(tile) : -2
      }
      let key = Key(
        before: withNeighbors || isFirstApart && tile == 0 ? kind(tile - 1) : 0, own: kind(tile),
        after: withNeighbors ? kind(tile + 1) : 0)
      if let place = places[key] {
        list[place].weight += weight
      } else {
        places[key] = list.count
        list.append((tile, weight))
      }
    }
    let width = geometry.columns.positions
    let period = width / AnalyticalModel.divisor(width, cut.part)
    var tile = 0
    while tile < cut.count {
      let start = tile * cut.part % geometry.positions
      // Tiles up to the last whole one of the image's inside repeat after a period.
      let last =
        min(cut.count - 1, tile + (inner.upperBound * width - start) / cut.part - 1)
      let isRun =
        start - cut.part >= inner.lowerBound * width && isInner(start, cut.part)
        && cut.isWhole(tile)
      let periods = isRun ? (last - tile) / period : 0
      if periods > 1 {
        for next in tile..<tile + period { add(next, periods) }
        tile += period * periods
      } else {
        add(tile, 1)
        tile += 1
      }
    }
    return list
  }

  /// Positions of single images, counted from the image's first, and the images that have them so.
  func parts(_ positions: Range<Int>) -> [(positions: Range<Int>, images: Range<Int>)] {
    let all = geometry.positions
    var parts: [(positions: Range<Int>, images: Range<Int>)] = []
    var next = positions.lowerBound
    while next < positions.upperBound {
      let (image, first) = next.quotientAndRemainder(dividingBy: all)
      let left = positions.upperBound - next
      if first == 0, left >= all {
        parts.append((0..<all, image..<image + left / all))
        next += left / all * all
      } else {
        let end = min(all, first + left)
        parts.append((first..<end, image..<image + 1))
        next += end - first
      }
    }
    return parts
  }
}
