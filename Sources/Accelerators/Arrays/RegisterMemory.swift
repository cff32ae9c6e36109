/// Registers of one kind, all elements' in one piece of memory; 0 at the start.
final class RegisterMemory<Word: FixedWidthInteger> {
  let base: UnsafeMutablePointer<Word>
  let count: Int

  init(_ count: Int) {
    self.count = count
    base = .allocate(capacity: count)
    base.initialize(repeating: 0, count: count)
  }

  deinit { base.deallocate() }
}

/// Registers of words whose width the array's spec says, in bytes, all 0 at the start.
final class WordMemory {
  let base: UnsafeMutableRawPointer

  /// - Parameter bytes: of a word.
  init(_ count: Int, bytes: Int) {
    base = .allocate(byteCount: max(1, count * bytes), alignment: 64)
    base.initializeMemory(as: UInt8.self, repeating: 0, count: count * bytes)
  }

  deinit { base.deallocate() }
}
