/// Memory that begins at a cache line and that is written once, before it is shared.
final class AlignedMemory<Element: BitwiseCopyable>: @unchecked Sendable {
  let start: UnsafePointer<Element>
  private let memory: UnsafeMutableRawPointer

  /// - Parameter fill: is given the memory, all zero, before anyone else sees it.
  init(count: Int, fill: (UnsafeMutablePointer<Element>) -> Void) {
    let bytes = max(1, count) * MemoryLayout<Element>.stride
    memory = .allocate(byteCount: bytes, alignment: 64)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    let elements = memory.bindMemory(to: Element.self, capacity: max(1, count))
    fill(elements)
    start = UnsafePointer(elements)
  }

  deinit { memory.deallocate() }
}
