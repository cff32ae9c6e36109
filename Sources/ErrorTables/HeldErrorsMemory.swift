#if canImport(Glibc)
  import Glibc
#endif

/// The wrong products of some dies in one piece of memory.
///
/// The streams of an array look into those of one die and held byte after the other, some kilobytes of
/// tens of millions, and wait for memory: what a look-up reads is kept short, and pages of 2 MB are
/// asked for, so that few entries of the page table are needed.
final class HeldErrorsMemory: @unchecked Sendable {
  /// What one die captures wrong while it holds one byte; valid as long as the memory.
  ///
  /// In a row: the transitions (previous · 256 + present), ascending; the products; and, of more than
  /// `few`, for long lists: which words of bits are not 0; the bits, one for each transition; of each
  /// word how many bits are set in those before it.
  struct Errors {
    private static let (occupiedWords, words) = (16, 1024)
    /// So many are always looked for one by one.
    private static let few = 128

    private let start: UnsafeRawPointer
    private let count: Int

    fileprivate init(at start: UnsafeRawPointer, count: Int) {
      self.start = start
      self.count = count
    }

    private var transitions: UnsafePointer<UInt16> {
      start.assumingMemoryBound(to: UInt16.self)
    }

    private var products: UnsafePointer<UInt16> { transitions + count }

    private var occupied: UnsafePointer<UInt64> {
      (start + Self.listBytes(count)).assumingMemoryBound(to: UInt64.self)
    }

    private var bits: UnsafePointer<UInt64> { occupied + Self.occupiedWords }

    private var before: UnsafePointer<UInt16> {
      UnsafeRawPointer(bits + Self.words).assumingMemoryBound(to: UInt16.self)
    }

    /// Whole lines of memory.
    private static func listBytes(_ count: Int) -> Int { (4 * count + 63) / 64 * 64 }

    fileprivate static func bytes(_ count: Int) -> Int {
      listBytes(count) + (count <= few ? 0 : 8 * (occupiedWords + words) + 2 * words)
    }

    func capture(
      _ stream: inout OperandTransitions, _ lanes: UnsafeMutableBufferPointer<Int32>,
      _ captured: UnsafeMutableBufferPointer<UInt32>
    ) -> Int {
      // Measured: a list takes 0.7 ns for each of its transitions; the sets are as fast for 200 transitions
      // and a stream of 64 words, for 1,150 and one of 451, for 3,000 and one of 1,559.
      if count <= Self.few + 2 * stream.count {
        return stream.find(
          transitions, products, count: count, places: lanes, captured: captured)
      }
      let found = stream.find(
        in: bits, occupied: occupied, places: lanes, transitions: captured)
      for index in 0..<found { captured[index] = product(Int(captured[index])) }
      return found
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

    fileprivate static func write(_ errors: HeldErrors, to start: UnsafeMutableRawPointer) {
      var place = start
      func append<Number: BitwiseCopyable>(_ numbers: [Number]) {
        numbers.withUnsafeBytes { bytes in
          guard let first = bytes.baseAddress else { return }
          place.copyMemory(from: first, byteCount: bytes.count)
          place += bytes.count
        }
      }
      append(errors.transitions)
      append(errors.products)
      let count = errors.transitions.count
      if count <= few { return }
      place = start + listBytes(count)
      var bits = [UInt64](repeating: 0, count: words)
      for transition in errors.transitions {
        bits[Int(transition >> 6)] |= 1 << UInt64(transition & 63)
      }
      append(OperandTransitions.occupied(bits))
      append(bits)
      // Before the last word at most 2¹⁶ − 64.
      var sum = 0
      append(
        bits.map { word in
          defer { sum += word.nonzeroBitCount }
          return UInt16(truncatingIfNeeded: sum)
        })
    }
  }

  private struct Place {
    let offset: Int
    /// Wrong transitions.
    let count: Int
  }

  private let memory: UnsafeMutableRawPointer
  /// By die · 256 + held byte.
  private let places: [Place]

  /// - Parameter dies: the errors by held byte of each.
  init(_ dies: [[HeldErrors?]]) {
    let page = 1 << 21
    var (places, bytes) = ([Place](), 0)
    for errors in dies.joined() {
      let count = errors?.transitions.count ?? 0
      places.append(Place(offset: bytes, count: count))
      bytes += Errors.bytes(count)
    }
    self.places = places
    memory = .allocate(byteCount: max(64, bytes), alignment: bytes < page ? 64 : page)
    #if canImport(Glibc)
      // Of use, and no harm if it is refused.
      if bytes >= page { _ = madvise(memory, bytes, MADV_HUGEPAGE) }
    #endif
    for (errors, place) in zip(dies.joined(), places) {
      if let errors { Errors.write(errors, to: memory + place.offset) }
    }
  }

  deinit { memory.deallocate() }

  @inline(__always)
  func canErr(die: Int, held: UInt8) -> Bool { places[die &<< 8 | Int(held)].count > 0 }

  /// Nil where every product is captured right.
  @inline(__always)
  func errors(die: Int, held: UInt8) -> Errors? {
    let place = places[die &<< 8 | Int(held)]
    return place.count == 0 ? nil : Errors(at: memory + place.offset, count: place.count)
  }
}
