import LaneKernels
import Netlists

/// The memory of timed simulation: up to 2,048 transitions at a time, under one schedule after the
/// other.
public final class TimedBlock {
  public static let laneCount = LaneKernels.laneCount

  private let simulator: TimedSimulator
  /// Settled values of all slots before the transitions, then after them.
  private let levels: UnsafeMutablePointer<LaneKernels.Words>
  private var waves: UnsafeMutablePointer<LaneKernels.Words>
  private var waveCapacity = 1
  private let rows: UnsafeMutablePointer<LaneKernels.Words>
  /// Output words, low and high halves by turns: settled, then each capture step.
  private var words: UnsafeMutablePointer<UInt32>
  private var wordCapacity = 0
  private var captureCount = 0
  private var counters: [UInt64] = [0]
  /// The last input word of each stream; empty where none was begun.
  private var streamWords: [UInt64] = []
  /// What lanes without a stream stand at.
  private var idleWord: UInt64 = 0

  public init(_ simulator: TimedSimulator) {
    self.simulator = simulator
    let count = 2 * LaneKernels.vectorCount * simulator.compiled.slotCount
    levels = LaneKernels.allocate(count)
    waves = LaneKernels.allocate(1)
    rows = LaneKernels.allocate(32)
    words = .allocate(capacity: 1)
    for half in 0..<2 {
      let one = half * simulator.compiled.slotCount + Int(Netlist.constantOne.index)
      for v in 0..<LaneKernels.vectorCount {
        levels[LaneKernels.vectorCount * one + v] = ~LaneKernels.Words.zero
      }
    }
  }

  deinit {
    levels.deallocate()
    waves.deallocate()
    rows.deallocate()
    words.deallocate()
  }

  /// The settled output words after each transition.
  public var settled: OutputWords { outputs(0) }

  /// The output words captured at a capture step of the schedule.
  public func captured(_ index: Int) -> OutputWords {
    precondition((0..<captureCount).contains(index), "no such capture step")
    return outputs(1 + index)
  }

  /// How often each gate's output changed, over all transitions since the counts were last cleared.
  public var transitions: [UInt64] { Array(counters.dropLast()) }

  public func clearTransitions() {
    for index in counters.indices { counters[index] = 0 }
  }

  /// Simulates transitions.
  ///
  /// - Parameters:
  ///   - previous: input words that have settled before each transition.
  ///   - current: input words applied at step 0.
  /// - Precondition: as many of each, 1 to 2,048; what the schedule holds does not change; at most 64
  ///   input bits.
  public func run(
    _ schedule: TimedSchedule, previous: UnsafeBufferPointer<UInt64>,
    current: UnsafeBufferPointer<UInt64>
  ) {
    simulate(schedule, previous, current)
  }

  /// The same of up to 128 input bits.
  public func run(
    _ schedule: TimedSchedule, previous: UnsafeBufferPointer<UInt128>,
    current: UnsafeBufferPointer<UInt128>
  ) {
    simulate(schedule, previous, current)
  }

  private func simulate<Word: FixedWidthInteger & UnsignedInteger>(
    _ schedule: TimedSchedule, _ previous: UnsafeBufferPointer<Word>,
    _ current: UnsafeBufferPointer<Word>
  ) {
    precondition(!schedule.carriesState, "a stream is advanced")
    precondition(previous.count == current.count, "as many words before as after")
    prepare(for: schedule)
    load(previous, half: 0, idle: current[0])
    load(current, half: 1, idle: current[0])
    settle()
    execute(schedule, lanes: current.count)
  }

  /// Begins streams, one a lane.
  ///
  /// - Parameter words: the input words that have settled before the first period.
  /// - Precondition: 1 to 2,048 of them; a schedule of streams.
  public func begin(_ schedule: TimedSchedule, settled words: UnsafeBufferPointer<UInt64>) {
    precondition(schedule.carriesState, "not a schedule of streams")
    prepare(for: schedule)
    idleWord = words[0]
    for half in 0..<2 { load(words, half: half, idle: idleWord) }
    settle()
    streamWords = Array(words)
    for v in 0..<(words.count + 511) / 512 {
      run(schedule.start, v, waves: waves + v * schedule.waveCount)
    }
  }

  /// Applies each stream's next input word and simulates a period.
  ///
  /// - Precondition: the streams of this schedule were begun, as many as there are words, and this
  ///   block has run nothing else since.
  public func advance(_ schedule: TimedSchedule, to words: UnsafeBufferPointer<UInt64>) {
    precondition(schedule.carriesState, "not a schedule of streams")
    precondition(words.count == streamWords.count, "other streams")
    streamWords.withUnsafeBufferPointer { load($0, half: 0, idle: idleWord) }
    load(words, half: 1, idle: idleWord)
    settle()
    execute(schedule, lanes: words.count)
    for index in words.indices { streamWords[index] = words[index] }
  }

  private func run(
    _ instructions: [WaveInstruction], _ v: Int, waves: UnsafeMutablePointer<LaneKernels.Words>
  ) {
    counters.withUnsafeMutableBufferPointer { counters in
      guard let counters = counters.baseAddress else { return }
      instructions.withUnsafeBufferPointer {
        simulator.kernels.run($0, levels: levels + v, waves: waves, transitions: counters)
      }
    }
  }

  /// Runs the waveforms of each 512 lanes and takes out the words.
  private func execute(_ schedule: TimedSchedule, lanes: Int) {
    for v in 0..<(lanes + 511) / 512 {
      let part = schedule.carriesState ? waves + v * schedule.waveCount : waves
      run(schedule.instructions, v, waves: part)
      store(0, v, simulator.outputNets.map { .level(after($0)) }, part)
      for (index, operands) in schedule.captures.enumerated() {
        store(1 + index, v, operands, part)
      }
    }
  }

  private func prepare(for schedule: TimedSchedule) {
    streamWords = []
    // Streams keep their waveforms from period to period, transitions share them.
    let waveCount = (schedule.carriesState ? LaneKernels.vectorCount : 1) * schedule.waveCount
    if waveCount > waveCapacity {
      waves.deallocate()
      waveCapacity = waveCount
      waves = LaneKernels.allocate(waveCapacity)
    }
    captureCount = schedule.captures.count
    let needed = 2 * Self.laneCount * (1 + captureCount)
    if needed > wordCapacity {
      words.deallocate()
      wordCapacity = needed
      words = .allocate(capacity: needed)
    }
    if counters.count < schedule.counterCount + 1 {
      counters = [UInt64](repeating: 0, count: schedule.counterCount + 1)
    }
  }

  private func after(_ net: Int) -> Int {
    LaneKernels.vectorCount * (simulator.compiled.slotCount + net)
  }

  /// Turns input words into the rows of input nets. Lanes that are not used stand still.
  private func load<Word: FixedWidthInteger & UnsignedInteger>(
    _ input: UnsafeBufferPointer<Word>, half: Int, idle: Word
  ) {
    precondition((1...Self.laneCount).contains(input.count), "not 1 to 2,048 lanes")
    let base = levels + half * LaneKernels.vectorCount * simulator.compiled.slotCount
    let lanes = UnsafeMutableRawPointer(rows).assumingMemoryBound(to: UInt32.self)
    let nets = simulator.inputNets
    precondition(nets.count <= Word.bitWidth, "more input bits than a word has")
    // Parts of 32 bits: in memory the lowest one comes first.
    let partsPerWord = Word.bitWidth / 32
    let parts = UnsafeRawPointer(input.baseAddress)?.assumingMemoryBound(to: UInt32.self)
    guard let parts else { return }
    for v in 0..<(input.count + 511) / 512 {
      for part in stride(from: 0, to: nets.count, by: 32) {
        let filled = min(512, input.count - 512 * v)
        let first = parts + 512 * v * partsPerWord + part / 32
        for lane in 0..<filled { lanes[lane] = first[lane * partsPerWord] }
        let rest = UInt32(truncatingIfNeeded: idle &>> Word(part))
        for lane in filled..<512 { lanes[lane] = rest }
        simulator.kernels.transpose(rows, live: 32)
        for bit in 0..<min(32, nets.count - part) {
          base[LaneKernels.vectorCount * nets[part + bit] + v] = rows[bit]
        }
      }
    }
  }

  /// The settled values of all nets before and after.
  private func settle() {
    simulator.compiled.instructions.withUnsafeBufferPointer { instructions in
      simulator.kernels.run(instructions, levels)
      simulator.kernels.run(
        instructions, levels + LaneKernels.vectorCount * simulator.compiled.slotCount)
    }
  }

  /// Turns the rows of output bits into words, of 512 lanes.
  private func store(
    _ index: Int, _ v: Int, _ operands: [WaveInstruction.Operand],
    _ waves: UnsafeMutablePointer<LaneKernels.Words>
  ) {
    for half in 0..<2 {
      let bits = operands.dropFirst(32 * half).prefix(32)
      let target = words + (2 * index + half) * Self.laneCount + 512 * v
      if bits.isEmpty {
        target.update(repeating: 0, count: 512)
        continue
      }
      for (row, operand) in bits.enumerated() {
        let offset = Int(operand.offset)
        rows[row] = operand.isMoving ? waves[offset] : levels[offset + v]
      }
      for row in bits.count..<32 { rows[row] = .zero }
      simulator.kernels.transpose(rows, live: bits.count)
      UnsafeMutableRawPointer(target).copyMemory(from: rows, byteCount: 2048)
    }
  }

  private func outputs(_ index: Int) -> OutputWords {
    let low = words + 2 * index * Self.laneCount
    return OutputWords(
      low: UnsafeBufferPointer(start: low, count: Self.laneCount),
      high: UnsafeBufferPointer(start: low + Self.laneCount, count: Self.laneCount))
  }

  /// Output words of the last run, one a lane; they live until the next run.
  public struct OutputWords {
    /// The low and the high 32 bits.
    public let low: UnsafeBufferPointer<UInt32>
    public let high: UnsafeBufferPointer<UInt32>

    public subscript(lane: Int) -> UInt64 { UInt64(high[lane]) << 32 | UInt64(low[lane]) }
  }
}
