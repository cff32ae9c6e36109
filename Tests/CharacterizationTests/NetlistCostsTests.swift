import Netlists
import Quantities
import Technology
import TestSupport
import Testing

@testable import Characterization

private let shippedLibrary = Repository.path("HardwareSpecs/Cells/ptm45.lib")
private let shippedTechnology = Repository.path("HardwareSpecs/Technology/ptm45_hp.yaml")

@Suite("the costs of a netlist")
struct NetlistCostsTests {
  let library: CellLibrary
  let node: TechnologyNode

  init() throws {
    library = try LibertyReader.library(contentsOf: shippedLibrary)
    node = try TechnologyReader.read(shippedTechnology).node
  }

  @Test("delay and leakage equal the characterizer's, area the library's")
  func agreesWithCharacterizer() throws {
    let netlist = MultiplierFamily.exactDadda.netlist(width: 8)
    let supply = Voltage(0.6)
    let costs = NetlistCosts(of: netlist, library: library, node: node, supply: supply)
    let characterizer = Characterizer(netlist: netlist, technology: node, dies: 2, seed: 1)
    #expect(costs.criticalPath == (try characterizer.criticalPath(at: supply)))
    #expect(costs.leakage == (try characterizer.leakage(at: supply)))
    #expect(costs.area == library.area(of: netlist))
    #expect(costs.reasons.isEmpty)
  }

  @Test("an inverter under random bits switches half of the time: half its energy an operation")
  func inverterEnergy() throws {
    var builder = NetlistBuilder(name: "m")
    let input = builder.addInput("a", width: 1)
    let output = builder.addNet("y")
    builder.addCell(GeneratorCells.inverter, name: "u", inputs: input, outputs: [output])
    builder.addOutput("y", bits: [output])
    let netlist = try builder.finish()
    let costs = NetlistCosts(
      of: netlist, library: library, node: node, supply: Voltage(0.6), transitions: 1 << 16)
    let whole = try node.switchingEnergy(of: "INV.Y", at: Voltage(0.6)).value
    let energy = try #require(costs.switchingEnergy).value
    // The standard error of the mean of 65,536 fair bits is 0.002.
    #expect(abs(energy / whole - 0.5) < 0.01)
  }

  @Test("toggles equal those of a naive evaluation of the same operands")
  func naiveToggles() throws {
    let netlist = MultiplierFamily.truncated(columns: 3).netlist(width: 4)
    // All transitions of a 4-bit multiplier: each net's switching probability is 2p(1 - p).
    var ones = [Double](repeating: 0, count: netlist.netCount)
    for a in UInt64(0)..<16 {
      for b in UInt64(0)..<16 {
        let nets = NaiveNetlistEvaluation.nets(of: netlist, inputs: [a, b])
        for (net, value) in nets.enumerated() where value { ones[net] += 1.0 / 256 }
      }
    }
    let toggles = SwitchingToggles(of: netlist, transitions: 1 << 16, seed: 3)
    for gate in netlist.gates {
      let p = ones[Int(gate.output.index)]
      #expect(abs(toggles.perOperation(gate.output) - 2 * p * (1 - p)) < 0.015)
      #expect(abs(toggles.probability(gate.output) - p) < 0.015)
    }
  }

  @Test("the same seed gives the same costs, another seed others")
  func seeded() {
    let netlist = MultiplierFamily.kulkarni.netlist(width: 8)
    func costs(_ seed: UInt64) -> NetlistCosts {
      NetlistCosts(of: netlist, library: library, node: node, supply: Voltage(0.8), seed: seed)
    }
    #expect(costs(1) == costs(1))
    #expect(costs(1).switchingEnergy != costs(2).switchingEnergy)
  }

  @Test("a cost without data is nil, and the reason names the cell or the range")
  func reasons() throws {
    let foreign = LibraryCell(
      name: "AND9", area: nil, inputs: ["A", "B"],
      outputs: [.init(pin: "Y", inputs: [0, 1], truthTable: 0b1000)])
    var builder = NetlistBuilder(name: "m")
    let inputs = builder.addInput("a", width: 2)
    let output = builder.addNet("y")
    builder.addCell(foreign, name: "u", inputs: inputs, outputs: [output])
    builder.addOutput("y", bits: [output])
    let netlist = try builder.finish()
    let costs = NetlistCosts(of: netlist, library: library, node: node, supply: Voltage(0.6))
    #expect(costs.area == nil && costs.criticalPath == nil)
    #expect(costs.leakage == nil && costs.switchingEnergy == nil)
    #expect(costs.reasons.count == 4)
    #expect(costs.reasons[0] == "no area: library 'ptm45' gives none for cell 'AND9'")
    #expect(costs.reasons[1].hasPrefix("no delay: the technology has no data for 'AND9.Y'"))

    let low = NetlistCosts(
      of: try netlist.mapped(to: library).netlist, library: library, node: node,
      supply: Voltage(0.05))
    #expect(low.area != nil && low.criticalPath == nil)
    #expect(low.reasons.count == 3 && low.reasons[0].contains("was fitted: choose a supply inside"))
  }
}
