import ErrorTables
import LogicSimulation
import Netlists

extension TimingStudy {
  /// A die's delays at a supply, on the time grid: all that its errors depend on.
  struct Timing: Hashable, Sendable {
    let delays: [Int32]
    let captureStep: Int32
    /// Which transitions, where they are a die's own; else 0.
    let die: Int
  }

  /// What a die captures wrong.
  func errors(
    _ multiplier: StationaryMultiplier, _ timing: Timing, stopRequested: () -> Bool
  ) -> CapturedErrors {
    var errors = CapturedErrors(
      outputBits: multiplier.simulator.outputCount, isSigned: isSigned)
    let stimulus: Stimulus
    switch transitions {
    case .all:
      guard multiplier.canErr(delays: timing.delays, captureStep: timing.captureStep) else {
        errors.addRight(1 << multiplier.transitionBits)
        return errors
      }
      return multiplier.errors(
        delays: timing.delays, captureStep: timing.captureStep, pulses: pulses,
        isSigned: isSigned, stopRequested: stopRequested)
    case .streams(let streams, let periods):
      return self.errors(multiplier, timing, streams: streams, periods: periods)
    case .sample(let count): stimulus = sample(count, multiplier, index: UInt64(timing.die))
    case .trace(let trace): stimulus = trace
    }
    let isHeld = stimulus.holds(UInt128(multiplier.held(nil).mask))
    let schedule = multiplier.simulator.schedule(
      delays: timing.delays, captureSteps: [timing.captureStep], pulses: pulses,
      held: isHeld ? multiplier.held(nil) : .none)
    let block = TimedBlock(multiplier.simulator)
    stimulus.forEachBlock { previous, current in
      block.run(schedule, previous: previous, current: current)
      errors.add(
        settled: block.settled.low, captured: block.captured(0).low, lanes: current.count)
    }
    return errors
  }

  /// Streams with held operands; gates slower than the clock on this die count as slow as the clock.
  private func errors(
    _ multiplier: StationaryMultiplier, _ timing: Timing, streams: Int, periods: Int
  ) -> CapturedErrors {
    var errors = CapturedErrors(
      outputBits: multiplier.simulator.outputCount, isSigned: isSigned)
    let schedule = multiplier.simulator.streamSchedule(
      delays: timing.delays.map { min($0, timing.captureStep) }, period: timing.captureStep,
      pulses: pulses, held: multiplier.held(nil))
    let block = TimedBlock(multiplier.simulator)
    for first in stride(from: 0, to: streams, by: TimedBlock.laneCount) {
      let lanes = min(TimedBlock.laneCount, streams - first)
      let words = sample(
        lanes * (periods + 1), multiplier, index: UInt64(timing.die) << 32 | UInt64(first)
      ).current.map { UInt64($0) }
      let mask = multiplier.held(nil).mask
      // Each stream keeps the held operand of its first word.
      let held = words.prefix(lanes).map { $0 & mask }
      func step(_ period: Int) -> [UInt64] {
        (0..<lanes).map { held[$0] | words[period * lanes + $0] & ~mask }
      }
      step(0).withUnsafeBufferPointer { block.begin(schedule, settled: $0) }
      for period in 1...periods {
        step(period).withUnsafeBufferPointer { block.advance(schedule, to: $0) }
        errors.add(settled: block.settled.low, captured: block.captured(0).low, lanes: lanes)
      }
    }
    return errors
  }
}
