import Accelerators
import Characterization
import ErrorTables
import LogicSimulation
import TableArithmetic

/// An output-stationary array in which each processing element's own gates are simulated, with its own
/// delays, on the operands that it really sees: fidelity `gate` where both operands change.
///
/// A product follows the one that the element formed before (`ElementOrder`), the first of a layer two
/// zeros, and begins from settled ones. Elements without a path longer than the clock period are not
/// simulated.
struct PairArray: Sendable {
  let spec: AcceleratorSpec
  /// The products of the multiplier's netlist.
  let settled: TableMatrixMultiplication
  let multiplier: StationaryMultiplier
  /// Steps, of each gate, for each element.
  let delays: [[Int32]]
  let captureStep: Int32
  let pulses: PulseRule

  /// Transitions of one element, as many as a block of timed simulation takes.
  private struct Lanes {
    var previous: [UInt64] = []
    var current: [UInt64] = []
    /// In M × N.
    var outputs: [Int] = []

    mutating func removeAll() {
      previous.removeAll(keepingCapacity: true)
      current.removeAll(keepingCapacity: true)
      outputs.removeAll(keepingCapacity: true)
    }
  }

  /// Multiplies M×K activations by K×N weights, both row-major.
  ///
  /// - Precondition: an output-stationary array, delays for each element, 8-bit operands.
  func multiply(activations: [UInt8], weights: [UInt8], shape: MatrixShape) -> CapturedLayer {
    precondition(spec.dataflow == .outputStationary, "an operand is held")
    precondition(delays.count == spec.processingElements, "delays for each element")
    var sums = settled.productSums(
      activations: activations, weights: weights, m: shape.m, k: shape.k, n: shape.n)
    var errors = CapturedErrors(outputBits: 16)
    let block = TimedBlock(multiplier.simulator)
    let memory = ScheduleMemory(multiplier.simulator)
    var lanes = Lanes()
    for row in 0..<min(spec.rows, shape.m) {
      for column in 0..<min(spec.columns, shape.n) {
        let rows = stride(from: row, to: shape.m, by: spec.rows)
        let columns = stride(from: column, to: shape.n, by: spec.columns)
        let schedule = multiplier.simulator.schedule(
          delays: delays[row * spec.columns + column], captureSteps: [captureStep],
          pulses: pulses, in: memory)
        guard schedule.latestArrival > captureStep else {
          errors.addRight(shape.k * Array(rows).count * Array(columns).count)
          continue
        }
        var before: UInt64 = 0
        for m in rows {
          for n in columns {
            for k in 0..<shape.k {
              let word = multiplier.word(
                moving: Int(activations[m * shape.k + k]) & multiplier.movingMask,
                stationary: Int(weights[k * shape.n + n]) & multiplier.stationaryMask)
              lanes.previous.append(before)
              lanes.current.append(word)
              lanes.outputs.append(m * shape.n + n)
              before = word
              if lanes.current.count == TimedBlock.laneCount {
                run(schedule, &lanes, on: block, &sums, &errors)
              }
            }
          }
        }
        run(schedule, &lanes, on: block, &sums, &errors)
      }
    }
    errors.compact()
    return CapturedLayer(
      accumulators: sums.map(spec.accumulator.value(ofProductSum:)), errors: errors)
  }

  /// Simulates transitions, and changes the sums by what is captured wrong.
  private func run(
    _ schedule: TimedSchedule, _ lanes: inout Lanes, on block: TimedBlock, _ sums: inout [UInt32],
    _ errors: inout CapturedErrors
  ) {
    if lanes.current.isEmpty { return }
    lanes.previous.withUnsafeBufferPointer { previous in
      lanes.current.withUnsafeBufferPointer { current in
        block.run(schedule, previous: previous, current: current)
      }
    }
    let (right, seen) = (block.settled.low, block.captured(0).low)
    errors.add(settled: right, captured: seen, lanes: lanes.current.count) { lane in
      sums[lanes.outputs[lane]] &+= seen[lane] &- right[lane]
    }
    lanes.removeAll()
  }
}
