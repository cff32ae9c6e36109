import Files
import Foundation
import Netlists
import Randomness
import Testing

private func message(_ body: String, header: String = "input a, output y") -> String {
  let text = "module m (\(header));\n\(body)\nendmodule\n"
  return raw(text)
}

private func raw(_ text: String) -> String {
  do {
    _ = try VerilogReader.netlist(text: text, file: "m.v", library: GeneratorCells.library)
    return "read"
  } catch { return "\(error)" }
}

@Test(
  "a bad netlist ends with its place, what is wrong and what to do",
  arguments: [
    (
      "wire n, k;\nINV u1 (.A(n), .Y(k));\nNAND2 u2 (.A(k), .B(a), .Y(n));\nassign y = n;",
      "m.v:4:1: error: combinational cycle through 'u2', 'u1'"
    ),
    (
      "NAND3 u1 (.A(a), .Y(y));",
      "m.v:2:1: error: cell 'NAND3' is neither a module of the file nor in library 'generator'; "
        + "the nearest is 'NAND2'"
    ),
    (
      "wire [1:0] w;\nINV u (.A(w), .Y(y));",
      "m.v:3:11: error: width mismatch: 2 bits at pin 'A' of 'u', which takes one"
    ),
    (
      "wire w;\nINV u (.A(w), .Y(y));",
      "m.v:3:11: error: net 'w' reaches an output but nothing drives it"
    ),
    ("INV u (.A(a), .Y(y));\nassign y = a;", "error: net 'y' has a driver already"),
    ("assign y = a * a;", "m.v:2:14: error: operator '*' is not read: synthesize"),
    ("always @(a) y = a;", "m.v:2:1: error: 'always' is not read: synthesize"),
    ("INV u (.A(a), .Q(y));", "m.v:2:15: error: cell 'INV' has no pin 'Q'; its pins are A, Y"),
    ("wire [1048576:0] w;", "m.v:2:6: error: a vector of 1048577 bits is too wide"),
  ])
func goldenMessages(body: String, expected: String) {
  #expect(message(body).contains(expected), "\(message(body))")
}

@Test("a truncated file and binary junk end with one line")
func truncatedAndJunk() {
  #expect(raw("module m (input a, output y);\nINV u (.A(a)").contains("m.v:2:13: error:"))
  #expect(raw("module m (input a, output y);\n").contains("'endmodule' is missing"))
  #expect(raw("\u{7F}\u{0}\u{1}ELF").contains("m.v:1:1: error: byte 0x7f is not Verilog"))
}

@Test("dead cells and nets that reach nothing are left out and are no error")
func deadCells() throws {
  let netlist = try VerilogReader.netlist(
    text: "module m (input a, output y); wire w, v; INV u (.A(w), .Y(v)); assign y = a; endmodule",
    file: "m.v", library: GeneratorCells.library)
  #expect(netlist.cells.isEmpty && netlist.outputs[0].bits == netlist.inputs[0].bits)
}

@Test("what is written reads back as the same netlist")
func roundTrip() throws {
  for family in shippedFamilies {
    let netlist = family.netlist(width: 6)
    let again = try VerilogReader.netlist(
      text: family.verilog(width: 6), file: "m.v", library: GeneratorCells.library)
    #expect(again.gates == netlist.gates && again.outputs == netlist.outputs)
  }
}

@Test("the shipped library has the generators' cells, pins and functions")
func libraryAgrees() throws {
  let path = "\(packageFolder)/HardwareSpecs/Cells/ptm45.lib"
  let library = try LibertyReader.library(contentsOf: path)
  #expect(library.cells.map(\.name) == GeneratorCells.library.cells.map(\.name))
  for (cell, known) in zip(library.cells, GeneratorCells.library.cells) {
    #expect(cell.inputs == known.inputs && cell.outputs == known.outputs && cell.area != nil)
  }
}

@Test("thousands of mutated texts never trap")
func mutations() throws {
  var stream = RandomStream(seed: 3, purpose: .test)
  let verilog = Array(MultiplierFamily.kulkarni.verilog(width: 4).utf8)
  let liberty = Array(
    try InputFile.text(of: "\(packageFolder)/HardwareSpecs/Cells/ptm45.lib").utf8)
  let alphabet = Array("(){}[];:,.'\"\\/*!^&|+=~ 0129aAY\n\u{0}".utf8)
  for index in 0..<3000 {
    var bytes = index % 2 == 0 ? verilog : liberty
    for _ in 0..<Int.random(in: 1...6, using: &stream) where bytes.count > 20 {
      let place = Int.random(in: 0..<bytes.count - 9, using: &stream)
      switch Int.random(in: 0..<4, using: &stream) {
      case 0: bytes[place] = alphabet.randomElement(using: &stream) ?? 0
      case 1: bytes.removeSubrange(place..<place + 8)
      case 2: bytes.insert(contentsOf: bytes[place..<place + 8], at: place)
      default: bytes.removeSubrange(place...)
      }
    }
    let text = String(decoding: bytes, as: UTF8.self)
    do {
      if index % 2 == 0 {
        _ = try VerilogReader.netlist(text: text, file: "m", library: GeneratorCells.library)
      } else {
        _ = try LibertyReader.library(text: text, file: "m")
      }
    } catch { #expect(error is InputError) }
  }
}
