import Characterization
import Foundation
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

  /// Of each design: all of the 10^6 with AXTRAIN_LONG set.
  static let eventDrivenCount =
    ProcessInfo.processInfo.environment["AXTRAIN_LONG"] == nil ? 1_000 : 100_000

  @Test(
    "the event-driven simulator captures what iverilog does, counts the same transitions, glitches included, and equals the bit-parallel one at every step",
    .enabled(if: Referee.isInstalled("iverilog"), "iverilog is not installed"),
    arguments: designs.indices)
  func eventDriven(design: Int) throws {
    let timed = try Timed(design)
    let count = Self.eventDrivenCount
    let step = Int(timed.longest * 5 / 9)
    let text = TimedVerilog.checksums(
      timed.netlist, delays: timed.delays.map(Int64.init), count: count,
      captureTime: Int64(step), settleTime: Int64(timed.longest) + 1, pulses: .inertial)
    let printed = try Referee.iverilog(text).split(whereSeparator: \.isWhitespace)
    try #require(printed.count == 3)
    var (captured, settled, toggles) = ([UInt64](), [UInt64](), 0)
    try compareAtEveryStep(timed, TimedVerilog.words(count, bits: 16), .inertial) { run in
      captured += run.captured[step]
      settled += run.settled
      toggles += run.toggles.reduce(0, +)
    }
    #expect(UInt64(printed[0], radix: 16) == TimedVerilog.checksum(captured))
    #expect(UInt64(printed[1], radix: 16) == TimedVerilog.checksum(settled))
    #expect(Int(printed[2]) == toggles)
    #expect(captured != settled, "the capture step shows no error")
  }

  @Test(
    "the event-driven simulator captures the same words at every step",
    arguments: designs.indices, PulseRule.allCases)
  func everyStep(design: Int, pulses: PulseRule) throws {
    try compareAtEveryStep(Timed(design), TimedVerilog.words(200, bits: 16), pulses) { _ in }
  }

  /// Both simulators on the same transitions, captured at every step: words and transitions of every
  /// gate.
  ///
  /// - Parameter body: gets what the event-driven one did, block by block.
  private func compareAtEveryStep(
    _ timed: Timed, _ words: (previous: [UInt64], current: [UInt64]), _ pulses: PulseRule,
    _ body: (EventDrivenSimulator.Run) -> Void
  ) throws {
    let steps = Array(0...timed.longest)
    let reference = EventDrivenSimulator(netlist: timed.netlist)
    let simulator = TimedSimulator(netlist: timed.netlist)
    let block = TimedBlock(simulator)
    let schedule = simulator.schedule(
      delays: timed.delays, captureSteps: steps, pulses: pulses, countsTransitions: true)
    var toggles = [Int](repeating: 0, count: timed.netlist.gates.count)
    for first in stride(from: 0, to: words.current.count, by: TimedBlock.laneCount) {
      let lanes = first..<min(words.current.count, first + TimedBlock.laneCount)
      let (previous, current) = (Array(words.previous[lanes]), Array(words.current[lanes]))
      let run = reference.run(
        previous: previous, current: current, delays: timed.delays.map(Int64.init),
        captureTimes: steps.map(Int64.init), pulses: pulses)
      previous.withUnsafeBufferPointer { previous in
        current.withUnsafeBufferPointer {
          block.run(schedule, previous: previous, current: $0)
        }
      }
      for index in steps.indices {
        let captured = block.captured(index)
        let isEqual = lanes.indices.allSatisfy {
          captured[$0 - first] == run.captured[index][$0 - first]
        }
        #expect(isEqual, "step \(index) in the block of transition \(first)")
      }
      for gate in toggles.indices { toggles[gate] += run.toggles[gate] }
      body(run)
    }
    #expect(block.transitions.map(Int.init) == toggles)
  }
}
