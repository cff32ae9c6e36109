import LaneKernels

/// Gates whose function and pulse rule are one instruction. Over all of its steps an operand is a row
/// or a level; so the row of a net that begins to move later than the gate's function, or settles
/// earlier, has margins with its level before, or after.
extension TimedScheduleBuilder {
  /// Whether the function and the pulse rule of a kept gate are one instruction: where it is fast, no
  /// operand goes from one level to the other at once, and the margins of its operands have at most as
  /// many steps as it computes (measured: with more, two instructions cost less).
  func canFollow(_ index: Int) -> Bool {
    let (gate, delay) = (gates[index], delays[index])
    // What moves for less than the delay is done at less cost.
    guard delay > 1, delay <= longestFollowedDelay, to[gate.output] - from[gate.output] >= delay
    else { return false }
    let (first, last) = stepsRead(by: index)
    var margins: Int32 = 0
    for k in 0..<gate.inputCount where isLive(k, of: index) {
      let net = memory.input(k, of: gate)
      guard from[net] < last && first < to[net] else { continue }
      if from[net] == to[net] { return false }
      margins += max(0, from[net] - first) + max(0, last - to[net])
    }
    return margins <= last - first
  }

  /// The steps of its inputs that a follower reads.
  @inline(__always)
  private func stepsRead(by index: Int) -> (first: Int32, last: Int32) {
    let net = gates[index].output
    return (from[net] - delays[index], keptTo[net] - 1)
  }

  /// Makes room in the rows of a follower's inputs.
  func addMargins(readBy index: Int) {
    let gate = gates[index]
    let (first, last) = stepsRead(by: index)
    for k in 0..<gate.inputCount where isLive(k, of: index) {
      let net = memory.input(k, of: gate)
      guard from[net] < last && first < to[net] else { continue }
      marginBefore[net] = max(marginBefore[net], keptFrom[net] - first)
      marginAfter[net] = max(marginAfter[net], last - keptTo[net])
    }
  }

  /// The row of a follower begins `delay` − 1 steps before its output can change: as soon as its
  /// function can.
  mutating func emitFollower(gate index: Int) {
    let gate = gates[index]
    let net = gate.output
    let (first, last) = stepsRead(by: index)
    let (steps, lead) = (last - first, delays[index] - 1)
    let margin = marginBefore[net]
    let start = arena.allocate(
      max(lead, margin) + keptTo[net] - keptFrom[net] + marginAfter[net])
    rows[net] = start + max(lead, margin)
    for number in gate.operations {
      let operation = operations[number]
      let a = operand(operation.a, gate, index, first, last)
      let b = operand(operation.b, gate, index, first, last)
      let c = operand(operation.c, gate, index, first, last)
      if let inner = operation.inner {
        let row = arena.allocate(steps)
        memory.innerRows[inner] = row
        append(
          .gate(like: operation.operation, a, b, c, output: Int(row), steps: Int(steps)))
      } else {
        append(
          .follow(
            like: operation.operation, a, b, c, before: before(net), output: Int(rows[net] - lead),
            steps: Int(steps), delay: Int(delays[index])))
      }
    }
    releaseInner(of: gate, steps)
    if margin < lead { arena.release(start, lead - margin) }
    fillMargins(of: net, filled: lead)
    workload += Int(steps)
  }

  /// Fills the margins of a net's row.
  ///
  /// - Parameter filled: how many steps before the kept ones have the level already.
  mutating func fillMargins(of net: Int, filled: Int32 = 0) {
    let (row, kept) = (rows[net], keptTo[net] - keptFrom[net])
    func fill(_ level: Int, _ start: Int32, _ count: Int32) -> WaveInstruction {
      .gate(
        .copy, .level(level), .level(0), .level(0), output: Int(start), steps: Int(count))
    }
    let before = marginBefore[net]
    if before > filled { append(fill(self.before(net), row - before, before - filled)) }
    if marginAfter[net] > 0 { append(fill(after(net), row + kept, marginAfter[net])) }
  }
}
