import Accelerators
import Characterization
import ErrorTables
import LogicSimulation
import TableArithmetic

/// A weight-stationary array in which each processing element's own gates are simulated, with its
/// own delays, on the operands that it really sees: fidelity `gate`. With exchanged operands it is an
/// input-stationary one.
///
/// Elements of which no path, or none that a weight leaves open, is longer than the clock period
/// capture settled products, so they are not simulated.
public struct GateArray: CapturingArray {
  public let spec: AcceleratorSpec
  public let settled: TableMatrixMultiplication
  public let multiplier: StationaryMultiplier
  /// Steps, of each gate, for each element.
  public let delays: [[Int32]]
  public let captureStep: Int32
  public let pulses: PulseRule
  /// Whether each element has a path that is longer than the clock period.
  private let canErr: [Bool]

  /// - Parameter settled: the products of the multiplier's netlist, by the held operand as the second.
  /// - Precondition: delays for each element; operands of at most 8 bits.
  public init(
    spec: AcceleratorSpec, settled: TableMatrixMultiplication, multiplier: StationaryMultiplier,
    delays: [[Int32]], captureStep: Int32, pulses: PulseRule
  ) {
    precondition(delays.count == spec.processingElements, "delays for each element")
    precondition(max(multiplier.movingWidth, multiplier.stationaryWidth) <= 8, "more than bytes")
    self.spec = spec
    self.settled = settled
    self.multiplier = multiplier
    self.delays = delays
    self.captureStep = captureStep
    self.pulses = pulses
    let memory = ScheduleMemory(multiplier.simulator)
    canErr = delays.map { multiplier.canErr(delays: $0, captureStep: captureStep, in: memory) }
  }

  public struct Workspace {
    let block: TimedBlock
    let schedules: ScheduleMemory
  }

  public func workspace() -> Workspace {
    Workspace(
      block: TimedBlock(multiplier.simulator), schedules: ScheduleMemory(multiplier.simulator))
  }

  public var mayErrOnRepeats: Bool { false }
  public var movingMask: UInt8 { UInt8(multiplier.movingMask) }
  public var heldMask: UInt8 { UInt8(multiplier.stationaryMask) }

  public func mayErr(_ weight: UInt8, element: Int) -> Bool { canErr[element] }

  public func capture(
    _ stream: ElementStreams.Stream, weight: UInt8, with workspace: inout Workspace,
    lanes: UnsafeMutableBufferPointer<Int32>, captured: UnsafeMutableBufferPointer<UInt32>
  ) -> Int {
    let schedule = multiplier.simulator.schedule(
      delays: delays[stream.element], captureSteps: [captureStep], pulses: pulses,
      held: multiplier.held(Int(weight)), in: workspace.schedules)
    guard schedule.latestArrival > captureStep else { return 0 }
    let words = { (moving: UInt8) in
      UInt128(multiplier.word(moving: Int(moving), stationary: Int(weight)))
    }
    let block = workspace.block
    var first = 0
    Stimulus(previous: stream.previous.map(words), current: stream.current.map(words))
      .forEachBlock { previous, current in
        block.run(schedule, previous: previous, current: current)
        let seen = block.captured(0).low
        for lane in current.indices {
          lanes[first + lane] = Int32(first + lane)
          captured[first + lane] = seen[lane]
        }
        first += current.count
      }
    return first
  }
}
