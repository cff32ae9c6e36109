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
    _ instruction: WaveInstruction, _ kernels: LaneKernels, waves: [LaneKernels.Words]
  ) -> [LaneKernels.Words] {
    var waves = waves
    var levels = [LaneKernels.Words(repeating: 0x5A5A_F00F)]
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
