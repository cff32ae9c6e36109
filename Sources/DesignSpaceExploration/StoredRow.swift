import Files
import Foundation

/// A result row as JSON, without loss: `{"cells":[…],"kinds":"…"}`.
///
/// The cells are plain JSON values, so that SQL can take them out with `json_extract`; one letter a
/// cell tells which `CellValue` it was (`t` text, `i` integer, `r` real, `f` flag, `m` missing, `b`
/// a real that JSON cannot write, as the hexadecimal digits of its bits).
enum StoredRow {
  static func encode(_ cells: [CellValue]) -> String {
    var kinds = ""
    let values = cells.map { cell -> JSONValue in
      let (kind, value): (Character, JSONValue) =
        switch cell {
        case .text(let text): ("t", .text(text))
        case .integer(let number): ("i", .integer(number))
        case .real(let number) where number.isFinite, .precise(let number) where number.isFinite:
          ("r", .real(number))
        case .real(let number), .precise(let number):
          ("b", .text(String(number.bitPattern, radix: 16)))
        case .flag(let flag): ("f", .flag(flag))
        case .missing: ("m", .null)
        }
      kinds.append(kind)
      return value
    }
    return JSONValue.object(["kinds": .text(kinds), "cells": .array(values)]).canonicalText
  }

  /// The cells of a stored row, or nil if the text is not one.
  static func decode(_ text: String) -> [CellValue]? {
    try? JSONDecoder().decode(DecodedRow.self, from: Data(text.utf8)).cells
  }
}

private struct DecodedRow: Decodable {
  let cells: [CellValue]

  private enum Key: String, CodingKey { case kinds, cells }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    let kinds = try fields.decode(String.self, forKey: .kinds)
    var values = try fields.nestedUnkeyedContainer(forKey: .cells)
    cells = try kinds.map { kind in
      switch kind {
      case "t": return .text(try values.decode(String.self))
      case "i": return .integer(try values.decode(Int.self))
      case "r": return .real(try values.decode(Double.self))
      case "f": return .flag(try values.decode(Bool.self))
      case "m" where try values.decodeNil(): return .missing
      case "b":
        if let bits = UInt64(try values.decode(String.self), radix: 16) {
          return .real(Double(bitPattern: bits))
        }
        fallthrough
      default:
        throw DecodingError.dataCorruptedError(
          forKey: .kinds, in: fields, debugDescription: "not a kind of cell")
      }
    }
    guard values.isAtEnd else {
      throw DecodingError.dataCorruptedError(
        forKey: .cells, in: fields, debugDescription: "more cells than kinds")
    }
  }
}
