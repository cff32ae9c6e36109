import Files

/// A line and a column of the text that is read, both from 1: what a `SourceLocation` says without
/// the file's name, for the many places that a netlist has.
struct SourcePlace: Equatable, Sendable {
  let line: Int32
  let column: Int32

  func location(in file: String) -> SourceLocation {
    SourceLocation(file: file, line: Int(line), column: Int(column))
  }
}
