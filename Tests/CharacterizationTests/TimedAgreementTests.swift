import Characterization
import LogicSimulation
import Netlists
import Quantities
import Technology
import TestSupport
import Testing

@Suite("Bit-parallel timed simulation of multipliers")
struct TimedAgreementTests {
  static let designs: [(family: MultiplierFamily, shape: MultiplierShape)] = [
    (.exact(.dadda), MultiplierShape(width: 8)),
    (.exact(.wallace), MultiplierShape(width: 8, adder: .koggeStone)),
    (.exact(.array), MultiplierShape(width: 8)),
    (.exact(.booth), MultiplierShape(width: 8, isSigned: true)),
    (.exact(.carrySave), MultiplierShape(width: 8, adder: .brentKung)),
    (.truncated(columns: 6), MultiplierShape(width: 8)),
    (.brokenArray(vertical: 7, horizontal: 2), MultiplierShape(width: 8)),
    (.kulkarni, MultiplierShape(width: 8)),
    (.drum(bits: 4), MultiplierShape(width: 8)),
    (.mitchell, MultiplierShape(width: 8)),
  ]

  /// A die at 0.45 V on a grid of 128 steps to the longest path.
  struct Timed {
    let netlist: Netlist
    let delays: [Int32]
    let longest: Int32

    init(_ design: Int) throws {
      netlist = TimedAgreementTests.designs[design].family.netlist(
        TimedAgreementTests.designs[design].shape)
      let technology = try TechnologyReader.read(
        Repository.path("HardwareSpecs/Technology/ptm45_hp.yaml")
      ).node
      let source = try DieDelays(netlist, technology: technology, supply: Voltage(0.45))
      let path = StaticTiming(netlist: netlist, delays: source.typical).criticalPathDelay
      delays = TimeGrid(criticalPath: path, steps: 128).delays(source.die(7, seed: 3))
      longest = Int32(
        StaticTiming(netlist: netlist, delays: delays.map(Int64.init)).criticalPathDelay)
    }
  }

  @Test(
    "iverilog captures the same words and counts the same transitions, glitches included, in 10^6 transitions of ten multipliers",
    .enabled(if: Referee.isInstalled("iverilog"), "iverilog is not installed"),
    arguments: designs.indices)
  func iverilogInertial(design: Int) throws { try agree(design, count: 100_000, .inertial) }

  @Test(
    "iverilog captures the same words with transport delay",
    .enabled(if: Referee.isInstalled("iverilog"), "iverilog is not installed"),
    arguments: designs.indices)
  func iverilogTransport(design: Int) throws { try agree(design, count: 5_000, .transport) }

  private func agree(_ design: Int, count: Int, _ pulses: PulseRule) throws {
    let timed = try Timed(design)
    let step = timed.longest * 5 / 9
    let text = TimedVerilog.checksums(
      timed.netlist, delays: timed.delays.map(Int64.init), count: count,
      captureTime: Int64(step), settleTime: Int64(timed.longest) + 1, pulses: pulses)
    let printed = try Referee.iverilog(text).split(whereSeparator: \.isWhitespace)
    try #require(printed.count == 3)
    let words = TimedVerilog.words(count, bits: 16)
    let simulator = TimedSimulator(netlist: timed.netlist)
    let schedule = simulator.schedule(
      delays: timed.delays, captureSteps: [step], pulses: pulses, countsTransitions: true)
    let block = TimedBlock(simulator)
    var captured: [UInt64] = []
    var settled: [UInt64] = []
    for first in stride(from: 0, to: count, by: TimedBlock.laneCount) {
      let lanes = first..<min(count, first + TimedBlock.laneCount)
      words.previous.withUnsafeBufferPointer { previous in
        words.current.withUnsafeBufferPointer { current in
          block.run(
            schedule, previous: UnsafeBufferPointer(rebasing: previous[lanes]),
            current: UnsafeBufferPointer(rebasing: current[lanes]))
        }
      }
      for lane in lanes.indices.map({ $0 - first }) {
        captured.append(block.captured(0)[lane])
        settled.append(block.settled[lane])
      }
    }
    #expect(UInt64(printed[0], radix: 16) == TimedVerilog.checksum(captured))
    #expect(UInt64(printed[1], radix: 16) == TimedVerilog.checksum(settled))
    #expect(captured != settled, "the capture step shows no error")
    // Two assignments in one instant are one change here and may be two there.
    if pulses == .inertial {
      #expect(Int(printed[2]) == block.transitions.reduce(0) { $0 + Int($1) })
    }
  }

  @Test(
    "the event-driven simulator captures the same words at every step",
    arguments: designs.indices, PulseRule.allCases)
  func everyStep(design: Int, pulses: PulseRule) throws {
    let timed = try Timed(design)
    let words = TimedVerilog.words(200, bits: 16)
    let steps = Array(0...timed.longest)
    let reference = EventDrivenSimulator(netlist: timed.netlist).run(
      previous: words.previous, current: words.current, delays: timed.delays.map(Int64.init),
      captureTimes: steps.map(Int64.init), pulses: pulses)
    let simulator = TimedSimulator(netlist: timed.netlist)
    let block = TimedBlock(simulator)
    let schedule = simulator.schedule(
      delays: timed.delays, captureSteps: steps, pulses: pulses, countsTransitions: true)
    words.previous.withUnsafeBufferPointer { previous in
      words.current.withUnsafeBufferPointer {
        block.run(schedule, previous: previous, current: $0)
      }
    }
    for index in steps.indices {
      let captured = block.captured(index)
      #expect((0..<200).map { captured[$0] } == reference.captured[index], "step \(index)")
    }
    #expect(block.transitions.map(Int.init) == reference.toggles)
  }
}
