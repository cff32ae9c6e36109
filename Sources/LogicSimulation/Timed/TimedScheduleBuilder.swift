import LaneKernels

/// Builds a schedule, gate by gate.
struct TimedScheduleBuilder {
  let simulator: TimedSimulator
  let gates: UnsafeBufferPointer<TimedSimulator.TimedGate>
  let operations: UnsafeBufferPointer<TimedSimulator.GateOperation>
  let windows: ArrivalWindows
  let memory: ScheduleMemory
  let delays: UnsafeBufferPointer<Int32>
  let pulses: PulseRule
  let countsTransitions: Bool
  /// Of a stream: the clock period, and the rows that are carried from one to the next.
  let period: Int32?
  var carried: CarriedRows?
  var arena: WaveArena
  var workload = 0
  /// Of gates whose function and pulse rule are one instruction; 1 where there are none.
  let longestFollowedDelay: Int32
  private var instructions: UnsafeMutablePointer<WaveInstruction>
  private var instructionCount = 0
  /// The memory's, at hand: asking a class for it costs a check at each instruction.
  private var instructionCapacity: Int

  // Parts of the memory, at hand.
  private let readers: UnsafeMutablePointer<Int32>
  let from, to, keptFrom, keptTo: UnsafeMutablePointer<Int32>
  let rows, marginBefore, marginAfter: UnsafeMutablePointer<Int32>
  private let live: UnsafeMutablePointer<UInt8>
  private let slotCount: Int

  init(
    simulator: TimedSimulator, gates: UnsafeBufferPointer<TimedSimulator.TimedGate>,
    operations: UnsafeBufferPointer<TimedSimulator.GateOperation>, windows: ArrivalWindows,
    delays: UnsafeBufferPointer<Int32>, pulses: PulseRule,
    countsTransitions: Bool, period: Int32? = nil
  ) {
    self.simulator = simulator
    self.gates = gates
    self.operations = operations
    self.windows = windows
    self.delays = delays
    self.pulses = pulses
    self.countsTransitions = countsTransitions
    self.period = period
    memory = windows.memory
    arena = WaveArena(in: windows.memory)
    from = memory.from
    to = memory.to
    keptFrom = memory.keptFrom
    keptTo = memory.keptTo
    rows = memory.rows
    readers = memory.readers
    marginBefore = memory.marginBefore
    marginAfter = memory.marginAfter
    let isFollowing = pulses == .inertial && period == nil
    longestFollowedDelay = isFollowing ? Int32(simulator.kernels.longestFollowedDelay) : 1
    live = memory.liveInputs
    slotCount = simulator.compiled.slotCount
    instructions = memory.instructions
    instructionCapacity = memory.instructionCapacity
    rows.update(repeating: -1, count: memory.netCount)
    readers.update(repeating: 0, count: memory.netCount)
    marginBefore.update(repeating: 0, count: memory.netCount)
    marginAfter.update(repeating: 0, count: memory.netCount)
    for index in gates.indices where isKept(gates[index].output) {
      for k in 0..<gates[index].inputCount where isLive(k, of: index) {
        readers[memory.input(k, of: gates[index])] += 1
      }
      memory.isFollower[index] = canFollow(index)
      if memory.isFollower[index] { addMargins(readBy: index) }
    }
  }

  mutating func build(captureSteps: [Int32]) -> TimedSchedule {
    if let period { carried = CarriedRows(period: period, of: &self) }
    let bits = simulator.outputNets.count
    let captured = arena.allocate(Int32(max(1, bits * captureSteps.count)))
    var captures: [[WaveInstruction.Operand]] = captureSteps.map { step in
      simulator.outputNets.map { level($0, at: step) }
    }
    for index in simulator.order {
      let net = gates[index].output
      if let period, let place = carried?.place(of: index) {
        emitCarried(gate: index, period: period, into: place)
      } else if isKept(net) {
        emit(gate: index)
      }
      if countsTransitions && !memory.isStill[net] { count(gate: index) }
      if rows[net] >= 0 && !gates[index].outputBits.isEmpty {
        capture(gate: index, at: captureSteps, from: captured, into: &captures)
      }
      releaseRead(by: index)
    }
    let instructions = Array(
      UnsafeBufferPointer(start: instructions, count: instructionCount))
    return TimedSchedule(
      instructions: instructions + (carried?.epilogue ?? []), start: carried?.start ?? [],
      carriesState: period != nil, waveCount: Int(arena.size), captures: captures,
      counterCount: countsTransitions ? gates.count : 0, captureSteps: captureSteps,
      workload: workload, latestArrival: windows.latest(of: simulator.outputNets))
  }

  @inline(__always)
  mutating func append(_ instruction: WaveInstruction) {
    if instructionCount == instructionCapacity {
      instructions = memory.growInstructions()
      instructionCapacity = memory.instructionCapacity
    }
    instructions[instructionCount] = instruction
    instructionCount &+= 1
  }

  private mutating func capture(
    gate index: Int, at steps: [Int32], from captured: Int32,
    into captures: inout [[WaveInstruction.Operand]]
  ) {
    let gate = gates[index]
    let net = gate.output
    let bits = simulator.outputBits[gate.outputBits]
    for (time, step) in steps.enumerated() where keptFrom[net] <= step && step < keptTo[net] {
      let slot = Int(captured) + time * simulator.outputNets.count + bits[bits.startIndex]
      let row = Int(rows[net] + step - keptFrom[net])
      append(.gate(.copy, .wave(row), .level(0), .level(0), output: slot, steps: 1))
      for bit in bits { captures[time][bit] = .wave(slot) }
    }
  }

  @inline(__always)
  func isLive(_ input: Int, of gate: Int) -> Bool { live[gate] &>> UInt8(input) & 1 == 1 }

  @inline(__always)
  func isKept(_ net: Int) -> Bool { keptFrom[net] < keptTo[net] }

  /// The vector of a net's settled value before the transition, or after it.
  @inline(__always)
  func before(_ net: Int) -> Int { LaneKernels.vectorCount &* net }
  @inline(__always)
  func after(_ net: Int) -> Int { LaneKernels.vectorCount &* (slotCount &+ net) }

  private func level(_ net: Int, at step: Int32) -> WaveInstruction.Operand {
    .level(memory.isStill[net] || step >= to[net] ? after(net) : before(net))
  }

  // MARK: - One gate

  private mutating func emit(gate index: Int) {
    if memory.isFollower[index] {
      emitFollower(gate: index)
      return
    }
    let net = gates[index].output
    let delay = delays[index]
    let kept = keptTo[net] - keptFrom[net]
    let end = kept + marginAfter[net]
    if pulses == .transport || delay == 1 {
      let row = arena.allocate(marginBefore[net] + end) + marginBefore[net]
      rows[net] = row
      evaluate(index, from: keptFrom[net] - delay, to: keptTo[net] - delay, into: row)
      fillMargins(of: net)
      return
    }
    // The function moves over [first, last); the output follows it by the pulse rule, in place.
    let first = from[net] - delay
    let last = to[net] - delay
    let isShort = last - first < delay
    let length = isShort ? last - first : kept + delay - 1
    let row = arena.allocate(marginBefore[net] + max(length, end)) + marginBefore[net]
    rows[net] = row
    evaluate(index, from: first, to: first + length, into: row)
    if isShort {
      append(
        .lastChange(
          Int(row), before: before(net), after: after(net), output: Int(row), steps: Int(length)))
    } else {
      let scratch = arena.allocate(length)
      append(
        .filter(
          Int(row), before: .level(before(net)), scratch: Int(scratch), output: Int(row),
          steps: Int(kept), delay: Int(delay)))
      arena.release(scratch, length)
    }
    fillMargins(of: net)
    if end < length { arena.release(row + end, length - end) }
  }

  /// Evaluates a gate's function over steps of its inputs, run by run: in each, an input moves or
  /// has one level.
  mutating func evaluate(_ index: Int, from first: Int32, to last: Int32, into row: Int32) {
    let gate = gates[index]
    // Where a run may end, ascending: at most two cuts for each of six inputs.
    let cuts = memory.cuts
    var count = 0
    for k in 0..<gate.inputCount where isLive(k, of: index) {
      let net = memory.input(k, of: gate)
      for side in 0..<2 {
        let cut = side == 0 ? from[net] : to[net]
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
    cuts[count] = last
    var start = first
    for cut in 0...count {
      let end = cuts[cut]
      if start < end { evaluate(index, gate, from: start, to: end, into: row + start - first) }
      start = end
    }
    workload += Int(last - first)
  }

  private mutating func evaluate(
    _ index: Int, _ gate: TimedSimulator.TimedGate, from start: Int32, to end: Int32,
    into row: Int32
  ) {
    let steps = end - start
    for number in gate.operations {
      let operation = operations[number]
      var output = row
      if let inner = operation.inner {
        output = arena.allocate(steps)
        memory.innerRows[inner] = output
      }
      append(
        .gate(
          like: operation.operation, operand(operation.a, gate, index, start, end),
          operand(operation.b, gate, index, start, end),
          operand(operation.c, gate, index, start, end), output: Int(output), steps: Int(steps)))
    }
    releaseInner(of: gate, steps)
  }

  /// Gives back the rows of inner operations.
  @inline(__always)
  mutating func releaseInner(of gate: TimedSimulator.TimedGate, _ steps: Int32) {
    guard gate.operations.count > 1 else { return }
    for number in gate.operations {
      if let inner = operations[number].inner { arena.release(memory.innerRows[inner], steps) }
    }
  }

  /// What an operation reads in the steps [start, end): a level where the net does not move in them,
  /// else its row, which has all of them.
  @inline(__always)
  func operand(
    _ source: TimedSimulator.GateOperation.Source, _ gate: TimedSimulator.TimedGate, _ index: Int,
    _ start: Int32, _ end: Int32
  ) -> WaveInstruction.Operand {
    guard let k = source.input else {
      return source.inner.map { .wave(Int(memory.innerRows[$0])) }
        ?? .level(before(source.constant))
    }
    let net = memory.input(k, of: gate)
    if !isLive(k, of: index) || end <= from[net] { return .level(before(net)) }
    if start >= to[net] { return .level(after(net)) }
    return .wave(Int(rows[net] &+ start &- keptFrom[net]))
  }

  private mutating func count(gate index: Int) {
    let net = gates[index].output
    let row = Int(max(0, rows[net]))
    guard isCarried(net), let period else {
      append(
        .count(
          row, before: .level(before(net)), after: .level(after(net)), counter: index,
          steps: Int(keptTo[net] - keptFrom[net])))
      return
    }
    append(
      .count(
        row + 1, before: .wave(row), after: .wave(row + Int(period)), counter: index,
        steps: Int(period)))
  }

  /// Whether a net may still change after the end of the clock period.
  func isCarried(_ net: Int) -> Bool { period.map { to[net] > $0 } ?? false }

  /// Gives back the rows that no later gate reads.
  private mutating func releaseRead(by index: Int) {
    let gate = gates[index]
    guard isKept(gate.output) else { return }
    for k in 0..<gate.inputCount where isLive(k, of: index) {
      let net = memory.input(k, of: gate)
      readers[net] -= 1
      if readers[net] == 0 { release(net) }
    }
    if readers[gate.output] == 0 { release(gate.output) }
  }

  private mutating func release(_ net: Int) {
    guard rows[net] >= 0, isKept(net), !isCarried(net) else { return }
    arena.release(
      rows[net] - marginBefore[net],
      marginBefore[net] + keptTo[net] - keptFrom[net] + marginAfter[net])
    rows[net] = -1
  }
}
