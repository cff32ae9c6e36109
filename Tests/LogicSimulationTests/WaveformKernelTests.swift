import LaneKernels
import Randomness
import Testing

@Suite("Operations on waveforms")
struct WaveformKernelTests {
  @Test(
    "a row that follows another after 2 to 130 steps, without what lasts shorter, is that of the portable loop",
    arguments: LaneKernels.available.filter { $0 != .portable })
  func filter(kernels: LaneKernels) {
    var stream = RandomStream(seed: 1, purpose: .test)
    var kept = 0
    for delay in 2...130 {
      for steps in [1, 2, 11, 12, 13, 24, 40] {
        let length = steps + delay - 1
        let row = self.row(length, meanStep: delay, using: &stream)
        // In place, as schedules place it, the working row behind.
        let instruction = WaveInstruction.filter(
          0, before: .level(0), scratch: length, output: 0, steps: steps, delay: delay)
        let results = [LaneKernels.portable, kernels].map { kernels in
          run(instruction, kernels, waves: row + Array(repeating: .zero, count: length + 1))
        }
        #expect(results[0].prefix(steps) == results[1].prefix(steps), "\(delay), \(steps) steps")
        kept += zip(row, results[0].prefix(steps)).count { $0 != $1 }
      }
    }
    #expect(kept > 5_000, "rows of which something is taken out")
  }

  @Test(
    "an operation that its output follows in one loop gives what it gives in two, with every operation, delay and operand",
    arguments: LaneKernels.available.filter { $0 == .portable || $0.longestFollowedDelay > 1 })
  func follow(kernels: LaneKernels) {
    var stream = RandomStream(seed: 2, purpose: .test)
    var kept = 0
    let longest = 45
    for delay in 2...max(21, kernels.longestFollowedDelay) {
      // Three operands, then what is written; and levels: of the operands, and before.
      let rows = (0..<3).flatMap { _ in row(longest, meanStep: delay, using: &stream) }
      let levels = row(4, meanStep: 1, using: &stream)
      for operation in LaneOperation.allCases {
        for moving in 0..<(1 << operandCount(operation)) {
          let operands = (0..<3).map { k -> WaveInstruction.Operand in
            moving >> k & 1 == 1 ? .wave(longest * k) : .level(k)
          }
          for steps in [1, 2, delay, 24, longest] {
            let like = LaneInstruction(operation, a: 0, b: 0, c: 0, output: 0)
            let result = run(
              .follow(
                like: like, operands[0], operands[1], operands[2], before: 3, output: 3 * longest,
                steps: steps, delay: delay), kernels, levels: levels,
              waves: rows + Array(repeating: .zero, count: longest))
            // The function behind steps with the level before, filtered in place.
            let lead = Array(repeating: levels[3], count: delay - 1)
            let function = run(
              .gate(
                operation, operands[0], operands[1], operands[2], output: 3 * longest, steps: steps),
              .portable, levels: levels, waves: rows + Array(repeating: .zero, count: longest)
            ).dropFirst(3 * longest).prefix(steps)
            let filtered = run(
              .filter(
                0, before: .level(3), scratch: 0, output: 0, steps: steps, delay: delay),
              .portable, levels: levels, waves: lead + function)
            #expect(result.prefix(3 * longest) == rows[...])
            #expect(
              result.dropFirst(3 * longest).prefix(steps) == filtered.prefix(steps),
              "\(operation), operands \(moving), delay \(delay), \(steps) steps")
            #expect(result.dropFirst(3 * longest + steps).allSatisfy { $0 == .zero })
            kept += zip(function, filtered).count { $0 != $1 }
          }
        }
      }
    }
    #expect(kept > 30_000, "rows of which something is taken out")
  }

  private func operandCount(_ operation: LaneOperation) -> Int {
    switch operation {
    case .copy, .inverse: 1
    case .and, .nand, .or, .nor, .xor, .xnor, .andNot, .orNot: 2
    case .xor3, .majority, .select: 3
    }
  }

  /// A row whose lanes change once in `meanStep` to twice as many steps on average.
  private func row(
    _ length: Int, meanStep: Int, using stream: inout RandomStream
  ) -> [LaneKernels.Words] {
    var last = LaneKernels.Words.zero
    return (0..<length).map { _ in
      var change = ~LaneKernels.Words.zero
      for _ in 0...meanStep.bitWidth - meanStep.leadingZeroBitCount {
        for word in change.indices { change[word] &= UInt32(truncatingIfNeeded: stream.next()) }
      }
      last ^= change
      return last
    }
  }

  private func run(
    _ instruction: WaveInstruction, _ kernels: LaneKernels,
    levels: [LaneKernels.Words] = [LaneKernels.Words(repeating: 0x5A5A_F00F)],
    waves: [LaneKernels.Words]
  ) -> [LaneKernels.Words] {
    var (waves, levels) = (waves, levels)
    var counters: [UInt64] = [0]
    waves.withUnsafeMutableBufferPointer { waves in
      levels.withUnsafeMutableBufferPointer { levels in
        counters.withUnsafeMutableBufferPointer { counters in
          guard
            let waves = waves.baseAddress, let levels = levels.baseAddress,
            let counters = counters.baseAddress
          else { return }
          withUnsafePointer(to: instruction) {
            kernels.run(
              UnsafeBufferPointer(start: $0, count: 1), levels: levels, waves: waves,
              transitions: counters)
          }
        }
      }
    }
    return waves
  }
}
