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
public struct StationaryMultiplier: Sendable {
  public let simulator: TimedSimulator
  public let stationary: StationaryOperand
  public let stationaryWidth: Int
  public let movingWidth: Int

  /// The input word has the moving operand in its low bits and the held one above; the output word
  /// is the product.
  ///
  /// - Precondition: the ports are the netlist's, and it has no other input port.
  public init(
    _ netlist: Netlist, ports: MultiplierPorts, stationary: StationaryOperand = .b
  ) {
    let (moving, held) =
      stationary == .b ? (ports.operandA, ports.operandB) : (ports.operandB, ports.operandA)
    simulator = TimedSimulator(
      netlist: netlist, inputs: moving.bits + held.bits, outputs: ports.product.bits)
    self.stationary = stationary
    stationaryWidth = held.bits.count
    movingWidth = moving.bits.count
  }

  /// Whether a table of all transitions can be made: at most 2^24 of them, 16-bit products.
  public var hasTable: Bool {
    stationaryWidth + 2 * movingWidth <= 24 && simulator.outputCount <= 16
  }

  /// The captured products of all transitions.
  ///
  /// Simulates the held operand's values one after the other, each with the nets still that it makes
  /// still.
  ///
  /// - Parameters:
  ///   - delays: steps, one a gate; see `TimeGrid`.
  ///   - captureStep: the last step that is captured.
  ///   - jobs: threads; the table does not depend on them.
  /// - Throws: `InputError` 75 if stopped.
  /// - Precondition: `hasTable`.
  public func table(
    delays: [Int32], captureStep: Int32, pulses: PulseRule, jobs: Int,
    stopRequested: @escaping @Sendable () -> Bool = { false }
  ) throws -> TransitionTable {
    precondition(hasTable, "more than 2^24 transitions or 16 product bits")
    let rows = try runConcurrently(
      jobs: jobs, items: Array(0..<1 << stationaryWidth), stopRequested: stopRequested
    ) { held in
      self.row(held, delays: delays, captureStep: captureStep, pulses: pulses)
    }
    var words = Data(capacity: 2 << (stationaryWidth + 2 * movingWidth))
    for row in rows { row.withUnsafeBytes { words.append(contentsOf: $0) } }
    return TransitionTable(
      stationaryWidth: stationaryWidth, movingWidth: movingWidth, words: words)
  }

  /// The captured products for one held value: previous value major, present value minor.
  private func row(
    _ held: Int, delays: [Int32], captureStep: Int32, pulses: PulseRule
  ) -> [UInt16] {
    let heldBits = UInt64(held) << UInt64(movingWidth)
    let schedule = simulator.schedule(
      delays: delays, captureSteps: [captureStep], pulses: pulses,
      held: HeldInputs(
        mask: ((1 << UInt64(stationaryWidth)) - 1) << UInt64(movingWidth), value: heldBits))
    let block = TimedBlock(simulator)
    let count = 1 << (2 * movingWidth)
    let lanes = min(count, TimedBlock.laneCount)
    let moving: UInt64 = (1 << UInt64(movingWidth)) - 1
    var previous = [UInt64](repeating: 0, count: lanes)
    var current = previous
    return [UInt16](unsafeUninitializedCapacity: count) { buffer, initialized in
      for first in stride(from: 0, to: count, by: lanes) {
        for lane in 0..<lanes {
          let transition = UInt64(first + lane)
          previous[lane] = heldBits | transition >> UInt64(movingWidth)
          current[lane] = heldBits | transition & moving
        }
        previous.withUnsafeBufferPointer { previous in
          current.withUnsafeBufferPointer { current in
            block.run(schedule, previous: previous, current: current)
          }
        }
        let captured = block.captured(0).low
        for lane in 0..<lanes {
          buffer[first + lane] = UInt16(truncatingIfNeeded: captured[lane])
        }
      }
      initialized = count
    }
  }
}
