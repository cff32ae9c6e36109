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
    // The first word outside of comments of either format.
    for line in bytes.prefix(1 << 16).split(separator: 0x0A) {
      let word = line.drop { $0.isASCIISpace }
      if word.starts(with: ".model".utf8) { return .blif }
      if word.starts(with: "module".utf8) { return .verilog }
    }
    return nil
  }
}
