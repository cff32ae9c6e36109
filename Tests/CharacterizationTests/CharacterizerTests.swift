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

  /// What the event-driven simulator gives on the same dies and transitions: joules, transitions and
  /// wrong words of each die, with delays in femtoseconds or on the characterizer's grid.
  private func byEvents(
    _ stimulus: Stimulus, dies: Int, supply: Voltage, period: Delay, onGrid: Bool
  ) throws -> (joules: Double, toggles: Int, errors: [Int]) {
    let source = try DieDelays(netlist, technology: technology, supply: supply)
    let path = StaticTiming(netlist: netlist, delays: source.typical).criticalPathDelay
    let grid = TimeGrid(criticalPath: path, steps: 2048)
    let captureTime =
      onGrid
      ? Int64(grid.captureStep(period.value * 1e15)) : Int64((period.value * 1e15).rounded())
    var (joules, toggles, errors) = (0.0, 0, [Int]())
    for die in 0..<dies {
      let delays = source.die(UInt64(die), seed: 5)
      let share = stride(from: die, to: stimulus.count, by: dies)
      let run = EventDrivenSimulator(netlist: netlist).run(
        previous: share.map { stimulus.previous[$0] }, current: share.map { stimulus.current[$0] },
        delays: onGrid ? grid.delays(delays).map { Int64($0) } : delays,
        captureTimes: [captureTime])
      errors.append(zip(run.settled, run.captured[0]).count { $0 != $1 })
      for (gate, count) in zip(netlist.gates, run.toggles) {
        let name = "\(netlist.cells[gate.cell].cell).\(gate.pin)"
        joules +=
          Double(count) * (try technology.switchingEnergy(of: name, at: supply)).value
        toggles += count
      }
    }
    return (joules, toggles, errors)
  }

  @Test(
    "the slowest instance is sought among those that are named, and among the dies where it is to be"
  )
  func slowest() throws {
    let stimulus = Stimulus.uniformStationary(widthA: 8, widthB: 8, count: 64, seed: 1)
    let supply = Voltage(0.45)
    let source = try DieDelays(netlist, technology: technology, supply: supply)
    func path(_ die: Die) -> Double {
      let delays = source.delays(of: die)
      return Double(StaticTiming(netlist: netlist, delays: delays).criticalPathDelay) * 1e-15
    }
    let instances = (0..<3).map { Die(seed: 9, number: $0) }
    let dies = (0..<16).map { Die(seed: 5, number: $0) }
    let (named, simulated) = (
      try #require(instances.map(path).max()), try #require(dies.map(path).max())
    )
    try #require(named < simulated)
    for (instances, seeksAmongDies, expected) in [
      (instances, false, named), (instances, true, simulated), ([], false, simulated),
    ] {
      let profile = try characterizer(dies: 16).characterize(
        at: supply, clockPeriods: [], stimulus: stimulus, instances: instances,
        seeksAmongDies: seeksAmongDies
      ).profile
      #expect(abs(profile.slowestDieCriticalPath / expected - 1) < 1e-12)
    }
  }

  @Test("energy and errors are the event-driven simulator's, and near those without a time grid")
  func eventByEvent() throws {
    let stimulus = Stimulus.uniformStationary(widthA: 8, widthB: 8, count: 4000, seed: 1)
    let characterizer = characterizer(dies: 4)
    // At 0.30 V some gates are many times slower than the typical die's whole path.
    for (supply, guardBand) in [(0.6, 0.8), (0.45, 1.1), (0.3, 1.1)] {
      let supply = Voltage(supply)
      let period = guardBand * (try characterizer.criticalPath(at: supply))
      let result = try characterizer.characterize(
        at: supply, clockPeriods: [period], stimulus: stimulus)
      let exact = try byEvents(stimulus, dies: 4, supply: supply, period: period, onGrid: true)
      let profile = result.profile
      #expect(abs(profile.energyPerOperation / (exact.joules / 4000) - 1) < 1e-12)
      #expect(profile.transitionsPerOperation == Double(exact.toggles) / 4000)
      let errors = result.timing[0].errorsPerDie + result.trainingTiming[0].errorsPerDie
      #expect(errors == exact.errors)
      let fine = try byEvents(stimulus, dies: 4, supply: supply, period: period, onGrid: false)
      #expect(abs(exact.joules / fine.joules - 1) < 0.002)
      for (grid, fine) in zip(exact.errors, fine.errors) {
        #expect(abs(grid - fine) <= 1 + fine / 50)
      }
    }
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
      previous: [0 as UInt64], current: [0xFFFF], delays: delays, captureTimes: [1_000_000])
    #expect(run.captured == [[0]] && run.settled == [65_025 as UInt64])
  }
}
