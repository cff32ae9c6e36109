import CZlib
import Files

/// The bytes of a file, or of a part of it, unpacked as they are taken.
///
/// Nothing is unpacked that was not asked for, so what is taken bounds the memory. Unpacked by zlib,
/// which also checks gzip's checksum and length. A class, since it has a place that moves on.
public final class ByteStream {
  /// How the bytes are stored.
  public enum Packing: Sendable {
    case none
    /// RFC 1952, one member or several.
    case gzip
    /// RFC 1951, as ZIP has it.
    case deflate
  }

  /// DEFLATE makes at most 258 bytes of two bits.
  static let largestRatio = 1032
  /// What unpacks to more than `unsuspectedSize` bytes, and to more than so many times its packed
  /// size, is taken for a bomb: MNIST unpacks to 5 times its size.
  static let unsuspectedRatio = 100
  static let unsuspectedSize = 1 << 26
  /// zlib counts in 32 bits.
  private static let largestStep = 1 << 30

  public let source: ByteSource
  /// How many bytes have been taken.
  public private(set) var position = 0

  private let packed: [UInt8]
  private let packing: Packing
  /// Where the packed bytes begin, the next of them, and where they end.
  private let start: Int
  private var next: Int
  private let end: Int
  private var hasEnded = false
  /// CRC-32 of what was taken, and what it must be, where an archive says so.
  private var checksum: UInt = 0
  private let expected: (size: Int, checksum: UInt32)?
  /// Nil where nothing is packed.
  private let inflater: Inflater?

  /// - Parameter expected: the unpacked size and CRC-32 that the archive declares.
  /// - Throws: `InputError` 70 if zlib has no memory.
  init(
    _ bytes: [UInt8], in range: Range<Int>, packing: Packing, source: ByteSource,
    expected: (size: Int, checksum: UInt32)? = nil
  ) throws {
    precondition(bytes.indices.lowerBound <= range.lowerBound && range.upperBound <= bytes.count)
    packed = bytes
    start = range.lowerBound
    next = range.lowerBound
    end = range.upperBound
    self.packing = packing
    self.source = source
    self.expected = expected
    inflater =
      packing == .none ? nil : try Inflater(isGzip: packing == .gzip, file: source.file)
  }

  /// The bytes of a whole file, through gzip if they begin as such.
  public convenience init(bytes: [UInt8], file: String) throws {
    let isPacked = bytes.starts(with: [0x1F, 0x8B])
    try self.init(
      bytes, in: 0..<bytes.count, packing: isPacked ? .gzip : .none,
      source: ByteSource(file: file, isPacked: isPacked))
  }

  /// The most bytes that can still be taken; known without unpacking them.
  public var largestRest: Int {
    if let expected { return max(0, expected.size - position) }
    // zlib may hold a few bytes that it has read already.
    return inflater == nil ? end - next : (end - next + 8) * Self.largestRatio
  }

  /// Refuses a size that the stream cannot hold, or that a bomb would have, before memory is taken
  /// for it.
  func check(holds count: Int, of what: String) throws {
    guard packing == .none || count <= Self.unsuspectedSize || count <= packedLimit else {
      throw refusal(
        "\(count) bytes of \(what) in \(end - start) packed ones look like a bomb: above "
          + "\(Self.unsuspectedSize >> 20) MiB at most \(Self.unsuspectedRatio) times the packed "
          + "size is unpacked; store it unpacked")
    }
    guard count <= largestRest else {
      throw refusal(
        "\(count) bytes of \(what) do not fit in the \(largestRest) at most that follow")
    }
  }

  /// Fills a buffer.
  ///
  /// - Throws: `InputError` 65 if the stream ends before, or what is packed is damaged.
  public func read(
    into buffer: UnsafeMutableRawBufferPointer, _ what: String
  ) throws {
    var filled = 0
    while filled < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
      let count = try take(into: rest)
      guard count > 0 else {
        throw refusal("ends where \(rest.count) bytes of \(what) are missing: is it cut off?")
      }
      filled += count
    }
  }

  /// A few bytes, such as a header.
  public func read(_ count: Int, _ what: String) throws -> [UInt8] {
    try check(holds: count, of: what)
    var bytes = [UInt8](repeating: 0, count: count)
    try bytes.withUnsafeMutableBytes { try read(into: $0, what) }
    return bytes
  }

  /// Makes sure that nothing follows, and that the checksum is right.
  public func finish() throws {
    var extra: UInt8 = 0
    let count = try withUnsafeMutableBytes(of: &extra) { try take(into: $0) }
    guard count == 0 else {
      throw source.refusal(at: position - count, "bytes follow where the data should end")
    }
    guard let expected else { return }
    guard position == expected.size, checksum == expected.checksum else {
      throw source.refusal("the bytes are not those that the archive's directory declares")
    }
  }

  private var packedLimit: Int { (end - start) * Self.unsuspectedRatio }

  func refusal(_ message: String) -> InputError { source.refusal(at: position, message) }

  /// Some of the next bytes; none at the end.
  private func take(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    var count = min(buffer.count, Self.largestStep)
    if inflater == nil {
      count = min(count, end - next)
      packed.withUnsafeBytes { buffer.copyMemory(from: .init(rebasing: $0[next..<next + count])) }
      next += count
    } else {
      count = try inflateSome(into: .init(rebasing: buffer[..<count]))
    }
    if expected != nil {
      checksum = crc32(
        checksum, buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt32(count))
    }
    position += count
    return count
  }

  private func inflateSome(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    guard let inflater else { return 0 }
    while true {
      if hasEnded {
        guard try beginsNextMember() else { return 0 }
      }
      let given = min(end - next, Self.largestStep)
      let step = packed.withUnsafeBytes {
        inflater.step(.init(rebasing: $0[next..<next + given]), buffer)
      }
      next += step.taken
      hasEnded = step.status == Z_STREAM_END
      if step.status == Z_BUF_ERROR {
        throw refusal("the packed data end too early: is the file cut off?")
      }
      guard step.status == Z_OK || hasEnded else {
        throw source.refusal(
          at: position + step.made,
          "the packed data are damaged (\(inflater.reason(step.status)))")
      }
      if step.made > 0 { return step.made }
    }
  }

  /// Whether another gzip member follows where one has ended.
  private func beginsNextMember() throws -> Bool {
    if next == end { return false }
    guard packing == .gzip, packed[next..<end].starts(with: [0x1F, 0x8B]) else {
      throw source.refusal("\(end - next) bytes follow the end of the packed data")
    }
    inflater?.reset()
    hasEnded = false
    return true
  }
}
