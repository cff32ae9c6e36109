import Files

/// Reads combinational BLIF and flattens it: models in any order with `.names`, `.subckt` and
/// `.gate`.
///
/// Bits of the top model's ports, `a[0]`, `a<0>` or `a(0)`, are joined to vectors by their index.
/// A cover of one to six inputs becomes one gate, a wider one a tree of `PrimitiveCells`, a copy
/// another name of its input. Instances stand for what `VerilogReader` takes them for.
public enum BLIFReader {
  /// The netlist in a file.
  ///
  /// - Parameter top: the model to read; nil for the one that no other instantiates.
  /// - Throws: `InputError` 66 if the file is missing; 65 with `file:line:column` for what is not
  ///   combinational BLIF, an undefined cell, a net that reaches an output and has no driver or
  ///   two, and a combinational cycle; and for a file of more than 64 MB.
  public static func netlist(
    contentsOf path: String, library: CellLibrary, top: String? = nil
  ) throws -> Netlist {
    try netlist(
      bytes: InputFile.bytes(of: path, limit: InputFile.maximumText), file: path,
      library: library, top: top)
  }

  /// The netlist in a text; `file` is its name for messages.
  public static func netlist(
    text: String, file: String, library: CellLibrary, top: String? = nil
  ) throws -> Netlist {
    try netlist(bytes: Array(text.utf8), file: file, library: library, top: top)
  }

  /// The netlist in the bytes of a text: ASCII but for its comments, which may hold any bytes.
  public static func netlist(
    bytes: [UInt8], file: String, library: CellLibrary, top: String? = nil
  ) throws -> Netlist {
    var parser = try BLIFParser(bytes, file: file)
    return try parser.parse().netlist(top: top, library: library)
  }
}
