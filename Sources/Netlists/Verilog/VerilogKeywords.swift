/// The reserved words of Verilog (IEEE 1364-2005, annex B).
enum VerilogKeywords {
  static let gatePrimitives: Set<String> = [
    "and", "nand", "or", "nor", "xor", "xnor", "buf", "not", "bufif0", "bufif1", "notif0",
    "notif1", "cmos", "nmos", "pmos", "rcmos", "rnmos", "rpmos", "tran", "tranif0", "tranif1",
    "rtran", "rtranif0", "rtranif1", "pullup", "pulldown",
  ]

  static let all: Set<String> = gatePrimitives.union([
    "always", "assign", "automatic", "begin", "case", "casex", "casez", "cell", "config",
    "deassign", "default", "defparam", "design", "disable", "edge", "else", "end", "endcase",
    "endconfig", "endfunction", "endgenerate", "endmodule", "endprimitive", "endspecify",
    "endtable", "endtask", "event", "for", "force", "forever", "fork", "function", "generate",
    "genvar", "highz0", "highz1", "if", "ifnone", "incdir", "include", "initial", "inout",
    "input", "instance", "integer", "join", "large", "liblist", "library", "localparam",
    "macromodule", "medium", "module", "negedge", "noshowcancelled", "output", "parameter",
    "posedge", "primitive", "pull0", "pull1", "pulsestyle_ondetect", "pulsestyle_onevent",
    "real", "realtime", "reg", "release", "repeat", "scalared", "showcancelled", "signed",
    "small", "specify", "specparam", "strong0", "strong1", "supply0", "supply1", "table", "task",
    "time", "tri", "tri0", "tri1", "triand", "trior", "trireg", "unsigned", "use", "uwire",
    "vectored", "wait", "wand", "weak0", "weak1", "while", "wire", "wor",
  ])

  /// A table that has the keywords first: they are the lowest numbers.
  static let names: NameTable = {
    var names = NameTable()
    for word in all.sorted() { _ = names.intern(word) }
    return names
  }()

  static func contains(_ name: NameID) -> Bool { name.index < Int32(all.count) }
}
