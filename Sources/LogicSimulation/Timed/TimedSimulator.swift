import LaneKernels
import Netlists

/// What becomes of a pulse that is shorter than the delay of the gate it arrives at.
public enum PulseRule: String, Sendable, CaseIterable {
  /// It passes: the output is the function of the inputs, shifted by the delay.
  case transport
  /// It is swallowed, as IEEE 1364 defines it for gates: the output takes a value once the function
  /// has had it for as long as the delay.
  case inertial
}

/// Input bits that no transition of a run changes.
public struct HeldInputs: Sendable, Hashable {
  /// Bits of the input word that have the same value before and after each transition.
  public let mask: UInt64
  /// Their values, in place, if they are the same in all transitions of the run.
  public let value: UInt64?

  public init(mask: UInt64, value: UInt64? = nil) {
    precondition((value ?? 0) & ~mask == 0, "a value outside the mask")
    self.mask = mask
    self.value = value
  }

  public static let none = HeldInputs(mask: 0)
}

/// Timed simulation of a netlist for many operand transitions at once, bit-parallel.
///
/// Time is cut into equal steps; each gate has a whole number of them as its delay. Every net has a
/// waveform, one bit a lane and step, that is kept only between the earliest and the latest step at
/// which it can change, and only as far as something that is asked for depends on it. What it
/// computes is bit for bit what `EventDrivenSimulator` computes for the same delays. Not modelled:
/// slew, different rise and fall delays.
public struct TimedSimulator: Sendable {
  public let netlist: Netlist
  let kernels: LaneKernels
  let compiled: CompiledGates
  /// The nets of the bits of the input word and of the output word, least significant first.
  public let inputNets: [Int]
  public let outputNets: [Int]
  let gates: [TimedGate]
  /// Of all gates.
  let gateInputs: [GateInput]
  /// The operations of all gates, and how many inner results a gate has at most.
  let operations: [GateOperation]
  let innerSlotCount: Int
  /// The bits of the output word by the gates that drive them.
  let outputBits: [Int]
  /// The gates in the order in which their waveforms are computed.
  let order: [Int]

  /// Bits of the output word.
  public var outputCount: Int { outputNets.count }

  /// - Parameters:
  ///   - inputs: the bits of the input word, least significant first; all input bits of the netlist,
  ///     in the order of its ports unless given.
  ///   - outputs: likewise of the output word.
  /// - Precondition: at most 128 input bits and 64 output bits; `inputs` holds each input bit once.
  public init(
    netlist: Netlist, inputs: [NetID]? = nil, outputs: [NetID]? = nil, kernels: LaneKernels = .best
  ) {
    let inputBits = netlist.inputs.flatMap(\.bits)
    precondition(inputs.map { Set($0) == Set(inputBits) } ?? true, "other input bits")
    precondition(inputs.map { $0.count == inputBits.count } ?? true, "an input bit twice")
    inputNets = (inputs ?? inputBits).map { Int($0.index) }
    outputNets = (outputs ?? netlist.outputs.flatMap(\.bits)).map { Int($0.index) }
    precondition(
      inputNets.count <= 128 && outputNets.count <= 64, "more than 128 input or 64 output bits")
    self.netlist = netlist
    self.kernels = kernels
    let compiled = CompiledGates(netlist)
    self.compiled = compiled
    operations = zip(netlist.gates, compiled.gateRanges).flatMap { gate, range in
      compiled.instructions[range].map { GateOperation($0, of: gate, netCount: netlist.netCount) }
    }
    innerSlotCount = compiled.slotCount - netlist.netCount
    var bitsOfNet: [Int: [Int]] = [:]
    for (bit, net) in outputNets.enumerated() { bitsOfNet[net, default: []].append(bit) }
    var outputBits: [Int] = []
    var gateInputs: [GateInput] = []
    gates = netlist.gates.enumerated().map { index, gate in
      let first = outputBits.count
      outputBits += bitsOfNet[Int(gate.output.index)] ?? []
      let firstInput = gateInputs.count
      gateInputs += gate.inputs.map { net in
        let same = gate.inputs.indices.filter { gate.inputs[$0] == net }
        return GateInput(net: net.index, same: same.reduce(0) { $0 | 1 << UInt8($1) })
      }
      return TimedGate(
        table: Self.repeated(gate.truthTable, inputs: gate.inputs.count),
        inputs: firstInput..<gateInputs.count, output: Int(gate.output.index),
        operations: compiled.gateRanges[index], outputBits: first..<outputBits.count)
    }
    self.outputBits = outputBits
    self.gateInputs = gateInputs
    order = Self.depthFirst(netlist, outputs: outputNets)
  }

  /// All gates, each after those that it reads: what one output needs after the other, so that a
  /// waveform is read soon after it was computed and few of them are kept at a time.
  private static func depthFirst(_ netlist: Netlist, outputs: [Int]) -> [Int] {
    var driver = [Int](repeating: -1, count: netlist.netCount)
    for (index, gate) in netlist.gates.enumerated() { driver[Int(gate.output.index)] = index }
    var order: [Int] = []
    var isPlaced = [Bool](repeating: false, count: netlist.gates.count)
    // Gates whose inputs are being placed; one is placed when it is met again.
    var open = netlist.gates.indices.reversed() + outputs.reversed().map { driver[$0] }
    var isOpen = isPlaced
    while let gate = open.last {
      if gate < 0 || isPlaced[gate] || isOpen[gate] {
        open.removeLast()
        if gate >= 0 && !isPlaced[gate] {
          isPlaced[gate] = true
          order.append(gate)
        }
        continue
      }
      isOpen[gate] = true
      open += netlist.gates[gate].inputs.reversed().map { driver[Int($0.index)] }
    }
    return order
  }

  /// Prepares a run with given delays.
  ///
  /// - Parameters:
  ///   - delays: of each gate of the netlist, in steps, 1 to 2^20.
  ///   - captureSteps: when the outputs are captured, in steps after the inputs change; a change at
  ///     exactly this step is captured. Not negative.
  ///   - held: which inputs do not change.
  ///   - countsTransitions: whether the output changes of every gate are counted, glitches included.
  ///   - memory: of this simulator, to build many schedules in; not used by two threads at once.
  /// - Precondition: the longest path takes at most 2^30 steps.
  public func schedule(
    delays: [Int32], captureSteps: [Int32], pulses: PulseRule = .inertial,
    held: HeldInputs = .none, countsTransitions: Bool = false, in memory: ScheduleMemory? = nil
  ) -> TimedSchedule {
    precondition(delays.allSatisfy { $0 >= 1 && $0 <= 1 << 20 }, "a delay outside 1…2^20 steps")
    precondition(captureSteps.allSatisfy { $0 >= 0 }, "a capture step is negative")
    return withWindows(delays, held, memory) { windows, gates, operations, delays in
      windows.keepNeeded(
        outputs: outputNets, captureSteps: countsTransitions ? nil : captureSteps, pulses: pulses)
      var builder = TimedScheduleBuilder(
        simulator: self, gates: gates, operations: operations, windows: windows, delays: delays,
        pulses: pulses,
        countsTransitions: countsTransitions)
      return builder.build(captureSteps: captureSteps)
    }
  }

  /// The latest step at which an output can change.
  ///
  /// - Precondition: one delay for each gate; the longest path takes at most 2^30 steps.
  public func latestArrival(
    delays: [Int32], held: HeldInputs = .none, in memory: ScheduleMemory? = nil
  ) -> Int32 {
    withWindows(delays, held, memory) { windows, _, _, _ in windows.latest(of: outputNets) }
  }

  /// Prepares streams: each lane is a processing element's own sequence of input words, one a clock
  /// period, and what has not arrived at the end of a period goes on into the next one.
  ///
  /// - Parameters:
  ///   - delays: of each gate, in steps, 1 to `period`.
  ///   - period: the clock period in steps; a change at exactly its end is captured.
  /// - Precondition: the longest path takes at most 2^30 steps.
  public func streamSchedule(
    delays: [Int32], period: Int32, pulses: PulseRule = .inertial, held: HeldInputs = .none,
    countsTransitions: Bool = false
  ) -> TimedSchedule {
    precondition(delays.allSatisfy { (1...period).contains($0) }, "a gate is slower than the clock")
    return withWindows(delays, held, nil) { windows, gates, operations, delays in
      windows.keepPeriod(period)
      var builder = TimedScheduleBuilder(
        simulator: self, gates: gates, operations: operations, windows: windows, delays: delays,
        pulses: pulses,
        countsTransitions: countsTransitions, period: period)
      return builder.build(captureSteps: [period])
    }
  }

  private func withWindows<Result>(
    _ delays: [Int32], _ held: HeldInputs, _ memory: ScheduleMemory?,
    _ body: (
      ArrivalWindows, UnsafeBufferPointer<TimedGate>, UnsafeBufferPointer<GateOperation>,
      UnsafeBufferPointer<Int32>
    ) -> Result
  ) -> Result {
    precondition(delays.count == gates.count, "one delay for each gate")
    return delays.withUnsafeBufferPointer { delays in
      gates.withUnsafeBufferPointer { gates in
        operations.withUnsafeBufferPointer { operations in
          body(
            ArrivalWindows(
              simulator: self, gates: gates, delays: delays, held: held,
              memory: memory ?? ScheduleMemory(self)),
            gates, operations, delays)
        }
      }
    }
  }
}
