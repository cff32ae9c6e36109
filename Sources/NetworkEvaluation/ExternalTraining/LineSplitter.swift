/// Makes lines of bytes that come in pieces. Of a line no more than 4 KiB is kept.
struct LineSplitter {
  private var line: [UInt8] = []
  private static let longest = 4096

  /// The lines that end in these bytes, without line feeds and carriage returns.
  mutating func lines(in bytes: ArraySlice<UInt8>) -> [String] {
    var lines: [String] = []
    var rest = bytes
    while let end = rest.firstIndex(of: 0x0A) {
      append(rest[..<end])
      lines.append(text)
      line.removeAll(keepingCapacity: true)
      rest = rest[(end + 1)...]
    }
    append(rest)
    return lines
  }

  /// What stands behind the last line feed, if anything does.
  mutating func rest() -> String? {
    defer { line.removeAll() }
    return line.isEmpty ? nil : text
  }

  private mutating func append(_ bytes: ArraySlice<UInt8>) {
    line += bytes.prefix(Self.longest - line.count)
  }

  private var text: String {
    String(decoding: line.last == 0x0D ? line.dropLast() : line[...], as: UTF8.self)
  }
}
