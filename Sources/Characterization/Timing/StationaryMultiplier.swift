import ConcurrentWork
import ErrorTables
import Foundation
import LogicSimulation
import Netlists

/// The operand that a processing element holds while the other one moves.
public enum StationaryOperand: String, Sendable, CaseIterable, Codable {
  case a, b
}

/// Timed simulation of a multiplier whose one operand is held.
///
/// The input word has the moving operand in its low bits and the held one above; the output word is
/// the product.
public struct StationaryMultiplier: Sendable {
  public let simulator: TimedSimulator
  public let stationary: StationaryOperand
  public let stationaryWidth: Int
  public let movingWidth: Int

  /// - Precondition: the ports are the netlist's, and it has no other input port.
  public init(_ netlist: Netlist, ports: MultiplierPorts, stationary: StationaryOperand = .b) {
    let (moving, held) =
      stationary == .b ? (ports.operandA, ports.operandB) : (ports.operandB, ports.operandA)
    simulator = TimedSimulator(
      netlist: netlist, inputs: moving.bits + held.bits, outputs: ports.product.bits)
    self.stationary = stationary
    stationaryWidth = held.bits.count
    movingWidth = moving.bits.count
  }

  /// How many transitions there are with a held operand, as a power of two.
  public var transitionBits: Int { stationaryWidth + 2 * movingWidth }

  /// Whether all transitions can be simulated: at most 2^24, with products of at most 16 bits.
  public var isEnumerable: Bool { transitionBits <= 24 && simulator.outputCount <= 16 }

  /// The bits of an operand.
  public var movingMask: Int { 1 << movingWidth - 1 }
  public var stationaryMask: Int { 1 << stationaryWidth - 1 }

  public func word(moving: Int, stationary: Int) -> UInt64 {
    UInt64(moving) | UInt64(stationary) << UInt64(movingWidth)
  }

  /// The inputs that do not change while a value is held; of any value if nil.
  public func held(_ value: Int?) -> HeldInputs {
    let mask = UInt64(stationaryMask) << UInt64(movingWidth)
    return HeldInputs(mask: mask, value: value.map { UInt64($0) << UInt64(movingWidth) })
  }

  /// Whether a die has a path longer than the clock period; without one every product is captured
  /// right, whatever the operands.
  public func canErr(
    delays: [Int32], captureStep: Int32, in memory: ScheduleMemory? = nil
  ) -> Bool {
    simulator.latestArrival(delays: delays, held: held(nil), in: memory) > captureStep
  }

  /// The captured products of all transitions.
  ///
  /// - Parameters:
  ///   - delays: steps, one a gate; see `TimeGrid`.
  ///   - captureStep: the last step that is captured.
  ///   - jobs: threads; the table does not depend on them.
  /// - Throws: `InputError` 75 if stopped.
  /// - Precondition: `isEnumerable`.
  public func table(
    delays: [Int32], captureStep: Int32, pulses: PulseRule, jobs: Int,
    stopRequested: @escaping @Sendable () -> Bool = { false }
  ) throws -> TransitionTable {
    try tableAndErrors(
      delays: delays, captureStep: captureStep, pulses: pulses, isSigned: false, jobs: jobs,
      stopRequested: stopRequested
    ).table
  }

  /// The captured products of all transitions, and how many of them are wrong, from one simulation.
  ///
  /// - Parameters: as of `table` and `errors`.
  /// - Throws: `InputError` 75 if stopped.
  /// - Precondition: `isEnumerable`.
  public func tableAndErrors(
    delays: [Int32], captureStep: Int32, pulses: PulseRule, isSigned: Bool, jobs: Int,
    stopRequested: @escaping @Sendable () -> Bool = { false }
  ) throws -> (table: TransitionTable, errors: CapturedErrors) {
    precondition(isEnumerable, "more than 2^24 transitions or 16 product bits")
    let none = CapturedErrors(outputBits: simulator.outputCount, isSigned: isSigned)
    let rows = try runConcurrently(
      jobs: jobs, items: Array(0..<1 << stationaryWidth), stopRequested: stopRequested
    ) { held -> (words: [UInt16], errors: CapturedErrors) in
      var errors = none
      let words = [UInt16](unsafeUninitializedCapacity: 1 << (2 * movingWidth)) { row, count in
        run(held, delays: delays, captureStep: captureStep, pulses: pulses) { first, block, lanes in
          let captured = block.captured(0).low
          errors.add(settled: block.settled.low, captured: captured, lanes: lanes)
          for lane in 0..<lanes { row[first + lane] = UInt16(truncatingIfNeeded: captured[lane]) }
        }
        count = row.count
      }
      errors.compact()
      return (words, errors)
    }
    var words = Data(capacity: 2 << transitionBits)
    for row in rows { row.words.withUnsafeBytes { words.append(contentsOf: $0) } }
    let table = TransitionTable(
      stationaryWidth: stationaryWidth, movingWidth: movingWidth, words: words)
    return (table, rows.reduce(into: none) { $0 += $1.errors })
  }

  /// Counts what is captured wrong over all transitions.
  ///
  /// - Parameter isSigned: whether products are numbers in two's complement.
  /// - Precondition: `isEnumerable`.
  public func errors(
    delays: [Int32], captureStep: Int32, pulses: PulseRule, isSigned: Bool,
    stopRequested: () -> Bool = { false }
  ) -> CapturedErrors {
    precondition(isEnumerable, "more than 2^24 transitions or 16 product bits")
    var errors = CapturedErrors(outputBits: simulator.outputCount, isSigned: isSigned)
    for held in 0..<1 << stationaryWidth where !stopRequested() {
      run(held, delays: delays, captureStep: captureStep, pulses: pulses) { _, block, lanes in
        errors.add(settled: block.settled.low, captured: block.captured(0).low, lanes: lanes)
      }
    }
    return errors
  }

  /// Simulates all transitions with a held value: previous value major, present value minor. The nets
  /// that the value makes still cost nothing.
  private func run(
    _ held: Int, delays: [Int32], captureStep: Int32, pulses: PulseRule,
    _ body: (_ first: Int, _ block: TimedBlock, _ lanes: Int) -> Void
  ) {
    let schedule = simulator.schedule(
      delays: delays, captureSteps: [captureStep], pulses: pulses, held: self.held(held))
    let block = TimedBlock(simulator)
    let count = 1 << (2 * movingWidth)
    let lanes = min(count, TimedBlock.laneCount)
    var previous = [UInt64](repeating: 0, count: lanes)
    var current = previous
    for first in stride(from: 0, to: count, by: lanes) {
      for lane in 0..<lanes {
        previous[lane] = word(moving: (first + lane) >> movingWidth, stationary: held)
        current[lane] = word(moving: (first + lane) & movingMask, stationary: held)
      }
      previous.withUnsafeBufferPointer { previous in
        current.withUnsafeBufferPointer { block.run(schedule, previous: previous, current: $0) }
      }
      body(first, block, lanes)
    }
  }
}
