import Files
import Foundation
import LogicSimulation
import Netlists
import Randomness
import TestSupport
import Testing

/// The cells of the 45 nm kit for simulators that do not know them, by their published functions
/// (reference file of the project's definitions), and their twins.
private let kitDefinitions: String = {
  let cells: [(name: String, ports: String, body: String)] = [
    ("FAX1", "A, B, C, YS, YC", "assign {YC, YS} = A + B + C;"),
    ("HAX1", "A, B, YS, YC", "assign {YC, YS} = A + B;"),
    ("AND2X1", "A, B, Y", "assign Y = A && B;"),
    ("OR2X1", "A, B, Y", "assign Y = A || B;"),
    ("NAND2X1", "A, B, Y", "assign Y = !(A && B);"),
    ("NOR2X1", "A, B, Y", "assign Y = !(A || B);"),
    ("XOR2X1", "A, B, Y", "assign Y = A != B;"),
    ("XNOR2X1", "A, B, Y", "assign Y = A == B;"),
    ("NAND3X1", "A, B, C, Y", "assign Y = !(A && B && C);"),
    ("NOR3X1", "A, B, C, Y", "assign Y = !(A || B || C);"),
    ("INVX1", "A, Y", "assign Y = !A;"),
    ("BUFX2", "A, Y", "assign Y = A;"),
    ("MUX2X1", "A, B, S, Y", "assign Y = S ? B : A;"),
    ("AOI21X1", "A, B, C, Y", "assign Y = !((A && B) || C);"),
    ("OAI21X1", "A, B, C, Y", "assign Y = !((A || B) && C);"),
  ]
  return ["", "PDKGEN"].flatMap { prefix in
    cells.map { cell in
      let ports = cell.ports.components(separatedBy: ", ")
      let inputs = ports.filter { !$0.hasPrefix("Y") }.joined(separator: ", ")
      let outputs = ports.filter { $0.hasPrefix("Y") }.joined(separator: ", ")
      return """
        module \(prefix)\(cell.name) (\(cell.ports));
          input \(inputs); output \(outputs);
          \(cell.body)
        endmodule

        """
    }
  }.joined()
}()

/// A random design that is refused.
private struct Unread: Error, CustomStringConvertible {
  let description: String
}

/// A random design with the values of its outputs on random inputs, as our simulator computes them.
private struct Case {
  let text: String
  let top: RandomVerilog<RandomStream>.Module
  let vectors: [[UInt64]]
  let netlist: Netlist

  init(_ index: Int) throws {
    let stream = RandomStream(seed: 41, purpose: .test, index: UInt64(index))
    var random = RandomVerilog(stream)
    (text, top) = random.design(prefix: "m\(index)")
    var values = RandomStream(seed: 42, purpose: .test, index: UInt64(index))
    let widths = top.inputWidths
    vectors = (0..<12).map { _ in
      widths.map { UInt64.random(in: 0..<1 << UInt64($0), using: &values) }
    }
    do {
      netlist = try VerilogReader.netlist(text: text, file: "m\(index)", library: library)
    } catch {
      throw Unread(description: "\(error)\n\(text)")
    }
  }

  var expected: [String] {
    let simulator = BitParallelSimulator(netlist)
    return vectors.map { simulator.outputs(for: $0).map(String.init).joined(separator: " ") }
  }

  /// Drives the design and prints a line for each vector.
  var bench: String {
    let inputs = top.inputWidths.enumerated()
      .map { "reg [\($0.element - 1):0] i\($0.offset);" }
    let outputs = top.outputWidths.enumerated()
      .map { "wire [\($0.element - 1):0] o\($0.offset);" }
    let pins =
      top.inputWidths.indices.map { ".i\($0)(i\($0))" }
      + top.outputWidths.indices.map { ".o\($0)(o\($0))" }
    let format = top.outputWidths.map { _ in "%0d" }.joined(separator: " ")
    let shown = top.outputWidths.indices.map { "o\($0)" }.joined(separator: ", ")
    let steps = vectors.map { vector in
      vector.enumerated().map { "i\($0.offset) = \($0.element);" }.joined(separator: " ")
        + " #1 $display(\"\(format)\", \(shown));"
    }
    return """
      module bench_\(top.name);
      \((inputs + outputs).joined(separator: "\n"))
      \(top.name) dut (\(pins.joined(separator: ", ")));
      initial begin #\(index * 100);
      \(steps.joined(separator: "\n"))
      end
      endmodule

      """
  }

  private var index: Int { Int(top.name.dropFirst().prefix { $0 != "_" }) ?? 0 }
}

private let library = GeneratorCells.library

/// How many random designs are compared; ten thousand where time allows.
private let designCount =
  ProcessInfo.processInfo.environment["AXTRAIN_LONG"] == nil ? 200 : 10_000

@Test(
  "random netlists have the values that iverilog gives them",
  .enabled(if: Referee.isInstalled("iverilog")))
func iverilogAgrees() throws {
  for start in stride(from: 0, to: designCount, by: 100) {
    let cases = try (start..<start + 100).map { try Case($0) }
    let text = kitDefinitions + cases.map { $0.text + $0.bench }.joined()
    let lines = try Referee.iverilog(text).split(separator: "\n").map(String.init)
      .filter { !$0.contains("warning") }
    var position = 0
    for test in cases {
      for (expected, vector) in zip(test.expected, test.vectors) {
        let line = position < lines.count ? lines[position] : "nothing"
        #expect(line == expected, "\(test.top.name) on \(vector):\n\(test.text)")
        position += 1
      }
    }
    #expect(position == lines.count)
  }
}

@Test(
  "random netlists have the values that yosys gives them, written by it as BLIF and as Verilog",
  .enabled(if: Referee.isInstalled("yosys")))
func yosysAgrees() throws {
  for start in stride(from: 0, to: designCount, by: 100) {
    let cases = try (start..<start + 100).map { try Case($0) }
    let folder = try TemporaryFolder()
    let source = try folder.write(
      kitDefinitions + cases.map(\.text).joined(), to: "random.v")
    let (blif, verilog) = (folder.file("random.blif"), folder.file("flat.v"))
    _ = try Referee.run(
      "yosys",
      [
        "-q", "-p",
        "read_verilog \(source); proc; flatten; techmap; simplemap; opt_clean; "
          + "write_blif \(blif); "
          + "write_verilog -noattr \(verilog)",
      ])
    // Flattened modules need no others.
    let models = try pieces(of: blif, from: ".model ", to: "\n.end\n")
    let modules = try pieces(of: verilog, from: "module ", to: "\nendmodule\n")
    for test in cases {
      let name = test.top.name
      let netlists = [
        try BLIFReader.netlist(
          text: models[name, default: ""], file: "random.blif", library: library),
        try VerilogReader.netlist(
          text: modules[name, default: ""], file: "flat.v", library: library),
      ]
      for netlist in netlists {
        let simulator = BitParallelSimulator(netlist)
        let order = test.netlist.inputs.map(\.name)
        for (expected, vector) in zip(test.expected, test.vectors) {
          let inputs = netlist.inputs.map { port in
            vector[order.firstIndex(of: port.name) ?? 0]
          }
          let values = simulator.outputs(for: inputs).map(String.init).joined(separator: " ")
          #expect(values == expected, "\(test.top.name) on \(vector):\n\(test.text)")
        }
      }
    }
  }
}

/// The parts of a file from one word to another, by the name that stands after the first.
private func pieces(
  of file: String, from start: String, to end: String
) throws -> [String: String] {
  var pieces: [String: String] = [:]
  for piece in try InputFile.text(of: file).components(separatedBy: end) {
    guard let head = piece.range(of: start) else { continue }
    let name = piece[head.upperBound...].prefix { !"( \n".contains($0) }
    pieces[String(name)] = piece + end
  }
  return pieces
}
