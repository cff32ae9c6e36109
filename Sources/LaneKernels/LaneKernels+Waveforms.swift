import CLaneKernels

/// One operation on waveforms: rows of vectors of 512 lanes, one vector a time step.
public typealias WaveInstruction = AXWaveInstruction

extension WaveInstruction {
  /// A row of `steps` vectors, or one vector that stands for all of them.
  public struct Operand: Sendable, Hashable {
    public let offset: Int32
    public let isMoving: Bool

    @inlinable
    init(offset: Int32, isMoving: Bool) { (self.offset, self.isMoving) = (offset, isMoving) }

    /// A row that begins at a vector of the waveforms.
    @inlinable
    public static func wave(_ offset: Int) -> Operand {
      Operand(offset: Int32(offset), isMoving: true)
    }

    /// A vector of the levels.
    @inlinable
    public static func level(_ offset: Int) -> Operand {
      Operand(offset: Int32(offset), isMoving: false)
    }
  }

  @inlinable
  init(
    _ operation: Int32, _ a: Operand, _ b: Operand, _ c: Operand, output: Int, steps: Int,
    delay: Int, before: Int = 0
  ) {
    let moving: Int32 = (a.isMoving ? 1 : 0) | (b.isMoving ? 2 : 0) | (c.isMoving ? 4 : 0)
    self.init(
      operation: operation, moving: moving, steps: Int32(steps), delay: Int32(delay), a: a.offset,
      b: b.offset, c: c.offset, output: Int32(output), before: Int32(before))
  }

  /// The same operation in each step.
  @inlinable
  public static func gate(
    _ operation: LaneOperation, _ a: Operand, _ b: Operand, _ c: Operand, output: Int, steps: Int
  ) -> WaveInstruction {
    WaveInstruction(operation.rawValue, a, b, c, output: output, steps: steps, delay: 0)
  }

  /// What a lane instruction does, on other operands, in each step.
  @inlinable
  public static func gate(
    like instruction: LaneInstruction, _ a: Operand, _ b: Operand, _ c: Operand, output: Int,
    steps: Int
  ) -> WaveInstruction {
    WaveInstruction(instruction.operation, a, b, c, output: output, steps: steps, delay: 0)
  }

  /// Delays a row by `delay` steps and takes out what lasts shorter: the output takes the row's
  /// value once that has stood for `delay` steps.
  ///
  /// - Parameters:
  ///   - row: `steps + delay − 1` vectors; output step i follows row steps i … i + delay − 1.
  ///   - before: the level of the output before.
  ///   - scratch: a row of `steps + delay` vectors.
  ///   - delay: at least 2; with 1 the output is the row.
  public static func filter(
    _ row: Int, before: Operand, scratch: Int, output: Int, steps: Int, delay: Int
  ) -> WaveInstruction {
    WaveInstruction(
      13, .wave(row), before, .wave(scratch), output: output, steps: steps, delay: delay)
  }

  /// The same as `filter` for a row that moves for less than `delay` steps between two levels:
  /// only its last change comes through.
  public static func lastChange(
    _ row: Int, before: Int, after: Int, output: Int, steps: Int
  ) -> WaveInstruction {
    WaveInstruction(
      14, .wave(row), .level(before), .level(after), output: output, steps: steps, delay: 0)
  }

  /// Counts the changes from a level over a row to a level, of all lanes together.
  public static func count(
    _ row: Int, before: Operand, after: Operand, counter: Int, steps: Int
  ) -> WaveInstruction {
    WaveInstruction(
      15, .wave(row), before, after, output: counter, steps: steps, delay: 0)
  }
}

extension LaneKernels {
  /// Executes instructions on waveforms in their order.
  ///
  /// - Parameters:
  ///   - levels: vectors that stand for a whole row.
  ///   - waves: where rows are read and written.
  ///   - transitions: counters that changes are added to.
  /// - Precondition: this processor has the set.
  public func run(
    _ instructions: UnsafeBufferPointer<WaveInstruction>, levels: UnsafePointer<Words>,
    waves: UnsafeMutablePointer<Words>, transitions: UnsafeMutablePointer<UInt64>
  ) {
    let (first, count) = (instructions.baseAddress, instructions.count)
    switch self {
    case .portable:
      for instruction in instructions {
        Self.runPortably(instruction, levels, waves, transitions)
      }
    case .avx2: ax_run_waves_avx2(first, count, levels, waves, transitions)
    case .avx512: ax_run_waves_avx512(first, count, levels, waves, transitions)
    }
  }

  private static func runPortably(
    _ instruction: WaveInstruction, _ levels: UnsafePointer<Words>,
    _ waves: UnsafeMutablePointer<Words>, _ transitions: UnsafeMutablePointer<UInt64>
  ) {
    func operand(_ bit: Int32, _ offset: Int32) -> (row: UnsafePointer<Words>, stride: Int) {
      instruction.moving >> bit & 1 == 1
        ? (UnsafePointer(waves) + Int(offset), 1) : (levels + Int(offset), 0)
    }
    let (a, strideA) = operand(0, instruction.a)
    let (b, strideB) = operand(1, instruction.b)
    let (c, strideC) = operand(2, instruction.c)
    let steps = Int(instruction.steps)
    let y = waves + Int(instruction.output)
    switch instruction.operation {
    case 13: filterPortably(a, y, before: b[0], steps: steps, delay: Int(instruction.delay))
    case 14: lastChangePortably(a, y, before: b[0], after: c[0], steps: steps)
    case 15:
      var last = b[0]
      var sum = 0
      for step in 0...steps {
        let next = step < steps ? a[step] : c[0]
        sum += ones(last ^ next)
        last = next
      }
      transitions[Int(instruction.output)] &+= UInt64(sum)
    case let number:
      guard let operation = LaneOperation(rawValue: number < 16 ? number : number - 16) else {
        preconditionFailure("no such operation")
      }
      func value(_ i: Int) -> Words {
        operation.value(a[strideA * i], b[strideB * i], c[strideC * i])
      }
      if number < 16 {
        for i in 0..<steps { y[i] = value(i) }
      } else {
        followPortably(
          y, before: levels[Int(instruction.before)], steps: steps, delay: Int(instruction.delay),
          function: value)
      }
    }
  }

  private static func filterPortably(
    _ row: UnsafePointer<Words>, _ y: UnsafeMutablePointer<Words>, before: Words, steps: Int,
    delay: Int
  ) {
    var held = before
    for i in 0..<steps {
      var changes = Words.zero
      for step in i..<i + delay - 1 { changes |= row[step] ^ row[step + 1] }
      let next = row[i + delay - 1]
      held = next ^ (changes & (next ^ held))
      y[i] = held
    }
  }

  private static func lastChangePortably(
    _ row: UnsafePointer<Words>, _ y: UnsafeMutablePointer<Words>, before: Words, after: Words,
    steps: Int
  ) {
    var isDone = ~Words.zero
    for i in stride(from: steps - 1, through: 0, by: -1) {
      isDone &= ~(row[i] ^ after)
      y[i] = before ^ ((before ^ after) & isDone)
    }
  }

  private static func ones(_ words: Words) -> Int {
    words.indices.reduce(0) { $0 + words[$1].nonzeroBitCount }
  }
}
