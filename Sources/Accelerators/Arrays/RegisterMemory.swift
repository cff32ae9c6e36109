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
