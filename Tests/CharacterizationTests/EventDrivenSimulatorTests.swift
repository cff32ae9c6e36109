import Characterization
import LogicSimulation
import Netlists
import Quantities
import Technology
import TestSupport
import Testing

@Suite("Event-driven timed simulation")
struct EventDrivenSimulatorTests {
  static let families: [MultiplierFamily] = [
    .exactDadda, .truncated(columns: 6), .brokenArray(vertical: 7, horizontal: 2), .kulkarni,
  ]

  let technology: TechnologyNode

  init() throws {
    technology = try TechnologyReader.read(
      Repository.path("HardwareSpecs/Technology/ptm45_hp.yaml")
    ).node
  }

  @Test("after an infinite time the captured product is the settled one", arguments: families)
  func infiniteClock(family: MultiplierFamily) throws {
    let netlist = family.netlist(width: 8)
    let delays = try DieDelays(netlist, technology: technology, supply: Voltage(0.5)).die(
      3, seed: 1)
    let stimulus = Stimulus.uniformStationary(widthA: 8, widthB: 8, count: 500, seed: 2)
    let run = EventDrivenSimulator(netlist: netlist).run(
      previous: stimulus.previous, current: stimulus.current, delays: delays,
      captureTimes: [Int64.max])
    #expect(run.captured[0] == run.settled)
    for (word, product) in zip(stimulus.current, run.settled) {
      #expect(Int(product) == family.product(Int(word & 0xFF), Int(word >> 8), width: 8))
    }
  }

  @Test("nothing arrives at time 0, everything by the longest path", arguments: families)
  func boundedByStaticTiming(family: MultiplierFamily) throws {
    let netlist = family.netlist(width: 8)
    let delays = try DieDelays(netlist, technology: technology, supply: Voltage(0.7)).typical
    let longest = StaticTiming(netlist: netlist, delays: delays).criticalPathDelay
    let stimulus = Stimulus.uniformStationary(widthA: 8, widthB: 8, count: 2000, seed: 4)
    let simulator = EventDrivenSimulator(netlist: netlist)
    let run = simulator.run(
      previous: stimulus.previous, current: stimulus.current, delays: delays,
      captureTimes: [0, longest / 2, longest])
    let before = simulator.run(
      previous: stimulus.previous, current: stimulus.previous, delays: delays, captureTimes: [0])
    #expect(run.captured[0] == before.settled)
    #expect(run.captured[1] != run.settled)
    #expect(run.captured[2] == run.settled)
  }

  @Test("a pulse that is not longer than a gate's delay is swallowed, a longer one passes")
  func inertialDelay() throws {
    // y = not (a and not a): when a rises, y would fall for as long as the inverter takes.
    var builder = NetlistBuilder(name: "pulse")
    let a = builder.addInput("a", width: 1)[0]
    let inverted = builder.addNet("inverted")
    let y = builder.addNet("y")
    builder.addCell(GeneratorCells.inverter, name: "i", inputs: [a], outputs: [inverted])
    builder.addCell(GeneratorCells.nand2, name: "n", inputs: [a, inverted], outputs: [y])
    builder.addOutput("y", bits: [y])
    let netlist = try builder.finish()
    let nand = try #require(
      netlist.gates.firstIndex { netlist.cells[$0.cell].cell == GeneratorCells.nand2.name })
    func toggles(inverterDelay: Int64) -> Int {
      var delays = [Int64](repeating: inverterDelay, count: netlist.gates.count)
      delays[nand] = 10
      return EventDrivenSimulator(netlist: netlist).run(
        previous: [0 as UInt64], current: [1], delays: delays, captureTimes: [100]
      ).toggles[nand]
    }
    #expect(toggles(inverterDelay: 9) == 0)
    #expect(toggles(inverterDelay: 11) == 2)
  }

  @Test(
    "iverilog with the same delays captures the same words and counts the same transitions",
    .enabled(if: Referee.isInstalled("iverilog"), "iverilog is not installed"),
    arguments: families)
  func iverilog(family: MultiplierFamily) throws {
    let netlist = family.netlist(width: 8)
    let delays = try DieDelays(netlist, technology: technology, supply: Voltage(0.45)).die(
      5, seed: 9)
    let longest = StaticTiming(netlist: netlist, delays: delays).criticalPathDelay
    let captureTime = longest / 2
    let stimulus = Stimulus.uniformStationary(widthA: 8, widthB: 8, count: 1000, seed: 6)
    let run = EventDrivenSimulator(netlist: netlist).run(
      previous: stimulus.previous, current: stimulus.current, delays: delays,
      captureTimes: [captureTime])
    let text = TimedVerilog.testbench(
      netlist, delays: delays, previous: stimulus.previous, current: stimulus.current,
      captureTime: captureTime, settleTime: 2 * longest)
    let lines = try Referee.iverilog(text).split(separator: "\n").map { $0.split(separator: " ") }
    try #require(lines.count == 1001)
    for index in 0..<1000 {
      #expect(UInt64(lines[index][0], radix: 16) == run.captured[0][index], "transition \(index)")
      #expect(UInt64(lines[index][1], radix: 16) == run.settled[index], "transition \(index)")
    }
    #expect(Int(lines[1000][0]) == run.toggles.reduce(0, +))
    #expect(run.captured[0] != run.settled, "the capture time shows no error")
  }
}
