import LaneKernels

/// When each net can change after the inputs change at step 0, and which part of that is asked for;
/// kept in a schedule's memory.
///
/// Before `from` a net has its settled value under the previous inputs, from `to` on the one under
/// the present inputs; where both are equal it changes at once. Both are 0 where it is still.
struct ArrivalWindows {
  let memory: ScheduleMemory
  private let gates: UnsafeBufferPointer<TimedSimulator.TimedGate>
  private let delays: UnsafeBufferPointer<Int32>

  private static let whereSet: [UInt64] = [
    0xAAAA_AAAA_AAAA_AAAA, 0xCCCC_CCCC_CCCC_CCCC, 0xF0F0_F0F0_F0F0_F0F0, 0xFF00_FF00_FF00_FF00,
    0xFFFF_0000_FFFF_0000, 0xFFFF_FFFF_0000_0000,
  ]

  /// The windows from the delays, inputs held at known values taken into account.
  ///
  /// - Parameter gates: the simulator's.
  /// - Precondition: one delay for each gate, in 1…2^20; the memory is this simulator's.
  init(
    simulator: TimedSimulator, gates: UnsafeBufferPointer<TimedSimulator.TimedGate>,
    delays: UnsafeBufferPointer<Int32>, held: HeldInputs, memory: ScheduleMemory
  ) {
    precondition(
      memory.netCount == simulator.netlist.netCount && memory.gateCount == gates.count,
      "the memory of another simulator")
    self.memory = memory
    self.gates = gates
    self.delays = delays
    let netCount = memory.netCount
    memory.from.update(repeating: 0, count: netCount)
    memory.to.update(repeating: 0, count: netCount)
    memory.keptFrom.update(repeating: 0, count: netCount)
    memory.keptTo.update(repeating: 0, count: netCount)
    memory.isStill.update(repeating: true, count: netCount)
    memory.known.update(repeating: -1, count: netCount)
    memory.liveInputs.update(repeating: 0, count: memory.gateCount)
    memory.known[0] = 0
    memory.known[1] = 1
    for (bit, net) in simulator.inputNets.enumerated() {
      if held.mask >> UInt64(bit) & 1 == 0 {
        memory.isStill[net] = false
      } else if let value = held.value {
        memory.known[net] = value >> UInt64(bit) & 1 == 1 ? 1 : 0
      }
    }
    Self.whereSet.withUnsafeBufferPointer { propagate($0) }
  }

  private func propagate(_ whereSet: UnsafeBufferPointer<UInt64>) {
    let (from, to, known, isStill) = (memory.from, memory.to, memory.known, memory.isStill)
    for index in gates.indices {
      let gate = gates[index]
      var table = gate.table
      for k in 0..<gate.inputCount {
        let value = known[memory.input(k, of: gate)]
        if value >= 0 { table = Self.cofactor(table, k, whereSet[k], isOne: value == 1) }
      }
      if table == 0 || table == ~0 {
        known[gate.output] = table == 0 ? 0 : 1
        continue
      }
      var live: UInt8 = 0
      var (first, last) = (Int32.max, Int32(0))
      for k in 0..<gate.inputCount {
        let net = memory.input(k, of: gate)
        guard !isStill[net], Self.depends(table, k, whereSet[k]) else { continue }
        live |= memory.gateInputs[gate.inputs.lowerBound &+ k].same
        first = min(first, from[net])
        last = max(last, to[net])
      }
      guard live != 0 else { continue }
      memory.liveInputs[index] = live
      isStill[gate.output] = false
      from[gate.output] = first + delays[index]
      to[gate.output] = last + delays[index]
      precondition(to[gate.output] <= 1 << 30, "a path of more than 2^30 steps")
    }
  }

  @inline(__always)
  private static func cofactor(
    _ table: UInt64, _ input: Int, _ mask: UInt64, isOne: Bool
  ) -> UInt64 {
    let shift = UInt64(1) &<< UInt64(input)
    return isOne
      ? (table & mask) | ((table & mask) &>> shift) : (table & ~mask) | ((table & ~mask) &<< shift)
  }

  /// Whether a function depends on an input.
  @inline(__always)
  private static func depends(_ table: UInt64, _ input: Int, _ mask: UInt64) -> Bool {
    (table & mask) &>> (UInt64(1) &<< UInt64(input)) != table & ~mask
  }

  /// The latest step at which one of these nets can change; 0 if they are still.
  func latest(of nets: [Int]) -> Int32 {
    nets.reduce(0) { max($0, memory.to[$1]) }
  }

  /// Keeps all steps of a clock period of the nets that may still change after its end, and with them
  /// what the period before has left behind; of the others all steps at which they can change.
  func keepPeriod(_ period: Int32) {
    let (from, to) = (memory.from, memory.to)
    for net in 0..<memory.netCount where from[net] < to[net] || to[net] > period {
      if to[net] > period { (from[net], to[net]) = (0, period + 1) }
      (memory.keptFrom[net], memory.keptTo[net]) = (from[net], to[net])
    }
  }

  /// Decides which steps of each net are kept: those that the captured values follow from, or all
  /// steps if there are no capture steps.
  func keepNeeded(outputs: [Int], captureSteps: [Int32]?, pulses: PulseRule) {
    let (from, to) = (memory.from, memory.to)
    guard let captureSteps else {
      for net in 0..<memory.netCount where from[net] < to[net] {
        (memory.keptFrom[net], memory.keptTo[net]) = (from[net], to[net])
      }
      return
    }
    guard let first = captureSteps.min(), let last = captureSteps.max() else { return }
    // The steps at which a value is asked for; none if the last is before the first.
    let (neededFrom, neededTo) = (memory.neededFrom, memory.neededTo)
    neededFrom.update(repeating: .max, count: memory.netCount)
    neededTo.update(repeating: -1, count: memory.netCount)
    for net in outputs { (neededFrom[net], neededTo[net]) = (first, last) }
    var index = gates.count
    while index > 0 {
      index -= 1
      let live = memory.liveInputs[index]
      if live == 0 { continue }
      let gate = gates[index]
      let net = gate.output
      let lower = max(from[net], pulses == .transport ? neededFrom[net] : from[net])
      let upper = min(to[net], neededTo[net] &+ 1)
      guard lower < upper, neededFrom[net] < to[net] else { continue }
      (memory.keptFrom[net], memory.keptTo[net]) = (lower, upper)
      // Without pulses' rule a value follows from one step; with it from all steps before.
      let (earliest, latest) =
        pulses == .transport
        ? (lower - delays[index], upper - 1 - delays[index]) : (0, upper - 2)
      for k in 0..<gate.inputCount where live &>> UInt8(k) & 1 == 1 {
        let input = memory.input(k, of: gate)
        neededFrom[input] = min(neededFrom[input], earliest)
        neededTo[input] = max(neededTo[input], latest)
      }
    }
  }
}
