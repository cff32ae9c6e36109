import LogicSimulation
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
    let netlist = try OneCell.netlist(of: GeneratorCells.inverter)
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
    let netlist = try OneCell.netlist(of: foreign)
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

@Suite("the costs of a netlist from Liberty tables")
struct LibertyCostsTests {
  private func corners(supply: Double = 1) throws -> LibertyCorners {
    let text = SampleLiberty.text(supply: supply)
    return try LibertyCorners(
      [try LibertyReader.library(text: text, file: "s.lib")], files: ["s.lib"])
  }

  private func inverters(_ library: CellLibrary) throws -> Netlist {
    try VerilogReader.netlist(
      text: """
        module m (input a, output y); wire n; INV u (.A(a), .Y(n)); INV v (.A(n), .Y(y)); endmodule
        """, file: "m.v", library: library)
  }

  // Two inverters at 1 V, by hand: the first drives 2 fF, ½·C·V² = 1 fJ. Input transition 0, the
  // shortest of the axes: internal (1 + 2)/2 + 0.1 = 1.6 fJ. Transition of the net between: rise
  // 20 + 40·0.2 = 28 ps, fall 30, mean 29: internal (1 + 2·0.29 + 2)/2 + 0.1 = 1.89 fJ.
  @Test("two inverters take the energy of a calculation by hand, and twice one's leakage and area")
  func inverterPair() throws {
    let corners = try corners()
    let costs = try NetlistCosts(
      of: inverters(corners.libraries[0]), corners: corners, transitions: 1 << 16)
    let toggles = SwitchingToggles(
      of: try inverters(corners.libraries[0]), transitions: 1 << 16, seed: 1)
    let rate = toggles.perOperation(NetID(2))
    let energy = try #require(costs.switchingEnergy).value
    #expect(abs(rate - 0.5) < 0.01)
    #expect(abs(energy - rate * (1 + 1.6 + 1.89) * 1e-15) < 1e-22)
    #expect(abs(try #require(costs.leakage).value - 10e-9) < 1e-18)
    #expect(abs(try #require(costs.area).value - 4e-12) < 1e-21)
    #expect(costs.reasons.isEmpty && !costs.isExtrapolated)
    #expect(try #require(costs.criticalPath).value > 20e-12)
  }

  @Test("a library without tables gives an area and reasons for the rest")
  func withoutTables() throws {
    let shipped = try LibertyReader.library(contentsOf: shippedLibrary)
    let corners = try LibertyCorners([shipped], files: ["ptm45.lib"])
    let costs = try NetlistCosts(of: inverters(shipped), corners: corners)
    #expect(costs.area != nil && costs.criticalPath == nil && costs.switchingEnergy == nil)
    #expect(
      costs.reasons == [
        "no delay: library 'ptm45' gives no capacitance for pin 'A' of cell 'INV'",
        "no leakage: library 'ptm45' gives no leakage power and unit for cell 'INV'",
        "no switching energy: it needs the transition times of static timing",
      ])
  }

  @Test("a critical path lists its cells with pins, edges, delays and slack")
  func report() throws {
    let corners = try corners()
    let netlist = try inverters(corners.libraries[0])
    let timing = try LibertyTiming(netlist, corners: corners.bracket(at: nil))
    let report = TimingReport(
      of: netlist, library: corners.libraries[0], source: .liberty(timing), period: Delay(1e-9))
    // u falls after 10 + 2 = 12 ps, transition 30: v rises 10 + 3 = 13 ps later.
    // u rises after 10 + 4 = 14 ps, transition 28: v falls 10 + 1.12 = 11.12 ps later: 25.12.
    #expect(
      report.table.csv == """
        step,instance,cell,from_pin,from_edge,to_pin,to_edge,fanout,delay_ps,arrival_ps,slack_ps
        1,u,INV,A,fall,Y,rise,1,14,14,974.88
        2,v,INV,A,rise,Y,fall,1,11.12,25.12,974.88

        """)
    let slack = try #require(report.slack)
    #expect(abs(slack.in(.pico) - 974.88) < 1e-6)
  }
}
