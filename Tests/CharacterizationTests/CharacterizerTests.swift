import Characterization
import ErrorTables
import LogicSimulation
import Netlists
import Quantities
import Technology
import TestSupport
import Testing

@Suite("Characterization of a netlist at an operating point")
struct CharacterizerTests {
  let technology: TechnologyNode
  let netlist = MultiplierFamily.exactDadda.netlist(width: 8)

  init() throws {
    technology = try TechnologyReader.read(
      Repository.path("HardwareSpecs/Technology/ptm45_hp.yaml")
    ).node
  }

  func characterizer(dies: Int) -> Characterizer {
    Characterizer(netlist: netlist, technology: technology, dies: dies, seed: 5)
  }

  @Test("an operation's energy is the sum of its gates' transitions times their energies")
  func energy() throws {
    let stimulus = Stimulus.uniformStationary(widthA: 8, widthB: 8, count: 40, seed: 1)
    let supply = Voltage(0.6)
    let result = try characterizer(dies: 2).characterize(
      at: supply, clockPeriods: [], stimulus: stimulus)
    var toggles = [Int](repeating: 0, count: netlist.gates.count)
    for die in 0..<2 {
      let delays = try DieDelays(netlist, technology: technology, supply: supply).die(
        UInt64(die), seed: 5)
      let share = stride(from: die, to: 40, by: 2)
      let run = EventDrivenSimulator(netlist: netlist).run(
        previous: share.map { stimulus.previous[$0] }, current: share.map { stimulus.current[$0] },
        delays: delays, captureTimes: [])
      for gate in toggles.indices { toggles[gate] += run.toggles[gate] }
    }
    var joules = 0.0
    for (index, gate) in netlist.gates.enumerated() {
      let name = "\(netlist.cells[gate.cell].cell).\(gate.pin)"
      joules +=
        Double(toggles[index]) * (try technology.switchingEnergy(of: name, at: supply)).value
    }
    #expect(abs(result.profile.energyPerOperation / (joules / 40) - 1) < 1e-12)
    #expect(
      result.profile.transitionsPerOperation == Double(toggles.reduce(0, +)) / 40)
  }

  @Test("leakage is the sum over the cells, a full adder counted once")
  func leakage() throws {
    let supply = Voltage(0.8)
    var watts = 0.0
    for cell in netlist.cells {
      watts +=
        try technology.leakage(
          of: cell.cell, pins: cell.cell == "FA" ? ["CO", "S"] : ["Y"], at: supply
        ).value
    }
    #expect(abs(try characterizer(dies: 2).leakage(at: supply).value / watts - 1) < 1e-12)
  }

  @Test("with the clock of 1.0 V the error rate rises as the supply falls")
  func errorsRise() throws {
    let characterizer = characterizer(dies: 4)
    let period = 1.1 * (try characterizer.criticalPath(at: Voltage(1)))
    let stimulus = Stimulus.uniformStationary(widthA: 8, widthB: 8, count: 1200, seed: 2)
    var rates: [Double] = []
    for supply in [1.0, 0.85, 0.75, 0.65] {
      let point = try characterizer.characterize(
        at: Voltage(supply), clockPeriods: [period], stimulus: stimulus
      ).timing[0]
      rates.append(point.proportion.value)
      #expect(point.errorsPerDie.count == 2)
      // Each mask is counted in each of its bits, and in the error count once.
      #expect(point.maskCounts.reduce(0, +) == point.proportion.successes)
      // So is each difference; they make up the bias and the mean square.
      #expect(point.differenceCounts.reduce(0, +) == point.proportion.successes)
      let words = Double(point.proportion.trials)
      for (power, moment) in [(1, point.bias), (2, point.meanSquare)] {
        let sum = zip(point.differences, point.differenceCounts).reduce(0.0) {
          $0 + Double($1.1) * (power == 1 ? Double($1.0) : Double($1.0) * Double($1.0))
        }
        #expect(abs(sum / words - moment) <= 1e-12 * point.meanSquare)
      }
      for bit in 0..<16 {
        let counted = zip(point.masks, point.maskCounts).reduce(0) {
          $0 + ($1.0 >> UInt32(bit) & 1 == 1 ? $1.1 : 0)
        }
        #expect(point.bitErrors[bit] == counted)
      }
    }
    #expect(rates[0] == 0 && rates[3] > 0.5)
    #expect(rates == rates.sorted())
  }

  @Test("a die's shifts are the same at every supply, and another die's are others")
  func dies() throws {
    let first = technology.thresholdShifts(die: 0, seed: 5, count: 300)
    #expect(first == technology.thresholdShifts(die: 0, seed: 5, count: 300))
    #expect(first != technology.thresholdShifts(die: 1, seed: 5, count: 300))
    let mean = first.reduce(0, +) / 300
    let variance = first.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 299
    // sigma 29.9 mV; the standard error of a sigma of 300 values is 4 %.
    #expect(abs(variance.squareRoot() / 0.0299 - 1) < 0.15)
    let slow = try DieDelays(netlist, technology: technology, supply: Voltage(0.5)).delays(
      shifts: [Double](repeating: 0.03, count: netlist.cells.count))
    let typical = try DieDelays(netlist, technology: technology, supply: Voltage(0.5)).typical
    #expect(zip(slow, typical).allSatisfy { $0 > $1 })
  }

  @Test("the critical path scales with voltage as the gates on it do")
  func criticalPath() throws {
    let characterizer = characterizer(dies: 2)
    let ratio =
      try characterizer.criticalPath(at: Voltage(0.5))
      / characterizer.criticalPath(at: Voltage(1))
    // The data's gates at 0.50 V over 1.0 V: 10.8 (inverter) to 13.7 (full adder's sum).
    #expect(ratio > 10.5 && ratio < 14)
  }

  @Test("a gate of one die that hardly switches any more is cut at 0.1 ms, never an overflow")
  func slowGate() throws {
    let delays = try DieDelays(netlist, technology: technology, supply: Voltage(0.25)).delays(
      shifts: [Double](repeating: 1, count: netlist.cells.count))
    #expect(delays.allSatisfy { $0 == 100_000_000_000 })
    let run = EventDrivenSimulator(netlist: netlist).run(
      previous: [0], current: [0xFFFF], delays: delays, captureTimes: [1_000_000])
    #expect(run.captured == [[0]] && run.settled == [65_025 as UInt64])
  }
}
