import Files

/// Reads structural Verilog: one module of cell instances with named ports, wires, vectors, and
/// assigns of nets, bits, parts, constants and concatenations. Nets may be declared after their
/// use.
public enum VerilogReader {
  /// The most bits of a vector or a constant.
  public static let maximumWidth = 65_536
  /// The most nets of a netlist that are used; checked before they are made.
  public static let maximumNets = 1 << 19
  /// The most bits of all expressions of a module together.
  public static let maximumBits = 1 << 22

  /// The netlist in a file.
  ///
  /// - Throws: `InputError` 66 if the file is missing; 65 with `file:line:column` for what is not
  ///   structural Verilog, an undefined cell or net, a width that does not fit, a net that reaches
  ///   an output and has no driver or two, and a combinational cycle.
  public static func netlist(contentsOf path: String, library: CellLibrary) throws -> Netlist {
    try netlist(text: InputFile.text(of: path), file: path, library: library)
  }

  /// The netlist in a text; `file` is its name for messages.
  public static func netlist(text: String, file: String, library: CellLibrary) throws -> Netlist {
    var parser = try VerilogParser(text, file: file)
    var elaboration = VerilogElaboration(try parser.parse(), library)
    return try elaboration.netlist()
  }
}
