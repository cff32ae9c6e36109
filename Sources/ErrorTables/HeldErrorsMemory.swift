#if canImport(Glibc)
  import Glibc
#endif

/// The wrong products of some dies in one piece of memory.
///
/// The streams of an array look into those of one die and held byte after the other, some kilobytes of
/// tens of millions: pages of 2 MB are asked for, so that few entries of the page table are needed.
final class HeldErrorsMemory: @unchecked Sendable {
  /// What one die captures wrong while it holds one byte; valid as long as the memory.
  ///
  /// In a row: which words of bits are not 0; the bits; of each word how many bits are set in those
  /// before it; the products.
  struct Errors {
    fileprivate static let (occupiedWords, words) = (16, 1024)
    /// Bytes in front of the products.
    fileprivate static let head = 8 * (occupiedWords + words) + 2 * words

    let occupied: UnsafePointer<UInt64>
    fileprivate let start: UnsafeRawPointer

    fileprivate init(at start: UnsafeRawPointer) {
      self.start = start
      occupied = start.assumingMemoryBound(to: UInt64.self)
    }

    /// A bit for each transition, previous · 256 + present.
    var bits: UnsafePointer<UInt64> { occupied + Self.occupiedWords }

    private var before: UnsafePointer<UInt16> {
      (start + 8 * (Self.occupiedWords + Self.words)).assumingMemoryBound(to: UInt16.self)
    }

    private var products: UnsafePointer<UInt16> {
      (start + Self.head).assumingMemoryBound(to: UInt16.self)
    }

    /// What is captured in place of a transition's product.
    ///
    /// - Precondition: it is one of these.
    @inline(__always)
    private func product(_ transition: Int) -> UInt32 {
      let (word, bit) = (transition &>> 6, UInt64(1) &<< UInt64(transition & 63))
      let rank = Int(before[word]) &+ (bits[word] & (bit &- 1)).nonzeroBitCount
      return UInt32(products[rank])
    }

    func capture(
      _ previous: UnsafeBufferPointer<UInt8>, _ current: UnsafeBufferPointer<UInt8>,
      _ lanes: UnsafeMutableBufferPointer<Int32>, _ captured: UnsafeMutableBufferPointer<UInt32>
    ) -> Int {
      var count = 0
      for index in current.indices {
        let transition = Int(previous[index]) &<< 8 | Int(current[index])
        if bits[transition &>> 6] & 1 &<< UInt64(transition & 63) == 0 { continue }
        lanes[count] = Int32(truncatingIfNeeded: index)
        captured[count] = product(transition)
        count &+= 1
      }
      return count
    }

    func capture(
      _ transitions: OperandTransitions, _ lanes: UnsafeMutableBufferPointer<Int32>,
      _ captured: UnsafeMutableBufferPointer<UInt32>
    ) -> Int {
      let count = transitions.find(
        in: bits, occupied: occupied, places: lanes, transitions: captured)
      for index in 0..<count { captured[index] = product(Int(captured[index])) }
      return count
    }
  }

  private let memory: UnsafeMutableRawPointer
  /// By die · 256 + held byte; negative where every product is captured right.
  private let offsets: [Int]

  /// - Parameter dies: the errors by held byte of each.
  init(_ dies: [[HeldErrors?]]) {
    let page = 1 << 21
    var (offsets, bytes) = ([Int](), 0)
    for errors in dies.joined() {
      offsets.append(errors == nil ? -1 : bytes)
      // Whole lines of memory.
      if let errors { bytes += (Errors.head + 2 * errors.products.count + 63) / 64 * 64 }
    }
    self.offsets = offsets
    memory = .allocate(byteCount: max(64, bytes), alignment: bytes < page ? 64 : page)
    #if canImport(Glibc)
      // Of use, and no harm if it is refused.
      if bytes >= page { _ = madvise(memory, bytes, MADV_HUGEPAGE) }
    #endif
    for (errors, offset) in zip(dies.joined(), offsets) {
      if let errors { Self.write(errors, to: memory + offset) }
    }
  }

  deinit { memory.deallocate() }

  private static func write(_ errors: HeldErrors, to start: UnsafeMutableRawPointer) {
    var place = start
    func append<Number: BitwiseCopyable>(_ numbers: [Number]) {
      numbers.withUnsafeBytes { bytes in
        guard let first = bytes.baseAddress else { return }
        place.copyMemory(from: first, byteCount: bytes.count)
        place += bytes.count
      }
    }
    append(errors.occupied)
    append(errors.bits)
    // Before the last word at most 2¹⁶ − 64.
    var count = 0
    append(
      errors.bits.map { word in
        defer { count += word.nonzeroBitCount }
        return UInt16(truncatingIfNeeded: count)
      })
    append(errors.products)
  }

  @inline(__always)
  func canErr(die: Int, held: UInt8) -> Bool { offsets[die &<< 8 | Int(held)] >= 0 }

  /// Nil where every product is captured right.
  @inline(__always)
  func errors(die: Int, held: UInt8) -> Errors? {
    let offset = offsets[die &<< 8 | Int(held)]
    return offset < 0 ? nil : Errors(at: memory + offset)
  }
}
