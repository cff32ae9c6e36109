import LaneKernels

/// Memory that schedules of one simulator are built in, used again from one to the next: a gate
/// simulation builds one for each weight of each element.
public final class ScheduleMemory {
  /// For each net the window of steps in which it can change, and which of them are kept.
  let from, to, keptFrom, keptTo: UnsafeMutablePointer<Int32>
  /// For each net the steps at which its value is asked for.
  let neededFrom, neededTo: UnsafeMutablePointer<Int32>
  /// For each net where its kept steps begin, or −1, and how many gates have yet to read them.
  let rows, readers: UnsafeMutablePointer<Int32>
  /// For each net how many steps its row has before and after the kept ones.
  let marginBefore, marginAfter: UnsafeMutablePointer<Int32>
  /// For each net 0 or 1 if it is held at a known value, else −1.
  let known: UnsafeMutablePointer<Int8>
  let isStill: UnsafeMutablePointer<Bool>
  /// For each gate the inputs that its output can follow: bit k for input k; 0 if it is still.
  let liveInputs: UnsafeMutablePointer<UInt8>
  /// For each gate whether its function and the pulse rule are one instruction.
  let isFollower: UnsafeMutablePointer<Bool>
  /// Of the gate at hand: where the rows of its inner operations begin, and where its runs may end.
  let innerRows, cuts: UnsafeMutablePointer<Int32>
  /// The inputs of all gates.
  let gateInputs: UnsafeMutablePointer<TimedSimulator.GateInput>
  /// Where gaps between rows begin and end.
  let gapStarts, gapEnds: UnsafeMutablePointer<Int32>
  let gapCapacity: Int
  let netCount: Int
  let gateCount: Int
  private(set) var instructions: UnsafeMutablePointer<WaveInstruction>
  private(set) var instructionCapacity: Int
  private let words: UnsafeMutablePointer<Int32>

  public init(_ simulator: TimedSimulator) {
    netCount = simulator.netlist.netCount
    gateCount = simulator.gates.count
    let inner = max(1, simulator.innerSlotCount)
    // A gap follows a row: of a gate's function, of what it gives, of an inner operation, and scratch.
    gapCapacity = 3 * gateCount + inner + 8
    words = .allocate(capacity: 10 * netCount + inner + Self.mostCuts + 2 * gapCapacity)
    (from, to) = (words, words + netCount)
    (keptFrom, keptTo) = (words + 2 * netCount, words + 3 * netCount)
    (neededFrom, neededTo) = (words + 4 * netCount, words + 5 * netCount)
    (rows, readers) = (words + 6 * netCount, words + 7 * netCount)
    (marginBefore, marginAfter) = (words + 8 * netCount, words + 9 * netCount)
    innerRows = words + 10 * netCount
    cuts = innerRows + inner
    gapStarts = cuts + Self.mostCuts
    gapEnds = gapStarts + gapCapacity
    gateInputs = .allocate(capacity: max(1, simulator.gateInputs.count))
    gateInputs.initialize(from: simulator.gateInputs, count: simulator.gateInputs.count)
    known = .allocate(capacity: netCount)
    isStill = .allocate(capacity: netCount)
    liveInputs = .allocate(capacity: max(1, gateCount))
    isFollower = .allocate(capacity: max(1, gateCount))
    instructionCapacity = 8 * gateCount + 16
    instructions = .allocate(capacity: instructionCapacity)
  }

  /// Cuts of a gate: two for each of six inputs, and the end.
  private static let mostCuts = 13

  /// The net of input k of a gate.
  @inline(__always)
  func input(_ k: Int, of gate: TimedSimulator.TimedGate) -> Int {
    Int(gateInputs[gate.inputs.lowerBound &+ k].net)
  }

  deinit {
    gateInputs.deallocate()
    words.deallocate()
    known.deallocate()
    isStill.deallocate()
    liveInputs.deallocate()
    isFollower.deallocate()
    instructions.deallocate()
  }

  /// Twice as much room for instructions, with those that are there.
  @inline(never)
  func growInstructions() -> UnsafeMutablePointer<WaveInstruction> {
    let larger = UnsafeMutablePointer<WaveInstruction>.allocate(capacity: 2 * instructionCapacity)
    larger.update(from: instructions, count: instructionCapacity)
    instructions.deallocate()
    instructions = larger
    instructionCapacity *= 2
    return larger
  }
}
