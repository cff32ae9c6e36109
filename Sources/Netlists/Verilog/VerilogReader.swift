import Files

/// Reads structural Verilog and flattens it: modules in any order, cell instances with named or
/// ordered connections, gate primitives, wires and vectors, and assigns of expressions that are
/// gates: bitwise, reduction, logical and conditional operators, sums, shifts by constants,
/// concatenations and replications.
///
/// An operator becomes a cell of `PrimitiveCells` for each of its bits, named by where it stands:
/// `and@12:17[3]`. Widths and signs follow IEEE 1364-2005, 5.4 and 5.5. Instances stand for a
/// module of the file, else a cell of the library, else one of `StandardKitCells`; names of nested
/// instances are joined by '.'. `+` and `-` become ripple-carry adders, of which the netlist's notes
/// tell. Behavior and other arithmetic are refused.
public enum VerilogReader {
  /// The most bits of a constant, of an expression, of what is driven as one, and of all ports of
  /// the netlist together.
  public static let maximumWidth = 65_536
  /// The most bits of a vector, of which only those that are used cost anything.
  public static let maximumVector = 1 << 20
  /// The most nets of a flat netlist that are used; checked before they are made. Texts of less than
  /// 62 KB may have fewer: 2^18 and 64 for each byte.
  public static let maximumNets = Elaboration.maximumNets
  /// The most bits of all expressions of a flat netlist together.
  public static let maximumBits = Elaboration.maximumBits

  /// The netlist in a file.
  ///
  /// - Parameter top: the module to read; nil for the one that no other instantiates.
  /// - Throws: `InputError` 66 if the file is missing; 65 with `file:line:column` for what is not
  ///   structural Verilog, an undefined cell or net, a width that does not fit, a module that
  ///   contains itself, a net that reaches an output and has no driver or two, and a combinational
  ///   cycle; and for a file of more than 64 MB.
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
    var parser = try VerilogParser(bytes, file: file)
    return try parser.parse().netlist(top: top, library: library)
  }
}
