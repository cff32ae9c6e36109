import LaneKernels

/// What a run of timed simulation executes for each 512 transitions, for given delays, capture steps
/// and held inputs.
public struct TimedSchedule: Sendable {
  let instructions: [WaveInstruction]
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

  init(
    simulator: TimedSimulator, windows: ArrivalWindows, delays: [Int32], pulses: PulseRule,
    countsTransitions: Bool
  ) {
    self.simulator = simulator
    self.windows = windows
    self.delays = delays
    self.pulses = pulses
    self.countsTransitions = countsTransitions
    rows = [Int](repeating: -1, count: windows.kept.count)
    readers = [Int32](repeating: 0, count: windows.kept.count)
    instructions.reserveCapacity(4 * simulator.gates.count)
    for (index, gate) in simulator.gates.enumerated() where !windows.kept[gate.output].isEmpty {
      for (k, net) in gate.inputs.enumerated() where isLive(k, of: index) {
        readers[Int(net)] += 1
      }
    }
  }

  mutating func build(captureSteps: [Int32]) -> TimedSchedule {
    let bits = simulator.outputNets.count
    let captured = arena.allocate(max(1, bits * captureSteps.count))
    var captures: [[WaveInstruction.Operand]] = captureSteps.map { step in
      simulator.outputNets.map { level($0, at: step) }
    }
    var bitsOfNet: [Int: [Int]] = [:]
    for (bit, net) in simulator.outputNets.enumerated() { bitsOfNet[net, default: []].append(bit) }
    for index in simulator.gates.indices {
      let net = simulator.gates[index].output
      if !windows.kept[net].isEmpty { emit(gate: index) }
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
      instructions: instructions, waveCount: arena.size, captures: captures,
      counterCount: countsTransitions ? simulator.gates.count : 0, captureSteps: captureSteps,
      workload: workload,
      latestArrival: simulator.outputNets.map { windows.to[$0] }.max() ?? 0)
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
          row, before: before(gate.output), scratch: scratch, output: row, steps: kept.count,
          delay: Int(delay)))
      arena.release(scratch..<scratch + length)
    }
    if kept.count < length { arena.release(row + kept.count..<row + length) }
  }

  /// Evaluates a gate's function over steps of its inputs, run by run: in each, an input moves or
  /// has one level.
  private mutating func evaluate(_ index: Int, from first: Int32, to last: Int32, into row: Int) {
    let gate = simulator.gates[index]
    var cuts: [Int32] = [first, last]
    for (k, net) in gate.inputs.enumerated() where isLive(k, of: index) {
      for cut in [windows.from[Int(net)], windows.to[Int(net)]] where cut > first && cut < last {
        cuts.append(cut)
      }
    }
    cuts.sort()
    for (start, end) in zip(cuts, cuts.dropFirst()) where start < end {
      evaluate(index, gate, from: start, to: end, into: row + Int(start - first))
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
      let isFollowed = gate.inputs.indices.contains {
        Int(gate.inputs[$0]) == net && isLive($0, of: index)
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
          instruction.operation, operand(instruction.a), operand(instruction.b),
          operand(instruction.c), output: output, steps: steps))
      if Int(instruction.output) != gate.output {
        scratch.append((Int(instruction.output), output))
      }
    }
    for place in scratch { arena.release(place.row..<place.row + steps) }
  }

  private mutating func count(gate index: Int) {
    let net = simulator.gates[index].output
    instructions.append(
      .count(
        max(0, rows[net]), before: before(net), after: after(net), counter: index,
        steps: windows.kept[net].count))
  }

  /// Gives back the rows that no later gate reads.
  private mutating func releaseRead(by index: Int) {
    let gate = simulator.gates[index]
    guard !windows.kept[gate.output].isEmpty else { return }
    for (k, net) in gate.inputs.enumerated() where isLive(k, of: index) {
      readers[Int(net)] -= 1
      if readers[Int(net)] == 0 { release(Int(net)) }
    }
    if readers[gate.output] == 0 { release(gate.output) }
  }

  private mutating func release(_ net: Int) {
    guard rows[net] >= 0, !windows.kept[net].isEmpty else { return }
    arena.release(rows[net]..<rows[net] + windows.kept[net].count)
    rows[net] = -1
  }
}
