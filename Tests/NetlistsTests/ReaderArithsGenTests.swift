import Characterization
import ErrorTables
import Files
import Foundation
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

/// Operand widths, with all final adders where time allows.
private let widths: [[String]] =
  ProcessInfo.processInfo.environment["AXTRAIN_LONG"] == nil
  ? [["2"], ["4"], ["8", "short"]] : [["2"], ["3"], ["4"], ["5"], ["6"], ["7"], ["8"]]

@Test(
  "every flat ArithsGen multiplier, and every hierarchical one that is read, has its model's table",
  .enabled(if: interpreter != nil), arguments: widths)
func arithsGenAgrees(arguments: [String]) throws {
  let folder = try TemporaryFolder()
  let script = Repository.path("Tests/Tools/arithsgen_circuits.py")
  _ = try Referee.run("env", [interpreter ?? "", script, folder.path] + arguments)
  let names = try InputFile.text(of: folder.file("circuits.txt")).split(separator: "\n")
  #expect(names.count >= 5)
  let width = Int(arguments[0]) ?? 0
  for name in names {
    var isVerilogWrong = false
    let bytes = try InputFile.bytes(of: folder.file("\(name).table"))
    let expected = stride(from: 0, to: bytes.count, by: 4).map { start in
      (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << UInt32(8 * $1) }
    }
    for ending in ["flat.v", "hier.v", "flat.blif", "hier.blif"] {
      let file = folder.file("\(name).\(ending)")
      let netlist: Netlist
      do {
        netlist = try NetlistReader.netlist(contentsOf: file, library: GeneratorCells.library)
      } catch {
        // ArithsGen forgets the definition of a gate or the declaration of a net in some
        // hierarchies; in BLIF also a pin of Wallace's carry-save adders.
        #expect(ending.hasPrefix("hier"), "\(error)")
        if ending == "hier.v" {
          isVerilogWrong = true
          #expect(iverilogRefuses(file), "\(error)")
        } else {
          #expect(isVerilogWrong || hasWrongBLIF(name), "\(error)")
        }
        continue
      }
      let ports = try MultiplierPorts(binding: netlist, file: file)
      #expect(ports.operandA.bits.count == width && ports.operandB.bits.count == width)
      let table = ProductTable(
        simulating: netlist, operandA: ports.operandA, operandB: ports.operandB,
        product: ports.product)
      #expect(table.products == expected, "\(name).\(ending)")
    }
  }
}

/// Whether ArithsGen 1.1.4 connects a pin twice and leaves the next open, or joins two nets.
private func hasWrongBLIF(_ name: Substring) -> Bool {
  name.contains("wallacemultiplier") || name.contains("twobitmultiplierm2")
}

private func iverilogRefuses(_ file: String) -> Bool {
  guard Referee.isInstalled("iverilog") else { return true }
  do {
    _ = try Referee.run("iverilog", ["-g2005", "-t", "null", file])
    return false
  } catch { return true }
}
