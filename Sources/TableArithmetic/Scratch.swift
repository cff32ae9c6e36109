/// Memory to work in, all zero at the start, aligned to a cache line.
final class Scratch<Element: FixedWidthInteger> {
  let start: UnsafeMutablePointer<Element>
  let count: Int
  private let memory: UnsafeMutableRawPointer

  init(count: Int) {
    self.count = count
    memory = .allocate(
      byteCount: max(1, count) * MemoryLayout<Element>.stride, alignment: 64)
    start = memory.initializeMemory(as: Element.self, repeating: 0, count: max(1, count))
  }

  deinit { memory.deallocate() }
}
