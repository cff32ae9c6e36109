import LaneKernels
import LogicSimulation
import Netlists
import Randomness
import Testing

@Suite("Bit-parallel timed simulation")
struct TimedSimulatorTests {
  /// A random netlist, random delays and random transitions.
  struct Sample {
    let netlist: Netlist
    let delays: [Int32]
    let previous: [UInt64]
    let current: [UInt64]

    init(seed: UInt64, lanes: Int, slowest: Int32) throws {
      var stream = RandomStream(seed: seed, purpose: .test, index: 1)
      let inputs = Int.random(in: 2...12, using: &stream)
      netlist = try RandomNetlist.make(
        seed: seed, inputs: inputs, gates: Int.random(in: 1...60, using: &stream),
        outputs: 1)
      delays = netlist.gates.map { _ in Int32.random(in: 1...slowest, using: &stream) }
      let mask: UInt64 = (1 << UInt64(inputs)) - 1
      previous = (0..<lanes).map { _ in stream.next() & mask }
      current = (0..<lanes).map { _ in stream.next() & mask }
    }
  }

  @Test(
    "captured words, settled words and transition counts are those of the event-driven simulator",
    arguments: PulseRule.allCases, LaneKernels.available)
  func equalsEventDriven(pulses: PulseRule, kernels: LaneKernels) throws {
    for seed in 0..<UInt64(30) {
      // Up to delays that are longer than one loop takes.
      let sample = try Sample(seed: seed, lanes: 70, slowest: [3, 20, 40][Int(seed % 3)])
      let simulator = TimedSimulator(netlist: sample.netlist, kernels: kernels)
      let all = simulator.schedule(
        delays: sample.delays, captureSteps: [0], pulses: pulses, countsTransitions: true)
      // Every step, in one schedule that keeps everything and in schedules that keep what is needed.
      let steps = Array(0...all.latestArrival + 1)
      let reference = EventDrivenSimulator(netlist: sample.netlist).run(
        previous: sample.previous, current: sample.current, delays: sample.delays.map(Int64.init),
        captureTimes: steps.map(Int64.init), pulses: pulses)
      let block = TimedBlock(simulator)
      let counted = simulator.schedule(
        delays: sample.delays, captureSteps: steps, pulses: pulses, countsTransitions: true)
      run(block, counted, sample)
      for index in steps.indices {
        #expect(words(block.captured(index), 70) == reference.captured[index], "step \(index)")
      }
      #expect(words(block.settled, 70) == reference.settled)
      #expect(block.transitions.map(Int.init) == reference.toggles)
      for index in stride(from: 0, to: steps.count, by: 3) {
        let pruned = simulator.schedule(
          delays: sample.delays, captureSteps: [steps[index]], pulses: pulses)
        run(block, pruned, sample)
        #expect(words(block.captured(0), 70) == reference.captured[index], "step \(index) alone")
        #expect(pruned.workload <= counted.workload)
      }
    }
  }

  @Test("held inputs, with or without their values, change nothing but the work")
  func held() throws {
    for seed in 100..<UInt64(120) {
      let sample = try Sample(seed: seed, lanes: 40, slowest: 9)
      let mask: UInt64 = 0b10110
      let value = sample.current[0] & mask
      let previous = sample.previous.map { $0 & ~mask | value }
      let current = sample.current.map { $0 & ~mask | value }
      let simulator = TimedSimulator(netlist: sample.netlist)
      let block = TimedBlock(simulator)
      for pulses in PulseRule.allCases {
        let free = simulator.schedule(delays: sample.delays, captureSteps: [5, 17], pulses: pulses)
        for held in [HeldInputs(mask: mask), HeldInputs(mask: mask, value: value)] {
          let schedule = simulator.schedule(
            delays: sample.delays, captureSteps: [5, 17], pulses: pulses, held: held)
          #expect(schedule.workload <= free.workload)
          run(block, free, previous, current)
          let wanted = (0..<2).map { words(block.captured($0), 40) }
          run(block, schedule, previous, current)
          #expect((0..<2).map { words(block.captured($0), 40) } == wanted)
        }
      }
    }
  }

  @Test(
    "streams whose clock cuts transitions off carry on as in the event-driven simulator",
    arguments: PulseRule.allCases, [LaneKernels.portable, .best])
  func streams(pulses: PulseRule, kernels: LaneKernels) throws {
    var wrong = 0
    for seed in 200..<UInt64(224) {
      let sample = try Sample(seed: seed, lanes: 25, slowest: seed % 2 == 0 ? 4 : 11)
      let simulator = TimedSimulator(netlist: sample.netlist, kernels: kernels)
      let reference = EventDrivenSimulator(netlist: sample.netlist)
      let latest = simulator.schedule(delays: sample.delays, captureSteps: [0]).latestArrival
      let slowest = sample.delays.max() ?? 1
      // From a clock that cuts through most paths several times over to one that cuts none.
      for period in [slowest, slowest + 3, max(slowest, latest / 2), max(slowest, latest)] {
        let schedule = simulator.streamSchedule(
          delays: sample.delays, period: period, pulses: pulses, countsTransitions: true)
        // 600 streams: the last 100 in a second vector. Stream s runs through the words from s on.
        let words = sample.previous + sample.current
        let block = TimedBlock(simulator)
        func step(_ cycle: Int) -> [UInt64] {
          (0..<600).map { words[($0 % 25 + cycle) % words.count] }
        }
        step(0).withUnsafeBufferPointer { block.begin(schedule, settled: $0) }
        var captured: [[UInt64]] = []
        for cycle in 1...12 {
          step(cycle).withUnsafeBufferPointer { block.advance(schedule, to: $0) }
          captured.append(self.words(block.captured(0), 600))
        }
        var toggles = [Int](repeating: 0, count: sample.delays.count)
        for stream in 0..<25 {
          let run = reference.stream(
            (0...12).map { words[(stream + $0) % words.count] },
            delays: sample.delays.map(Int64.init), period: Int64(period), pulses: pulses)
          #expect(captured.map { $0[stream] } == run.captured[0])
          #expect(captured.map { $0[stream + 575] } == run.captured[0])
          wrong += zip(run.captured[0], run.settled).count { $0 != $1 }
          for gate in toggles.indices { toggles[gate] += 24 * run.toggles[gate] }
        }
        #expect(block.transitions.map(Int.init) == toggles)
      }
    }
    #expect(wrong > 500)
  }

  @Test(
    "an adder of 48 bits, whose 96 input bits no word of 64 holds, captures what the event-driven simulator does",
    arguments: PulseRule.allCases, LaneKernels.available)
  func wideInputs(pulses: PulseRule, kernels: LaneKernels) {
    let netlist = AdderFamily.koggeStone.netlist(width: 48)
    var stream = RandomStream(seed: 300, purpose: .test)
    let delays = netlist.gates.map { _ in Int32.random(in: 1...9, using: &stream) }
    func words() -> [UInt128] {
      (0..<600).map { _ in UInt128(stream.next() >> 16) << 48 | UInt128(stream.next() >> 16) }
    }
    let (previous, current) = (words(), words())
    let simulator = TimedSimulator(netlist: netlist, kernels: kernels)
    let latest = simulator.schedule(delays: delays, captureSteps: [0]).latestArrival
    let steps = stride(from: 0, through: latest, by: 7).map { $0 }
    let reference = EventDrivenSimulator(netlist: netlist).run(
      previous: previous, current: current, delays: delays.map(Int64.init),
      captureTimes: steps.map(Int64.init), pulses: pulses)
    let block = TimedBlock(simulator)
    previous.withUnsafeBufferPointer { previous in
      current.withUnsafeBufferPointer {
        block.run(
          simulator.schedule(
            delays: delays, captureSteps: steps, pulses: pulses, countsTransitions: true),
          previous: previous, current: $0)
      }
    }
    let mask: UInt64 = 1 << 48 - 1
    #expect(
      self.words(block.settled, 600)
        == current.map { (UInt64($0 & UInt128(mask)) + UInt64($0 >> 48)) & mask })
    #expect(self.words(block.settled, 600) == reference.settled)
    for index in steps.indices {
      #expect(self.words(block.captured(index), 600) == reference.captured[index])
    }
    #expect(reference.captured[steps.count / 2] != reference.settled)
    #expect(block.transitions.map(Int.init) == reference.toggles)
  }

  private func run(_ block: TimedBlock, _ schedule: TimedSchedule, _ sample: Sample) {
    run(block, schedule, sample.previous, sample.current)
  }

  private func run(
    _ block: TimedBlock, _ schedule: TimedSchedule, _ previous: [UInt64], _ current: [UInt64]
  ) {
    block.clearTransitions()
    previous.withUnsafeBufferPointer { previous in
      current.withUnsafeBufferPointer { block.run(schedule, previous: previous, current: $0) }
    }
  }

  private func words(_ outputs: TimedBlock.OutputWords, _ lanes: Int) -> [UInt64] {
    (0..<lanes).map { outputs[$0] }
  }
}
