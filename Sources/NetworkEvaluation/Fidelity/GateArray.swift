import Accelerators
import Characterization
import ErrorTables
import LogicSimulation
import TableArithmetic

/// A weight-stationary array in which each processing element's own gates are simulated, with its
/// own delays, on the operands that it really sees: fidelity `gate`.
public struct GateArray: CapturingArray {
  public let spec: AcceleratorSpec
  public let multiplier: StationaryMultiplier
  /// Steps, of each gate, for each element.
  public let delays: [[Int32]]
  public let captureStep: Int32
  public let pulses: PulseRule

  /// - Precondition: delays for each element; 8-bit operands; the second one is held.
  public init(
    spec: AcceleratorSpec, multiplier: StationaryMultiplier, delays: [[Int32]],
    captureStep: Int32, pulses: PulseRule
  ) {
    precondition(delays.count == spec.processingElements, "delays for each element")
    precondition(multiplier.movingWidth == 8 && multiplier.stationaryWidth == 8, "bytes")
    self.spec = spec
    self.multiplier = multiplier
    self.delays = delays
    self.captureStep = captureStep
    self.pulses = pulses
  }

  public func multiply(
    activations: [UInt8], weights: [UInt8], shape: MatrixShape
  ) -> CapturedLayer {
    precondition(weights.count == shape.k * shape.n, "weights are not K × N")
    var sums = [UInt32](repeating: 0, count: shape.m * shape.n)
    var errors = CapturedErrors(outputBits: 16)
    let block = TimedBlock(multiplier.simulator)
    ElementStreams(spec: spec, shape: shape).forEach(activations: activations) { stream in
      let weight = Int(weights[stream.k * shape.n + stream.n])
      let schedule = multiplier.simulator.schedule(
        delays: delays[stream.element], captureSteps: [captureStep], pulses: pulses,
        held: multiplier.held(weight))
      let words = stream.current.map { multiplier.word(moving: Int($0), stationary: weight) }
      let before = stream.previous.map { multiplier.word(moving: Int($0), stationary: weight) }
      var vector = 0
      Stimulus(previous: before, current: words).forEachBlock { previous, current in
        block.run(schedule, previous: previous, current: current)
        let captured = block.captured(0).low
        errors.add(settled: block.settled.low, captured: captured, lanes: current.count)
        for lane in current.indices {
          sums[vector * shape.n + stream.n] &+= captured[lane]
          vector += 1
        }
      }
    }
    errors.compact()
    return CapturedLayer(
      accumulators: sums.map(spec.accumulator.value(ofProductSum:)), errors: errors)
  }
}
