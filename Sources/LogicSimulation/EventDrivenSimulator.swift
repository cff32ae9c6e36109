import Netlists

/// Timed simulation of a netlist, event by event: the reference for everything timed.
///
/// Each gate has one inertial delay: its output follows a change of its inputs after the delay, and a
/// pulse shorter than the delay is swallowed, as IEEE 1364 defines it for gates. All changes of one
/// instant are applied before a gate is evaluated, so the result does not depend on any order.
/// Times are whole femtoseconds. Not modelled: slew, different rise and fall delays, state carried over
/// from a violated cycle (each transition starts from the settled previous inputs).
public struct EventDrivenSimulator: Sendable {
  public let netlist: Netlist
  /// What fits the event queue.
  public static let maximumGates = 1 << 16
  /// Truth table and output net of each gate.
  private let truthTables: [UInt64]
  private let outputNets: [Int32]
  /// For net n, entries `fanoutStart[n] ..< fanoutStart[n + 1]` of `fanout`: gate << 8 | pattern bit.
  private let fanoutStart: [Int32]
  private let fanout: [Int32]
  /// Bits of the output word that a net drives.
  private let outputMask: [UInt64]
  private let inputNets: [Int32]

  /// What happened over a run of transitions.
  public struct Run: Sendable {
    /// The settled output word after each transition.
    public var settled: [UInt64]
    /// The output word at each capture time, `[time][transition]`.
    public var captured: [[UInt64]]
    /// How often each gate's output switched, glitches included, over all transitions.
    public var toggles: [Int]
  }

  /// Compiles a netlist for simulation.
  ///
  /// - Precondition: at most 64 input bits, 64 output bits and 65,536 gates.
  public init(netlist: Netlist) {
    let inputBits = netlist.inputs.flatMap(\.bits)
    let outputBits = netlist.outputs.flatMap(\.bits)
    precondition(inputBits.count <= 64 && outputBits.count <= 64, "more than 64 boundary bits")
    precondition(netlist.gates.count <= Self.maximumGates, "more than 65,536 gates")
    self.netlist = netlist
    truthTables = netlist.gates.map(\.truthTable)
    outputNets = netlist.gates.map(\.output.index)
    inputNets = inputBits.map(\.index)
    var readers = [[Int32]](repeating: [], count: netlist.netCount)
    for (index, gate) in netlist.gates.enumerated() {
      for (pin, net) in gate.inputs.enumerated() {
        readers[Int(net.index)].append(Int32(index << 8 | 1 << pin))
      }
    }
    var start: [Int32] = [0]
    for list in readers { start.append(start[start.count - 1] + Int32(list.count)) }
    fanoutStart = start
    fanout = readers.flatMap { $0 }
    var mask = [UInt64](repeating: 0, count: netlist.netCount)
    for (bit, net) in outputBits.enumerated() { mask[Int(net.index)] |= 1 << UInt64(bit) }
    outputMask = mask
  }

  /// Applies transitions one after the other and captures the outputs at given times after each.
  ///
  /// The bits of the input ports, in order of declaration and least significant bit first, form the
  /// input word; likewise the output word.
  ///
  /// - Parameters:
  ///   - previous: the input words that have settled before each transition.
  ///   - current: the input words applied at time 0 of each transition.
  ///   - delays: femtoseconds, one a gate, each at least 1.
  ///   - captureTimes: femtoseconds after the inputs change; a change at exactly this time is captured.
  public func run(
    previous: [UInt64], current: [UInt64], delays: [Int64], captureTimes: [Int64]
  ) -> Run {
    precondition(previous.count == current.count, "one previous word for each current word")
    precondition(delays.count == netlist.gates.count && delays.allSatisfy { $0 > 0 })
    var state = State(simulator: self, delays: delays, captureTimes: captureTimes)
    var run = Run(
      settled: [], captured: captureTimes.map { _ in [] },
      toggles: [])
    run.settled.reserveCapacity(current.count)
    var settledInput: UInt64?
    for index in current.indices {
      if settledInput != previous[index] { state.settle(previous[index]) }
      state.transition(to: current[index])
      settledInput = current[index]
      run.settled.append(state.outputWord)
      for time in captureTimes.indices { run.captured[time].append(state.captured[time]) }
    }
    run.toggles = state.toggles
    return run
  }

  /// The moving parts of one run.
  private struct State {
    let simulator: EventDrivenSimulator
    let delays: [Int64]
    let captureTimes: [Int64]
    var values: [Bool]
    var inputWord: UInt64 = 0
    var outputWord: UInt64 = 0
    /// The input pattern of each gate, an index into its truth table.
    var patterns: [UInt8]
    /// When each gate's output will switch; −1 if it will not.
    var pending: [Int64]
    var queue = EventQueue()
    var captured: [UInt64]
    var toggles: [Int]
    var touched: [Int32] = []
    var isTouched: [Bool]

    init(simulator: EventDrivenSimulator, delays: [Int64], captureTimes: [Int64]) {
      let count = simulator.netlist.gates.count
      self.simulator = simulator
      self.delays = delays
      self.captureTimes = captureTimes
      values = [Bool](repeating: false, count: simulator.netlist.netCount)
      patterns = [UInt8](repeating: 0, count: count)
      pending = [Int64](repeating: -1, count: count)
      captured = [UInt64](repeating: 0, count: captureTimes.count)
      toggles = [Int](repeating: 0, count: count)
      isTouched = [Bool](repeating: false, count: count)
    }

    /// Sets every net to its settled value under an input word.
    mutating func settle(_ word: UInt64) {
      for net in values.indices { values[net] = false }
      values[Int(Netlist.constantOne.index)] = true
      for (bit, net) in simulator.inputNets.enumerated() {
        values[Int(net)] = word >> UInt64(bit) & 1 == 1
      }
      outputWord = 0
      for (index, gate) in simulator.netlist.gates.enumerated() {
        var pattern: UInt8 = 0
        for (pin, net) in gate.inputs.enumerated() where values[Int(net.index)] {
          pattern |= 1 << UInt8(pin)
        }
        patterns[index] = pattern
        values[Int(gate.output.index)] = gate.truthTable >> UInt64(pattern) & 1 == 1
      }
      for net in values.indices where values[net] { outputWord |= simulator.outputMask[net] }
      inputWord = word
    }

    /// Applies an input word at time 0 and runs until nothing is left to happen.
    mutating func transition(to word: UInt64) {
      for time in captured.indices { captured[time] = outputWord }
      var changed = word ^ inputWord
      inputWord = word
      while changed != 0 {
        flip(net: Int(simulator.inputNets[changed.trailingZeroBitCount]), at: 0)
        changed &= changed - 1
      }
      evaluateTouched(at: 0)
      while let first = queue.first {
        let now = EventQueue.time(of: first)
        while let event = queue.first, EventQueue.time(of: event) == now {
          queue.removeFirst()
          let gate = EventQueue.gate(of: event)
          guard pending[gate] == now else { continue }  // swallowed, or scheduled anew
          pending[gate] = -1
          toggles[gate] += 1
          flip(net: Int(simulator.outputNets[gate]), at: now)
        }
        evaluateTouched(at: now)
      }
    }

    /// Switches a net and tells the gates that read it.
    private mutating func flip(net: Int, at time: Int64) {
      values[net].toggle()
      let mask = simulator.outputMask[net]
      if mask != 0 {
        outputWord ^= mask
        for index in captureTimes.indices where time <= captureTimes[index] {
          captured[index] ^= mask
        }
      }
      for entry in Int(simulator.fanoutStart[net])..<Int(simulator.fanoutStart[net + 1]) {
        let reader = simulator.fanout[entry]
        let gate = Int(reader >> 8)
        patterns[gate] ^= UInt8(truncatingIfNeeded: reader)
        if !isTouched[gate] {
          isTouched[gate] = true
          touched.append(Int32(gate))
        }
      }
    }

    /// Schedules, keeps or swallows the switching of each gate whose inputs changed in this instant.
    private mutating func evaluateTouched(at now: Int64) {
      for index in touched.indices {
        let gate = Int(touched[index])
        isTouched[gate] = false
        let value = simulator.truthTables[gate] >> UInt64(patterns[gate]) & 1 == 1
        if value == values[Int(simulator.outputNets[gate])] {
          pending[gate] = -1
        } else if pending[gate] < 0 {
          let time = now + delays[gate]
          pending[gate] = time
          queue.insert(EventQueue.event(time: time, gate: gate))
        }
      }
      touched.removeAll(keepingCapacity: true)
    }
  }
}

/// A binary heap of events, each packed into one word: time in the upper 48 bits, gate in the lower 16.
private struct EventQueue {
  private var heap: [UInt64] = []

  static func event(time: Int64, gate: Int) -> UInt64 { UInt64(time) << 16 | UInt64(gate) }
  static func time(of event: UInt64) -> Int64 { Int64(event >> 16) }
  static func gate(of event: UInt64) -> Int { Int(event & 0xFFFF) }

  var first: UInt64? { heap.first }

  mutating func insert(_ event: UInt64) {
    heap.append(event)
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      if heap[parent] <= event { break }
      heap[child] = heap[parent]
      child = parent
    }
    heap[child] = event
  }

  mutating func removeFirst() {
    let last = heap.removeLast()
    guard !heap.isEmpty else { return }
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < heap.count else { break }
      if child + 1 < heap.count && heap[child + 1] < heap[child] { child += 1 }
      if heap[child] >= last { break }
      heap[parent] = heap[child]
      parent = child
    }
    heap[parent] = last
  }
}
