import Characterization
import LogicSimulation
import Netlists
import Quantities
import Technology

/// Timed simulation, event by event and bit-parallel.
enum TimedBenchmarks {
  static func rows() throws -> [Benchmark] {
    // The smallest exact tree, and one near the 320 gates that the figures are stated for.
    try rows(MultiplierFamily.exactDadda.netlist(width: 8))
      + rows(
        MultiplierFamily.exact(.carrySave).netlist(MultiplierShape(width: 8, adder: .koggeStone)))
      + likeSized()
  }

  /// Other exact multipliers of about as many gates: it matters how many nets still change late.
  private static func likeSized() throws -> [Benchmark] {
    let circuits: [(ExactArchitecture, AdderFamily)] = [
      (.wallace, .ripple), (.carrySave, .carryLookAhead), (.booth, .ripple), (.dadda, .brentKung),
    ]
    return try circuits.flatMap { architecture, adder in
      let trial = try Trial(
        MultiplierFamily.exact(architecture).netlist(MultiplierShape(width: 8, adder: adder)))
      return PulseRule.allCases.map { pulses in
        Benchmark(
          name: "timed transition, \(trial.netlist.gates.count) gates (\(architecture.rawValue), "
            + "\(adder)), 128 steps, \(pulses.rawValue), captured at 0.9 of the path",
          value: trial.nanoseconds(pulses, capturedAt: 0.9), unit: "ns/transition",
          target: "<= 25")
      }
    }
  }

  /// Transitions of a die at 0.5 V in which one operand is held, at 128 steps to the critical path.
  private struct Trial {
    let netlist: Netlist
    let delays: [Int64]
    /// Of the typical die, in femtoseconds.
    let path: Int64
    let grid: TimeGrid
    let simulator: TimedSimulator
    private let block: TimedBlock
    let stimulus = Stimulus.uniformStationary(widthA: 8, widthB: 8, count: 16_384, seed: 1)

    init(_ netlist: Netlist) throws {
      let technology = try TechnologyReader.read("HardwareSpecs/Technology/ptm45_hp.yaml").node
      let source = try DieDelays(netlist, technology: technology, supply: Voltage(0.5))
      self.netlist = netlist
      delays = source.die(0, seed: 1)
      path = StaticTiming(netlist: netlist, delays: source.typical).criticalPathDelay
      grid = TimeGrid(criticalPath: path, steps: 128)
      simulator = TimedSimulator(netlist: netlist)
      block = TimedBlock(simulator)
    }

    /// Of a transition, on one core.
    func nanoseconds(
      _ pulses: PulseRule, capturedAt share: Double, countsTransitions: Bool = false
    ) -> Double {
      let schedule = simulator.schedule(
        delays: grid.delays(delays), captureSteps: [grid.captureStep(share * Double(path))],
        pulses: pulses, countsTransitions: countsTransitions)
      let seconds = fastest(of: 10) {
        stimulus.previous.withUnsafeBufferPointer { previous in
          stimulus.current.withUnsafeBufferPointer { current in
            for start in stride(from: 0, to: stimulus.count, by: TimedBlock.laneCount) {
              block.run(
                schedule,
                previous: UnsafeBufferPointer(rebasing: previous[start...].prefix(2048)),
                current: UnsafeBufferPointer(rebasing: current[start...].prefix(2048)))
            }
          }
        }
      }
      return seconds / Double(stimulus.count) * 1e9
    }
  }

  private static func rows(_ netlist: Netlist) throws -> [Benchmark] {
    let trial = try Trial(netlist)
    let (delays, path, stimulus) = (trial.delays, trial.path, trial.stimulus)
    let vectors = 10_000
    let peer = Peer.iverilogSeconds(
      PeerVerilog.text(netlist, delays: delays, vectors: vectors, period: 2 * path)
    ).map { $0 / Double(vectors) * 1e9 }
    func row(_ name: String, _ nanoseconds: Double, target: String = "") -> Benchmark {
      Benchmark(
        name: name, value: nanoseconds, unit: "ns/transition", target: target,
        peer: peer == nil ? "" : "iverilog with delays", peerValue: peer)
    }
    var rows: [Benchmark] = []
    let reference = EventDrivenSimulator(netlist: netlist)
    rows.append(
      row(
        "timed transition, \(netlist.gates.count) gates, event by event",
        fastest(of: 3) {
          _ = reference.run(
            previous: stimulus.previous, current: stimulus.current, delays: delays,
            captureTimes: [path])
        } / Double(stimulus.count) * 1e9))
    let (simulator, grid) = (trial.simulator, trial.grid)
    for pulses in PulseRule.allCases {
      for (what, share, counts) in [
        ("all steps and transitions", 1.0, true), ("captured at 0.9 of the path", 0.9, false),
        ("captured at 0.7", 0.7, false), ("captured at 0.5", 0.5, false),
      ] {
        rows.append(
          row(
            "timed transition, \(netlist.gates.count) gates, 128 steps, \(pulses.rawValue), \(what)",
            trial.nanoseconds(pulses, capturedAt: share, countsTransitions: counts),
            target: counts ? "" : "<= 25"))
      }
    }
    let delaysInSteps = grid.delays(delays)
    let ports = try MultiplierPorts(binding: netlist, file: netlist.name)
    for pulses in PulseRule.allCases {
      let multiplier = StationaryMultiplier(netlist, ports: ports)
      for share in [0.9, 0.7] {
        let captureStep = grid.captureStep(share * Double(path))
        let seconds = try fastest(of: 3) {
          _ = try multiplier.table(
            delays: delaysInSteps, captureStep: captureStep, pulses: pulses, jobs: 2)
        }
        rows.append(
          Benchmark(
            name: "all 2^24 transitions, \(netlist.gates.count) gates, 2 threads, "
              + "\(pulses.rawValue), captured at \(share)", value: seconds, unit: "s",
            target: "<= 0.6"))
      }
    }
    let seconds = fastest(of: 20) {
      _ = simulator.schedule(delays: delaysInSteps, captureSteps: [100])
    }
    rows.append(
      Benchmark(
        name: "schedule of timed simulation, \(netlist.gates.count) gates", value: seconds * 1e6,
        unit: "us"))
    return rows
  }
}
