import LaneKernels

/// What a run of timed simulation executes for each 512 transitions, for given delays, capture steps
/// and held inputs.
public struct TimedSchedule: Sendable {
  let instructions: [WaveInstruction]
  /// Of a stream: what fills the rows that are carried from one period to the next, before the first.
  let start: [WaveInstruction]
  /// Whether what a period leaves behind goes on into the next one.
  public let carriesState: Bool
  /// Vectors that the waveforms take.
  let waveCount: Int
  /// For each capture step and output bit where its value is.
  let captures: [[WaveInstruction.Operand]]
  /// Of each gate, glitches included; empty if they are not counted.
  let counterCount: Int
  public let captureSteps: [Int32]
  /// Net steps that are computed, of all gates together: what a run costs.
  public let workload: Int
  /// The latest step at which an output can change.
  public let latestArrival: Int32
}

/// Builds a schedule, gate by gate.
struct TimedScheduleBuilder {
  let simulator: TimedSimulator
  let windows: ArrivalWindows
  let delays: [Int32]
  let pulses: PulseRule
  let countsTransitions: Bool
  private var instructions: [WaveInstruction] = []
  private var arena = WaveArena()
  /// Where each net's kept steps begin, and how many gates have yet to read them.
  private var rows: [Int]
  private var readers: [Int32]
  private var workload = 0
  /// Of a stream: the clock period, and what is executed once before it and at the end of each period.
  private let period: Int32?
  /// Of a stream: where the rows of a gate's function and of its output begin.
  private var carried: [Int: (function: Int, output: Int)] = [:]
  private var start: [WaveInstruction] = []
  private var epilogue: [WaveInstruction] = []

  init(
    simulator: TimedSimulator, windows: ArrivalWindows, delays: [Int32], pulses: PulseRule,
    countsTransitions: Bool, period: Int32? = nil
  ) {
    self.period = period
    self.simulator = simulator
    self.windows = windows
    self.delays = delays
    self.pulses = pulses
    self.countsTransitions = countsTransitions
    rows = [Int](repeating: -1, count: windows.kept.count)
    readers = [Int32](repeating: 0, count: windows.kept.count)
    instructions.reserveCapacity(4 * simulator.gates.count)
    for (index, gate) in simulator.gates.enumerated() where !windows.kept[gate.output].isEmpty {
      for k in 0..<gate.inputCount where isLive(k, of: index) {
        readers[gate.input(k)] += 1
      }
    }
  }

  mutating func build(captureSteps: [Int32]) -> TimedSchedule {
    // Rows that are carried lie where no other row ever does.
    if let period {
      for (index, gate) in simulator.gates.enumerated() where isCarried(gate.output) {
        let function = arena.allocate(Int(delays[index] + period))
        let isFiltered = pulses == .inertial && delays[index] > 1
        carried[index] = (function, isFiltered ? arena.allocate(Int(period) + 1) : function)
      }
    }
    let bits = simulator.outputNets.count
    let captured = arena.allocate(max(1, bits * captureSteps.count))
    var captures: [[WaveInstruction.Operand]] = captureSteps.map { step in
      simulator.outputNets.map { level($0, at: step) }
    }
    var bitsOfNet: [Int: [Int]] = [:]
    for (bit, net) in simulator.outputNets.enumerated() { bitsOfNet[net, default: []].append(bit) }
    for index in simulator.gates.indices {
      let net = simulator.gates[index].output
      if let period, let place = carried[index] {
        emitCarried(gate: index, period: Int(period), into: place)
      } else if !windows.kept[net].isEmpty {
        emit(gate: index)
      }
      if countsTransitions && !windows.isStill[net] { count(gate: index) }
      if rows[net] >= 0, let bits = bitsOfNet[net] {
        for (time, step) in captureSteps.enumerated() where windows.kept[net].contains(step) {
          let slot = captured + time * simulator.outputNets.count + bits[0]
          let row = rows[net] + Int(step - windows.kept[net].lowerBound)
          instructions.append(
            .gate(.copy, .wave(row), .level(0), .level(0), output: slot, steps: 1))
          for bit in bits { captures[time][bit] = .wave(slot) }
        }
      }
      releaseRead(by: index)
    }
    return TimedSchedule(
      instructions: instructions + epilogue, start: start, carriesState: period != nil,
      waveCount: arena.size, captures: captures,
      counterCount: countsTransitions ? simulator.gates.count : 0, captureSteps: captureSteps,
      workload: workload,
      latestArrival: windows.latest(of: simulator.outputNets))
  }

  private func isLive(_ input: Int, of gate: Int) -> Bool {
    windows.liveInputs[gate] >> UInt8(input) & 1 == 1
  }

  /// The vector of a net's settled value before the transition, or after it.
  private func before(_ net: Int) -> Int { LaneKernels.vectorCount * net }
  private func after(_ net: Int) -> Int {
    LaneKernels.vectorCount * (simulator.compiled.slotCount + net)
  }

  private func level(_ net: Int, at step: Int32) -> WaveInstruction.Operand {
    .level(windows.isStill[net] || step >= windows.to[net] ? after(net) : before(net))
  }

  // MARK: - One gate

  private mutating func emit(gate index: Int) {
    let gate = simulator.gates[index]
    let delay = delays[index]
    let kept = windows.kept[gate.output]
    if pulses == .transport || delay == 1 {
      let row = arena.allocate(kept.count)
      rows[gate.output] = row
      evaluate(index, from: kept.lowerBound - delay, to: kept.upperBound - delay, into: row)
      return
    }
    // The function moves over [first, last); the output follows it by the pulse rule, in place.
    let first = windows.from[gate.output] - delay
    let last = windows.to[gate.output] - delay
    let isShort = last - first < delay
    let length = isShort ? Int(last - first) : kept.count + Int(delay) - 1
    let row = arena.allocate(length)
    rows[gate.output] = row
    evaluate(index, from: first, to: first + Int32(length), into: row)
    if isShort {
      instructions.append(
        .lastChange(
          row, before: before(gate.output), after: after(gate.output), output: row, steps: length))
    } else {
      let scratch = arena.allocate(length)
      instructions.append(
        .filter(
          row, before: .level(before(gate.output)), scratch: scratch, output: row,
          steps: kept.count,
          delay: Int(delay)))
      arena.release(scratch..<scratch + length)
    }
    if kept.count < length { arena.release(row + kept.count..<row + length) }
  }

  /// Evaluates a gate's function over steps of its inputs, run by run: in each, an input moves or
  /// has one level.
  private mutating func evaluate(_ index: Int, from first: Int32, to last: Int32, into row: Int) {
    let gate = simulator.gates[index]
    // Where a run may end, ascending: at most two cuts for each of six inputs.
    var cuts = SIMD16<Int32>(repeating: last)
    var count = 0
    for k in 0..<gate.inputCount where isLive(k, of: index) {
      let net = gate.input(k)
      for side in 0..<2 {
        let cut = side == 0 ? windows.from[net] : windows.to[net]
        guard cut > first && cut < last else { continue }
        var place = count
        while place > 0 && cuts[place - 1] > cut {
          cuts[place] = cuts[place - 1]
          place -= 1
        }
        cuts[place] = cut
        count += 1
      }
    }
    var start = first
    for cut in 0...count {
      let end = cuts[cut]
      if start < end {
        evaluate(index, gate, from: start, to: end, into: row + Int(start - first))
      }
      start = end
    }
    workload += Int(last - first)
  }

  private mutating func evaluate(
    _ index: Int, _ gate: TimedSimulator.TimedGate, from start: Int32, to end: Int32, into row: Int
  ) {
    let steps = Int(end - start)
    let netCount = simulator.netlist.netCount
    var scratch: [(slot: Int, row: Int)] = []
    func operand(_ slot: Int32) -> WaveInstruction.Operand {
      if slot >= netCount {
        guard let place = scratch.last(where: { $0.slot == Int(slot) }) else { return .level(0) }
        return .wave(place.row)
      }
      let net = Int(slot)
      var isFollowed = false
      for k in 0..<gate.inputCount where gate.input(k) == net && isLive(k, of: index) {
        isFollowed = true
      }
      if !isFollowed || start < windows.from[net] { return .level(before(net)) }
      if start >= windows.to[net] { return .level(after(net)) }
      return .wave(rows[net] + Int(start - windows.kept[net].lowerBound))
    }
    for instruction in simulator.compiled.instructions[gate.instructions] {
      let output: Int
      if Int(instruction.output) == gate.output {
        output = row
      } else {
        output = arena.allocate(steps)
      }
      instructions.append(
        .gate(
          like: instruction, operand(instruction.a), operand(instruction.b),
          operand(instruction.c), output: output, steps: steps))
      if Int(instruction.output) != gate.output {
        scratch.append((Int(instruction.output), output))
      }
    }
    for place in scratch { arena.release(place.row..<place.row + steps) }
  }

  private mutating func count(gate index: Int) {
    let net = simulator.gates[index].output
    let row = max(0, rows[net])
    guard isCarried(net), let period else {
      instructions.append(
        .count(
          row, before: .level(before(net)), after: .level(after(net)), counter: index,
          steps: windows.kept[net].count))
      return
    }
    instructions.append(
      .count(
        row + 1, before: .wave(row), after: .wave(row + Int(period)), counter: index,
        steps: Int(period)))
  }

  // MARK: - Streams

  /// Whether a net may still change after the end of the clock period.
  private func isCarried(_ net: Int) -> Bool { period.map { windows.to[net] > $0 } ?? false }

  /// A gate whose output may still change after the end of the period. The row of its function begins
  /// with the last `delay` steps of the period before; the output has the steps 0 … period.
  private mutating func emitCarried(
    gate index: Int, period: Int, into place: (function: Int, output: Int)
  ) {
    let gate = simulator.gates[index]
    let delay = Int(delays[index])
    rows[gate.output] = place.output
    evaluate(index, from: 0, to: Int32(period), into: place.function + delay)
    func copy(_ source: WaveInstruction.Operand, to row: Int, _ count: Int) -> WaveInstruction {
      .gate(.copy, source, .level(0), .level(0), output: row, steps: count)
    }
    start.append(copy(.level(before(gate.output)), to: place.function, delay))
    epilogue.append(copy(.wave(place.function + period), to: place.function, delay))
    guard place.output != place.function else { return }
    let scratch = arena.allocate(period + delay)
    instructions.append(
      .filter(
        place.function + 1, before: .wave(place.output), scratch: scratch,
        output: place.output + 1, steps: period, delay: delay))
    arena.release(scratch..<scratch + period + delay)
    start.append(copy(.level(before(gate.output)), to: place.output, 1))
    epilogue.append(copy(.wave(place.output + period), to: place.output, 1))
  }

  /// Gives back the rows that no later gate reads.
  private mutating func releaseRead(by index: Int) {
    let gate = simulator.gates[index]
    guard !windows.kept[gate.output].isEmpty else { return }
    for k in 0..<gate.inputCount where isLive(k, of: index) {
      let net = gate.input(k)
      readers[net] -= 1
      if readers[net] == 0 { release(net) }
    }
    if readers[gate.output] == 0 { release(gate.output) }
  }

  private mutating func release(_ net: Int) {
    guard rows[net] >= 0, !windows.kept[net].isEmpty, !isCarried(net) else { return }
    arena.release(rows[net]..<rows[net] + windows.kept[net].count)
    rows[net] = -1
  }
}
