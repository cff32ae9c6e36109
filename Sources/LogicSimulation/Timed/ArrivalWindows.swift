/// When each net can change after the inputs change at step 0, and which part of that is asked for.
///
/// Before `from` a net has its settled value under the previous inputs, from `to` on the one under
/// the present inputs; where both are equal it changes at once.
struct ArrivalWindows {
  /// For each net; both 0 where it is still.
  private(set) var from: [Int32]
  private(set) var to: [Int32]
  /// Whether the net cannot change at all.
  private(set) var isStill: [Bool]
  /// For each gate the inputs that its output can follow: bit k for input k; 0 if it is still.
  private(set) var liveInputs: [UInt8]
  /// For each net the steps that are kept: empty where its levels are enough.
  private(set) var kept: [Range<Int32>]

  private static let whereSet: [UInt64] = [
    0xAAAA_AAAA_AAAA_AAAA, 0xCCCC_CCCC_CCCC_CCCC, 0xF0F0_F0F0_F0F0_F0F0, 0xFF00_FF00_FF00_FF00,
    0xFFFF_0000_FFFF_0000, 0xFFFF_FFFF_0000_0000,
  ]

  /// The windows from the delays, inputs held at known values taken into account.
  init(simulator: TimedSimulator, delays: [Int32], held: HeldInputs) {
    let netCount = simulator.netlist.netCount
    from = [Int32](repeating: 0, count: netCount)
    to = from
    isStill = [Bool](repeating: true, count: netCount)
    liveInputs = [UInt8](repeating: 0, count: simulator.gates.count)
    kept = [Range<Int32>](repeating: 0..<0, count: netCount)
    // −1: not known.
    var known = [Int8](repeating: -1, count: netCount)
    known[0] = 0
    known[1] = 1
    for (bit, net) in simulator.inputNets.enumerated() {
      if held.mask >> UInt64(bit) & 1 == 0 {
        isStill[net] = false
      } else if let value = held.value {
        known[net] = value >> UInt64(bit) & 1 == 1 ? 1 : 0
      }
    }
    for (index, gate) in simulator.gates.enumerated() {
      var table = gate.table
      for k in 0..<gate.inputCount where known[gate.input(k)] >= 0 {
        table = Self.cofactor(table, k, isOne: known[gate.input(k)] == 1)
      }
      if table == 0 || table == ~0 {
        known[gate.output] = table == 0 ? 0 : 1
        continue
      }
      var live: UInt8 = 0
      var (first, last) = (Int32.max, Int32(0))
      for k in 0..<gate.inputCount where !isStill[gate.input(k)] {
        guard Self.cofactor(table, k, isOne: true) != Self.cofactor(table, k, isOne: false) else {
          continue
        }
        live |= 1 << UInt8(k)
        first = min(first, from[gate.input(k)])
        last = max(last, to[gate.input(k)])
      }
      guard live != 0 else { continue }
      liveInputs[index] = live
      isStill[gate.output] = false
      from[gate.output] = first + delays[index]
      to[gate.output] = last + delays[index]
      precondition(to[gate.output] <= 1 << 30, "a path of more than 2^30 steps")
    }
  }

  private static func cofactor(_ table: UInt64, _ input: Int, isOne: Bool) -> UInt64 {
    let shift = UInt64(1) << UInt64(input)
    let mask = whereSet[input]
    return isOne
      ? (table & mask) | ((table & mask) >> shift) : (table & ~mask) | ((table & ~mask) << shift)
  }

  /// The latest step at which one of these nets can change; 0 if they are still.
  func latest(of nets: [Int]) -> Int32 { nets.map { to[$0] }.max() ?? 0 }

  /// Keeps all steps of a clock period of the nets that may still change after its end, and with them
  /// what the period before has left behind; of the others all steps at which they can change.
  mutating func keepPeriod(_ period: Int32) {
    for net in kept.indices where from[net] < to[net] || to[net] > period {
      if to[net] > period { (from[net], to[net]) = (0, period + 1) }
      kept[net] = from[net]..<to[net]
    }
  }

  /// Decides which steps of each net are kept: those that the captured values follow from, or all
  /// steps if there are no capture steps.
  mutating func keepNeeded(
    simulator: TimedSimulator, delays: [Int32], captureSteps: [Int32]?, pulses: PulseRule
  ) {
    guard let captureSteps else {
      for net in kept.indices where from[net] < to[net] { kept[net] = from[net]..<to[net] }
      return
    }
    guard let first = captureSteps.min(), let last = captureSteps.max() else { return }
    // The steps at which a value is asked for; none if the last is before the first.
    var neededFrom = [Int32](repeating: .max, count: from.count)
    var neededTo = [Int32](repeating: -1, count: from.count)
    for net in simulator.outputNets {
      neededFrom[net] = first
      neededTo[net] = last
    }
    for index in simulator.gates.indices.reversed() where liveInputs[index] != 0 {
      let gate = simulator.gates[index]
      let net = gate.output
      let lower = max(from[net], pulses == .transport ? neededFrom[net] : from[net])
      let upper = min(to[net], neededTo[net] + 1)
      guard lower < upper, neededFrom[net] < to[net] else { continue }
      kept[net] = lower..<upper
      for k in 0..<gate.inputCount where liveInputs[index] >> UInt8(k) & 1 == 1 {
        let input = gate.input(k)
        // Without pulses' rule a value follows from one step; with it from all steps before.
        let (earliest, latest) =
          pulses == .transport
          ? (lower - delays[index], upper - 1 - delays[index]) : (0, upper - 2)
        neededFrom[input] = min(neededFrom[input], earliest)
        neededTo[input] = max(neededTo[input], latest)
      }
    }
  }
}
