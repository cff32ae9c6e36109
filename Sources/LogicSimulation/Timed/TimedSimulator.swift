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
  /// The gates with their truth tables repeated to 64 bits.
  let gates: [TimedGate]

  /// Bits of the output word.
  public var outputCount: Int { outputNets.count }

  struct TimedGate: Sendable {
    let table: UInt64
    /// The nets of the inputs, the first `inputCount` of them.
    let inputs: SIMD8<Int32>
    let inputCount: Int
    let output: Int
    let instructions: Range<Int>

    @inline(__always)
    func input(_ k: Int) -> Int { Int(inputs[k]) }
  }

  /// - Parameters:
  ///   - inputs: the bits of the input word, least significant first; all input bits of the netlist,
  ///     in the order of its ports unless given.
  ///   - outputs: likewise of the output word.
  /// - Precondition: at most 64 input bits and 64 output bits; `inputs` holds each input bit once.
  public init(
    netlist: Netlist, inputs: [NetID]? = nil, outputs: [NetID]? = nil, kernels: LaneKernels = .best
  ) {
    let inputBits = netlist.inputs.flatMap(\.bits)
    precondition(inputs.map { Set($0) == Set(inputBits) } ?? true, "other input bits")
    precondition(inputs.map { $0.count == inputBits.count } ?? true, "an input bit twice")
    inputNets = (inputs ?? inputBits).map { Int($0.index) }
    outputNets = (outputs ?? netlist.outputs.flatMap(\.bits)).map { Int($0.index) }
    precondition(inputNets.count <= 64 && outputNets.count <= 64, "more than 64 boundary bits")
    self.netlist = netlist
    self.kernels = kernels
    let compiled = CompiledGates(netlist)
    self.compiled = compiled
    gates = netlist.gates.enumerated().map { index, gate in
      var inputs = SIMD8<Int32>.zero
      for (k, net) in gate.inputs.enumerated() { inputs[k] = net.index }
      return TimedGate(
        table: Self.repeated(gate.truthTable, inputs: gate.inputs.count), inputs: inputs,
        inputCount: gate.inputs.count, output: Int(gate.output.index),
        instructions: compiled.gateRanges[index])
    }
  }

  private static func repeated(_ table: UInt64, inputs: Int) -> UInt64 {
    var result = table
    for input in inputs..<6 { result |= result << (1 << UInt64(input)) }
    return result
  }

  /// Prepares a run with given delays.
  ///
  /// - Parameters:
  ///   - delays: of each gate of the netlist, in steps, 1 to 2^20.
  ///   - captureSteps: when the outputs are captured, in steps after the inputs change; a change at
  ///     exactly this step is captured. Not negative.
  ///   - held: which inputs do not change.
  ///   - countsTransitions: whether the output changes of every gate are counted, glitches included.
  /// - Precondition: the longest path takes at most 2^30 steps.
  public func schedule(
    delays: [Int32], captureSteps: [Int32], pulses: PulseRule = .inertial,
    held: HeldInputs = .none, countsTransitions: Bool = false
  ) -> TimedSchedule {
    precondition(delays.count == gates.count, "one delay for each gate")
    precondition(delays.allSatisfy { $0 >= 1 && $0 <= 1 << 20 }, "a delay outside 1…2^20 steps")
    precondition(captureSteps.allSatisfy { $0 >= 0 }, "a capture step is negative")
    var windows = ArrivalWindows(simulator: self, delays: delays, held: held)
    windows.keepNeeded(
      simulator: self, delays: delays, captureSteps: countsTransitions ? nil : captureSteps,
      pulses: pulses)
    var builder = TimedScheduleBuilder(
      simulator: self, windows: windows, delays: delays, pulses: pulses,
      countsTransitions: countsTransitions)
    return builder.build(captureSteps: captureSteps)
  }

  /// The latest step at which an output can change.
  ///
  /// - Precondition: one delay for each gate; the longest path takes at most 2^30 steps.
  public func latestArrival(delays: [Int32], held: HeldInputs = .none) -> Int32 {
    precondition(delays.count == gates.count, "one delay for each gate")
    return ArrivalWindows(simulator: self, delays: delays, held: held).latest(of: outputNets)
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
    precondition(delays.count == gates.count, "one delay for each gate")
    precondition(delays.allSatisfy { (1...period).contains($0) }, "a gate is slower than the clock")
    var windows = ArrivalWindows(simulator: self, delays: delays, held: held)
    windows.keepPeriod(period)
    var builder = TimedScheduleBuilder(
      simulator: self, windows: windows, delays: delays, pulses: pulses,
      countsTransitions: countsTransitions, period: period)
    return builder.build(captureSteps: [period])
  }
}
