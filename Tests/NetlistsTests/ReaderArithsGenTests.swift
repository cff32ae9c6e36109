import Characterization
import ErrorTables
import Files
import Foundation
import LogicSimulation
import Netlists
import TestSupport
import Testing

/// The Python interpreter that has ArithsGen: the one that AXTRAIN_ARITHSGEN_PYTHON names, else
/// `python3`; nil if it has not.
private let interpreter: String? = {
  let named = ProcessInfo.processInfo.environment["AXTRAIN_ARITHSGEN_PYTHON"]
  let python = named ?? "python3"
  let found = try? Referee.run("env", [python, "-c", "import ariths_gen, numpy"])
  return found == nil ? nil : python
}()

/// Operand widths; with all final adders and cuts where time allows.
private let widths: [[String]] =
  ProcessInfo.processInfo.environment["AXTRAIN_LONG"] == nil
  ? [["2"], ["4"], ["8", "short"], ["8", "recursive"]]
  : (2...8).map { ["\($0)"] } + (9...12).map { ["\($0)", "short"] }

/// Files that ArithsGen 1.1.4 writes wrong: what their names begin with and end with, what we say of
/// them, and whose verdict is the same.
private let wrongFiles: [(circuit: String, ending: String, message: String, referee: String)] = [
  // The hierarchy names a gate that the file does not define.
  ("unsignedcarrysave", "hier.v", "_gate' is neither a module of the file", "iverilog"),
  ("unsignedbrokencarrysave", "hier.v", "_gate' is neither a module of the file", "iverilog"),
  ("unsignedtruncatedcarrysave", "hier.v", "_gate' is neither a module of the file", "iverilog"),
  ("unsignedcarrysave", "hier.blif", "_gate' is neither a model of the file", "yosys"),
  ("unsignedbrokencarrysave", "hier.blif", "_gate' is neither a model of the file", "yosys"),
  ("unsignedtruncatedcarrysave", "hier.blif", "_gate' is neither a model of the file", "yosys"),
  // Bits of an adder's operand are assigned and the operand is not declared.
  ("unsignedbrokencarrysave", "hier.v", "_b' is not declared", "iverilog"),
  // The last input of a carry-save adder is left open, and the one before it connected twice; the
  // output of the open one drives a partial product that has a gate of its own.
  ("signedwallace", "hier.blif", "has a driver already", "yosys"),
  ("unsignedwallace", "hier.blif", "has a driver already", "yosys"),
]

/// Circuits whose hierarchical Verilog drives a net a second time by a gate that only gives it back
/// its own value, `or (n, n, 1'b0)` through an instance: we leave the gate out, and iverilog, where
/// such a net begins as x and stays x, computes no product.
private func drivesItself(_ name: Substring, _ ending: String) -> Bool {
  let prefixAdders = [
    "brentkung", "hancarlson", "knowles", "koggestone", "ladnerfischer", "sklansky",
  ]
  return ending == "hier.v"
    && (name.hasPrefix("signedcarrysave") || prefixAdders.contains { name.contains($0) })
}

/// Whether another tool refuses a file as well, or is not there to be asked.
private func refuses(_ referee: String, _ file: String) -> Bool {
  guard Referee.isInstalled(referee) else { return true }
  let check = "read_blif \(file); hierarchy -check -auto-top; flatten; check -assert"
  let arguments =
    referee == "yosys" ? ["-q", "-p", check] : ["-g2005", "-t", "null", file]
  return (try? Referee.run(referee, arguments)) == nil
}

private func words(_ file: String) throws -> [UInt32] {
  let bytes = try InputFile.bytes(of: file)
  return stride(from: 0, to: bytes.count, by: 4).map { start in
    (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << UInt32(8 * $1) }
  }
}

/// The products of operand pairs a | b << 16.
private func products(_ netlist: Netlist, _ ports: MultiplierPorts, _ pairs: [UInt32]) -> [UInt32] {
  if ports.operandA.bits.count <= 8 {
    return ProductTable(
      simulating: netlist, operandA: ports.operandA, operandB: ports.operandB,
      product: ports.product
    ).products
  }
  let simulator = BitParallelSimulator(netlist)
  let lanes = BitParallelSimulator.laneCount
  var state = simulator.makeState()
  var products: [UInt32] = []
  for start in stride(from: 0, to: pairs.count, by: lanes) {
    let block = pairs[start..<start + lanes]
    for (port, shift) in [(ports.operandA, UInt32(0)), (ports.operandB, UInt32(16))] {
      for (bit, net) in port.bits.enumerated() {
        for word in 0..<lanes / 64 {
          var bits: UInt64 = 0
          for lane in 0..<64 {
            let pair = block[start + 64 * word + lane]
            bits |= UInt64(pair >> (shift + UInt32(bit)) & 1) << UInt64(lane)
          }
          state[Int(net.index)][word] = bits
        }
      }
    }
    simulator.evaluate(&state)
    for lane in 0..<lanes {
      var product: UInt32 = 0
      for (bit, net) in ports.product.bits.enumerated() {
        let word = state[Int(net.index)][lane / 64]
        product |= UInt32(word >> UInt64(lane % 64) & 1) << UInt32(bit)
      }
      products.append(product)
    }
  }
  return products
}

/// The first pair with another product, or that the numbers of products differ; nil if all agree.
private func difference(
  _ products: [UInt32], _ expected: [UInt32], _ pairs: [UInt32]
) -> String? {
  guard products.count == expected.count else { return "\(products.count) products" }
  guard let index = products.indices.first(where: { products[$0] != expected[$0] }) else {
    return nil
  }
  let (a, b) = (pairs[index] & 0xFFFF, pairs[index] >> 16)
  return "\(a) x \(b) gives \(products[index]), the model \(expected[index])"
}

/// Asks iverilog for the products of some operand pairs; nil where it gives x.
private func iverilogProducts(
  _ file: String, _ netlist: Netlist, _ ports: MultiplierPorts, _ pairs: [UInt32]
) throws -> [UInt32]? {
  let (a, b) = (ports.operandA, ports.operandB)
  let bench = """
    module axtrain_bench;
    reg [31:0] pairs [0:\(pairs.count - 1)];
    reg [\(a.bits.count - 1):0] a; reg [\(b.bits.count - 1):0] b;
    wire [\(ports.product.bits.count - 1):0] p;
    \(netlist.name) dut (.\(a.name)(a), .\(b.name)(b), .\(ports.product.name)(p));
    integer i;
    initial begin
      $readmemh("\(file).pairs", pairs);
      for (i = 0; i < \(pairs.count); i = i + 1) begin
        a = pairs[i][15:0]; b = pairs[i][31:16]; #1 $display("%0d", p);
      end
    end
    endmodule
    """
  let hex = pairs.map { String($0, radix: 16) }.joined(separator: "\n")
  try OutputFile.write(hex + "\n", to: "\(file).pairs")
  let lines = try Referee.iverilog(try InputFile.text(of: file) + "\n" + bench)
    .split(separator: "\n")
  let isUnknown = lines.allSatisfy { $0.lowercased().contains("x") }
  return isUnknown ? nil : lines.compactMap { UInt32($0) }
}

@Test(
  "every ArithsGen multiplier has its model's products for us and iverilog, or is listed as wrong",
  .enabled(if: interpreter != nil), arguments: widths)
func arithsGenAgrees(arguments: [String]) throws {
  let folder = try TemporaryFolder()
  let script = Repository.path("Tests/Tools/arithsgen_circuits.py")
  _ = try Referee.run("env", [interpreter ?? "", script, folder.path] + arguments)
  let names = try InputFile.text(of: folder.file("circuits.txt")).split(separator: "\n")
  #expect(names.count >= (arguments.last == "recursive" ? 4 : 20))
  let pairs = try words(folder.file("pairs.table"))
  let width = Int(arguments[0]) ?? 0
  let isLong = ProcessInfo.processInfo.environment["AXTRAIN_LONG"] != nil
  // iverilog takes a second for the pairs of one circuit of 8 bits.
  let step = isLong || pairs.count <= 256 ? 1 : 16
  let asked = stride(from: 0, to: pairs.count, by: step).map { $0 }
  var askedKinds: Set<Substring> = []
  for name in names {
    let expected = try words(folder.file("\(name).table"))
    for ending in ["flat.v", "hier.v", "flat.blif", "hier.blif"] {
      let file = folder.file("\(name).\(ending)")
      let netlist: Netlist
      do {
        netlist = try NetlistReader.netlist(contentsOf: file, library: GeneratorCells.library)
      } catch {
        let reason = wrongFiles.first {
          name.hasPrefix($0.circuit) && ending == $0.ending && "\(error)".contains($0.message)
        }
        #expect(reason != nil, "\(error)")
        if let reason { #expect(refuses(reason.referee, file), "\(error)") }
        continue
      }
      let ports = try MultiplierPorts(binding: netlist, file: file)
      #expect(ports.operandA.bits.count == width && ports.operandB.bits.count == width)
      let wrong = difference(products(netlist, ports, pairs), expected, pairs)
      #expect(wrong == nil, "\(name).\(ending): \(wrong ?? "")")
      let kind = name.prefix { $0 != "_" } + ending
      guard ending.hasSuffix(".v"), Referee.isInstalled("iverilog"),
        askedKinds.insert(kind).inserted || isLong
      else { continue }
      let theirs = try iverilogProducts(file, netlist, ports, asked.map { pairs[$0] })
      guard let theirs else {
        #expect(drivesItself(name, ending), "iverilog gives no product of \(name).\(ending)")
        continue
      }
      let other = difference(theirs, asked.map { expected[$0] }, asked.map { pairs[$0] })
      #expect(other == nil, "iverilog on \(name).\(ending): \(other ?? "")")
    }
  }
}
