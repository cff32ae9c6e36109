import Files
import LogicSimulation
import Netlists
import TestSupport
import Testing

private let library = GeneratorCells.library

private func read(_ text: String, top: String? = nil) throws -> Netlist {
  try BLIFReader.netlist(text: text, file: "m.blif", library: library, top: top)
}

private func outputs(_ netlist: Netlist, for inputs: [UInt64]) -> [UInt64] {
  BitParallelSimulator(netlist).outputs(for: inputs)
}

@Test("a model without '.end' ends where the next begins or the file ends, which a note says")
func endIsOptional() throws {
  let netlist = try read(
    """
    .model top
    .inputs a b
    .outputs y
    .subckt and2 a=a b=b y=y
    .model and2
    .inputs a b
    .outputs y
    .names a b y
    11 1
    """)
  #expect(outputs(netlist, for: [1, 1]) == [1] && outputs(netlist, for: [1, 0]) == [0])
  #expect(netlist.notes == ["the file ends without '.end' of model 'and2': it may be cut off"])
  let ended = try read(".model m\n.inputs a\n.outputs y\n.names a y\n0 1\n.end\n")
  #expect(ended.notes.isEmpty)
}

@Test("an output that is an input has its value, in either order of the lists")
func outputNamesInput() throws {
  for ports in [".inputs a b\n.outputs a y\n", ".outputs a y\n.inputs a b\n"] {
    let netlist = try read(".model m\n\(ports).names a b y\n11 1\n.end\n")
    #expect(netlist.inputs.map(\.name) == ["a", "b"] && netlist.outputs.map(\.name) == ["a", "y"])
    #expect(netlist.outputs[0].bits == netlist.inputs[0].bits)
    for pair in 0..<UInt64(4) {
      #expect(outputs(netlist, for: [pair & 1, pair >> 1]) == [pair & 1, pair & pair >> 1])
    }
  }
}

@Test("bits of a vector that are inputs and outputs at once are joined to two ports")
func outputBitsNameInputBits() throws {
  let netlist = try read(
    ".model m\n.inputs a[0] a[1] a[2]\n.outputs a[1] a[2] y\n.names a[0] y\n0 1\n.end\n")
  #expect(netlist.inputs.map(\.name) == ["a"] && netlist.outputs.map(\.name) == ["a", "y"])
  for value in 0..<UInt64(8) {
    #expect(outputs(netlist, for: [value]) == [value >> 1, 1 - value & 1])
  }
}

@Test("a model with an output that is an input can be an instance")
func instanceOfPassThrough() throws {
  let netlist = try read(
    """
    .model top
    .inputs x
    .outputs y
    .subckt half a=x y=y
    .end
    .model half
    .inputs a
    .outputs a y
    .names a y
    0 1
    .end
    """)
  #expect(outputs(netlist, for: [0]) == [1] && outputs(netlist, for: [1]) == [0])
}

@Test("writers give an output that is an input a name of its own, and it reads back the same")
func writersRename() throws {
  let netlist = try read(
    ".model m\n.inputs a[0] a[1] a[2] a_out\n.outputs a[1] a[2] y\n.names a[0] y\n0 1\n.end\n")
  let verilog = VerilogWriter.text(of: netlist, library: library, header: [])
  let blif = BLIFWriter.text(of: netlist, library: library, style: .names)
  let again = [
    try VerilogReader.netlist(text: verilog, file: "m.v", library: library), try read(blif),
  ]
  for netlist in again {
    #expect(netlist.outputs.map(\.name) == ["a_out_out", "y"])
    for value in 0..<UInt64(8) {
      #expect(outputs(netlist, for: [value, 0]) == [value >> 1, 1 - value & 1])
    }
  }
}

@Test("'.conn' joins two nets, and what says nothing of the function is passed by")
func connections() throws {
  let netlist = try read(
    """
    .model m
    .inputs a b
    .outputs y z
    .area 3.0
    .default_input_arrival 0 0
    .names a b w
    11 1
    .conn w y
    .conn b z
    .attr src "m.v:3"
    .end
    """)
  #expect(netlist.gates.count == 1 && netlist.outputs[1].bits == netlist.inputs[1].bits)
  #expect(outputs(netlist, for: [1, 1]) == [1, 1] && outputs(netlist, for: [0, 1]) == [0, 1])
}

@Test("comments may hold any bytes; elsewhere the first that is not ASCII is named where it stands")
func anyBytesInComments() throws {
  // "Verknüpfung" in Latin-1, and bytes that no encoding has.
  let comment: [UInt8] = Array("Verkn".utf8) + [0xFC] + Array("pfung ".utf8) + [0xFF, 0xC3, 0x28]
  let blif =
    Array("# ".utf8) + comment + Array("\n.model m # ".utf8) + comment
    + Array("\n.inputs a\n.outputs y\n.names a y\n0 1\n.end\n".utf8)
  let verilog =
    Array("// ".utf8) + comment + Array("\nmodule m /* ".utf8) + comment
    + Array(" */ (input a, output y); (* ".utf8) + comment
    + Array(" *) assign y = ~a; endmodule\n".utf8)
  let folder = try TemporaryFolder()
  for (name, bytes) in [("m.blif", blif), ("m.v", verilog), ("m", verilog), ("n", blif)] {
    let path = folder.file(name)
    try OutputFile.write(bytes, to: path)
    let netlist = try NetlistReader.netlist(contentsOf: path, library: library)
    #expect(outputs(netlist, for: [0]) == [1] && outputs(netlist, for: [1]) == [0])
  }
  for (name, text, place) in [
    ("bad.v", "module m (input a, output y);\nassign y\u{F6} = a; endmodule\n", "2:9"),
    ("bad.blif", ".model m\n.inputs a\n.outputs y\n.names a \u{F6}\n", "4:10"),
  ] {
    let path = folder.file(name)
    try OutputFile.write(text.unicodeScalars.map { UInt8($0.value) }, to: path)
    let error = #expect(throws: InputError.self) {
      try NetlistReader.netlist(contentsOf: path, library: library)
    }
    let expected = "\(path):\(place): error: byte 0xf6 is not"
    #expect(error?.description.hasPrefix(expected) == true, "\(error?.description ?? "")")
  }
}

@Test("$true and $false are constants where the model does not drive them")
func impliedConstants() throws {
  let netlist = try read(
    """
    .model m
    .inputs a
    .outputs x y z
    .names $true x
    1 1
    .conn $false y
    .gate NAND2 A=a B=$true Y=z
    .end
    """)
  #expect(outputs(netlist, for: [0]) == [1, 0, 1] && outputs(netlist, for: [1]) == [1, 0, 0])
  let driven = try read(
    ".model m\n.inputs a\n.outputs y\n.names $true y\n1 1\n.names $true\n.end\n")
  #expect(outputs(driven, for: [0]) == [0])
  let input = try read(".model m\n.inputs $true\n.outputs y\n.names $true y\n1 1\n.end\n")
  #expect(outputs(input, for: [0]) == [0] && outputs(input, for: [1]) == [1])
}
