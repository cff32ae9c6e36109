import Networks

extension ChunkedWork {
  /// Two results, computed at once where there are two threads.
  ///
  /// - Parameters:
  ///   - first, second: neither touches what the other writes.
  func both<First, Second>(
    _ first: () -> First, and second: () -> Second
  ) -> (First, Second) {
    var one: First?
    var other: Second?
    forEachChunk(of: 2, size: 1) { index, _ in
      if index == 0 { one = first() } else { other = second() }
    }
    guard let one, let other else { preconditionFailure("each chunk is run once") }
    return (one, other)
  }
}
