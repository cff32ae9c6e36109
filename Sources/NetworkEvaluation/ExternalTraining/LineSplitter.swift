import Foundation

/// Makes lines of bytes that come in pieces: a line feed or a carriage return ends one.
///
/// Of a line no more than `kept` bytes are kept, and lines within a piece are not copied: programs may
/// print megabytes that nobody wants.
struct LineSplitter {
  /// The most bytes of a line that are kept.
  static let kept = 4096

  /// The first bytes of a line that has not ended.
  private var line: [UInt8] = []
  /// All bytes of that line.
  private var length = 0
  /// The most bytes that a line had so far, ended or not.
  private(set) var longest = 0

  /// Hands over each line that ends in these bytes, without what ends it.
  mutating func forEachLine(
    in bytes: ArraySlice<UInt8>, _ body: (ArraySlice<UInt8>) throws -> Void
  ) rethrows {
    var (begin, ends) = (bytes.startIndex, (LineEnds(), LineEnds()))
    while let end = Self.end(in: bytes, from: begin, &ends) {
      try take(bytes[begin..<end], body)
      begin = end + 1
    }
    append(bytes[begin...])
  }

  /// Hands over what stands behind the last end of a line, if anything does.
  mutating func finish(_ body: (ArraySlice<UInt8>) throws -> Void) rethrows {
    if length > 0 { try take([], body) }
  }

  /// A line's last bytes.
  private mutating func take(
    _ bytes: ArraySlice<UInt8>, _ body: (ArraySlice<UInt8>) throws -> Void
  ) rethrows {
    guard length > 0 else {
      longest = max(longest, bytes.count)
      try body(bytes.prefix(Self.kept))
      return
    }
    append(bytes)
    let whole = line
    line.removeAll(keepingCapacity: true)
    length = 0
    try body(whole[...])
  }

  private mutating func append(_ bytes: ArraySlice<UInt8>) {
    line += bytes.prefix(Self.kept - line.count)
    length += bytes.count
    longest = max(longest, length)
  }

  /// Where the next of one kind of end is, which is searched for only when it has been passed.
  private struct LineEnds {
    var next = -1
  }

  /// The first end of a line at or behind an index.
  private static func end(
    in bytes: ArraySlice<UInt8>, from begin: Int, _ ends: inout (LineEnds, LineEnds)
  ) -> Int? {
    find(0x0A, in: bytes, from: begin, &ends.0)
    find(0x0D, in: bytes, from: begin, &ends.1)
    let first = min(ends.0.next, ends.1.next)
    return first < bytes.endIndex ? first : nil
  }

  private static func find(
    _ byte: Int32, in bytes: ArraySlice<UInt8>, from begin: Int, _ end: inout LineEnds
  ) {
    guard end.next < begin else { return }
    let offset = begin - bytes.startIndex
    end.next =
      bytes.withUnsafeBytes { bytes -> Int in
        guard let base = bytes.baseAddress, offset < bytes.count,
          let found = memchr(base + offset, byte, bytes.count - offset)
        else { return bytes.count }
        return UnsafeRawPointer(found) - base
      } + bytes.startIndex
  }
}
