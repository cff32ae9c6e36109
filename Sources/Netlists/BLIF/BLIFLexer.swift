import Files

/// Splits BLIF text into lines of words: comments are left out, and a line that ends with a
/// backslash goes on in the next.
struct BLIFLexer {
  struct Word {
    let bytes: ArraySlice<UInt8>
    let place: SourcePlace

    var text: String { String(decoding: bytes, as: UTF8.self) }
    /// The text for a message.
    var shown: String {
      "'\(String(decoding: bytes.prefix(64), as: UTF8.self))\(bytes.count > 64 ? "…" : "")'"
    }
  }

  private var cursor: SourceCursor

  var byteCount: Int { cursor.count }

  init(_ bytes: [UInt8], file: String) { cursor = SourceCursor(bytes, file: file) }

  var place: SourcePlace { cursor.place }
  var file: String { cursor.file }

  /// The next line that has words; none at the end of the text.
  ///
  /// - Throws: `InputError` 65 at a byte that is not printable ASCII outside of comments.
  mutating func line() throws -> [Word] {
    var words: [Word] = []
    while let byte = cursor.current {
      switch byte {
      case UInt8(ascii: "#"): _ = cursor.slice { $0 != 0x0A }
      case 0x0A:
        cursor.advance()
        if !words.isEmpty { return words }
      case UInt8(ascii: "\\") where endsLine():
        _ = cursor.slice { $0 != 0x0A }
        cursor.advance()
      case _ where byte.isASCIISpace: cursor.advance()
      default:
        let place = cursor.place
        let start = cursor.position
        repeat {
          if cursor.current == UInt8(ascii: "\\") { cursor.advance() }
          _ = cursor.slice {
            (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") && $0 != UInt8(ascii: "\\")
          }
        } while cursor.current == UInt8(ascii: "\\") && !endsLine()
        let bytes = cursor.bytes(from: start)
        guard !bytes.isEmpty else {
          throw cursor.error("\(cursor.shown) is not BLIF: is this a text file?")
        }
        words.append(Word(bytes: bytes, place: place))
      }
    }
    return words
  }

  /// Whether only blanks stand between a backslash and the end of its line; else it is part of a
  /// name.
  private func endsLine() -> Bool {
    var distance = 1
    while true {
      switch cursor.byte(distance) {
      case 0x20, 0x09, 0x0D: distance += 1
      case 0x0A: return true
      case 0: return cursor.position + distance >= cursor.count
      default: return false
      }
    }
  }
}
