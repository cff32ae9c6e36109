import LaneKernels

/// What a run of timed simulation executes for each 512 transitions, for given delays, capture steps
/// and held inputs.
public struct TimedSchedule: Sendable {
  let instructions: [WaveInstruction]
  /// Of a stream: what fills the rows that are carried from one period to the next, before the first.
  let start: [WaveInstruction]
  /// Whether what a period leaves behind goes on into the next one.
  public let carriesState: Bool
  /// Vectors that the waveforms take.
  let waveCount: Int
  /// For each capture step and output bit where its value is.
  let captures: [[WaveInstruction.Operand]]
  /// Of each gate, glitches included; empty if they are not counted.
  let counterCount: Int
  public let captureSteps: [Int32]
  /// Net steps that are computed, of all gates together: what a run costs.
  public let workload: Int
  /// The latest step at which an output can change.
  public let latestArrival: Int32
}
