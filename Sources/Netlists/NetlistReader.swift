import Files

/// Reads a netlist of any format that is known: Verilog by the extensions `.v`, `.sv` and `.vh`,
/// BLIF by `.blif`, and either by its content where the extension says nothing.
public enum NetlistReader {
  /// The netlist in a file.
  ///
  /// - Parameter top: the module to read; nil for the one that no other instantiates.
  /// - Throws: `InputError` 65 if the content is of neither format; else as `VerilogReader` and
  ///   `BLIFReader`.
  public static func netlist(
    contentsOf path: String, library: CellLibrary, top: String? = nil
  ) throws -> Netlist {
    let bytes = try InputFile.bytes(of: path, limit: InputFile.maximumText)
    switch format(of: path, bytes) {
    case .verilog:
      return try VerilogReader.netlist(bytes: bytes, file: path, library: library, top: top)
    case .blif:
      return try BLIFReader.netlist(bytes: bytes, file: path, library: library, top: top)
    case nil:
      throw InputError(
        .badData, at: SourceLocation(file: path, line: 1, column: 1),
        "is neither Verilog, which begins with 'module', nor BLIF, which begins with '.model': "
          + "name the file .v or .blif if it is")
    }
  }

  private enum Format { case verilog, blif }

  private static func format(of path: String, _ bytes: [UInt8]) -> Format? {
    let name = path.split(separator: "/").last ?? ""
    switch name.split(separator: ".").last?.lowercased() {
    case "v", "sv", "vh": return .verilog
    case "blif": return .blif
    default: break
    }
    let word = firstWord(bytes.prefix(1 << 16))
    if word.starts(with: ".model".utf8) { return .blif }
    if word.starts(with: "module".utf8) || word.starts(with: "macromodule".utf8) { return .verilog }
    return nil
  }

  /// What follows the comments, attributes and directives of either format.
  private static func firstWord(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var rest = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes
    func skip(past end: String) {
      let end = Array(end.utf8)
      while !rest.isEmpty && !rest.starts(with: end) { rest.removeFirst() }
      rest = rest.dropFirst(end.count)
    }
    while true {
      rest = rest.drop { $0.isASCIISpace }
      if ["//", "#", "`"].contains(where: { rest.starts(with: $0.utf8) }) {
        skip(past: "\n")
      } else if rest.starts(with: "/*".utf8) {
        rest = rest.dropFirst(2)
        skip(past: "*/")
      } else if rest.starts(with: "(*".utf8) {
        rest = rest.dropFirst(2)
        skip(past: "*)")
      } else {
        return rest
      }
    }
  }
}
