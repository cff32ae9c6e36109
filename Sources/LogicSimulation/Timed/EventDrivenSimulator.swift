import Netlists

/// Timed simulation of a netlist, event by event: the reference for everything timed.
///
/// Each gate has one delay: its output follows a change of its inputs after the delay; what becomes
/// of shorter pulses is a `PulseRule`. All changes of one instant are applied before a gate is
/// evaluated, so the result does not depend on any order. Times are whole numbers of any unit, the
/// callers' femtoseconds or steps. Not modelled: slew, different rise and fall delays.
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
  /// - Precondition: at most 128 input bits, 64 output bits and 65,536 gates.
  public init(netlist: Netlist) {
    let inputBits = netlist.inputs.flatMap(\.bits)
    let outputBits = netlist.outputs.flatMap(\.bits)
    precondition(
      inputBits.count <= 128 && outputBits.count <= 64, "more than 128 input or 64 output bits")
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
  public func run<Word: FixedWidthInteger & UnsignedInteger>(
    previous: [Word], current: [Word], delays: [Int64], captureTimes: [Int64],
    pulses: PulseRule = .inertial
  ) -> Run {
    precondition(previous.count == current.count, "one previous word for each current word")
    precondition(delays.count == netlist.gates.count && delays.allSatisfy { $0 > 0 })
    var state = State(
      simulator: self, delays: delays, captureTimes: captureTimes, pulses: pulses)
    var run = Run(
      settled: [], captured: captureTimes.map { _ in [] },
      toggles: [])
    run.settled.reserveCapacity(current.count)
    var settledInput: Word?
    for index in current.indices {
      if settledInput != previous[index] { state.settle(UInt128(previous[index])) }
      state.transition(to: UInt128(current[index]))
      settledInput = current[index]
      run.settled.append(state.outputWord)
      for time in captureTimes.indices { run.captured[time].append(state.captured[time]) }
    }
    run.toggles = state.toggles
    return run
  }

  /// Applies input words one after the other, a clock period apart, and captures the outputs at the
  /// end of each period: what has not arrived by then goes on into the next one.
  ///
  /// - Parameters:
  ///   - words: the first has settled; each other one is applied at the edge that ends the period
  ///     before.
  ///   - delays: of each gate, at least 1 and at most the period.
  ///   - period: a change at exactly the edge is captured. The run takes less than 2^47 units.
  /// - Returns: the words captured for all input words but the first, what they would have settled
  ///   to, and the toggles until the last edge.
  public func stream(
    _ words: [UInt64], delays: [Int64], period: Int64, pulses: PulseRule = .inertial
  ) -> Run {
    precondition(!words.isEmpty && delays.count == netlist.gates.count)
    precondition(delays.allSatisfy { (1...period).contains($0) }, "a gate is slower than the clock")
    precondition(period < (1 << 46) / Int64(words.count), "the run is too long")
    var state = State(simulator: self, delays: delays, captureTimes: [], pulses: pulses)
    var rest = State(simulator: self, delays: delays, captureTimes: [], pulses: pulses)
    var run = Run(settled: [], captured: [[]], toggles: [])
    state.settle(UInt128(words[0]))
    state.change(to: UInt128(words.count > 1 ? words[1] : words[0]), at: 0)
    for index in words.indices.dropFirst() {
      state.advance(
        to: Int64(index) * period,
        next: index + 1 < words.count ? UInt128(words[index + 1]) : nil)
      run.captured[0].append(state.captured[0])
      rest.settle(UInt128(words[index]))
      run.settled.append(rest.outputWord)
    }
    run.toggles = state.toggles
    return run
  }

  /// The moving parts of one run.
  private struct State {
    let simulator: EventDrivenSimulator
    let delays: [Int64]
    let captureTimes: [Int64]
    let pulses: PulseRule
    var values: [Bool]
    var inputWord: UInt128 = 0
    var outputWord: UInt64 = 0
    /// The input pattern of each gate, an index into its truth table.
    var patterns: [UInt8]
    /// With inertial delay: when each gate's output will switch; −1 if it will not.
    var pending: [Int64]
    /// With transport delay: the value that each gate's output will have in the end.
    var target: [Bool]
    var queue = EventQueue()
    var captured: [UInt64]
    var toggles: [Int]
    var touched: [Int32] = []
    var isTouched: [Bool]

    init(
      simulator: EventDrivenSimulator, delays: [Int64], captureTimes: [Int64], pulses: PulseRule
    ) {
      let count = simulator.netlist.gates.count
      self.simulator = simulator
      self.delays = delays
      self.captureTimes = captureTimes
      self.pulses = pulses
      values = [Bool](repeating: false, count: simulator.netlist.netCount)
      patterns = [UInt8](repeating: 0, count: count)
      pending = [Int64](repeating: -1, count: count)
      target = [Bool](repeating: false, count: count)
      captured = [UInt64](repeating: 0, count: max(1, captureTimes.count))
      toggles = [Int](repeating: 0, count: count)
      isTouched = [Bool](repeating: false, count: count)
    }

    /// Sets every net to its settled value under an input word.
    mutating func settle(_ word: UInt128) {
      for net in values.indices { values[net] = false }
      values[Int(Netlist.constantOne.index)] = true
      for (bit, net) in simulator.inputNets.enumerated() {
        values[Int(net)] = word >> UInt128(bit) & 1 == 1
      }
      outputWord = 0
      for (index, gate) in simulator.netlist.gates.enumerated() {
        var pattern: UInt8 = 0
        for (pin, net) in gate.inputs.enumerated() where values[Int(net.index)] {
          pattern |= 1 << UInt8(pin)
        }
        patterns[index] = pattern
        values[Int(gate.output.index)] = gate.truthTable >> UInt64(pattern) & 1 == 1
        target[index] = values[Int(gate.output.index)]
      }
      for net in values.indices where values[net] { outputWord |= simulator.outputMask[net] }
      inputWord = word
    }

    /// Applies an input word at time 0 and runs until nothing is left to happen.
    mutating func transition(to word: UInt128) {
      for time in captured.indices { captured[time] = outputWord }
      change(to: word, at: 0)
      while let first = queue.first { step(at: EventQueue.time(of: first)) }
    }

    /// Applies an input word.
    mutating func change(to word: UInt128, at now: Int64) {
      flipInputs(to: word, at: now)
      evaluateTouched(at: now)
    }

    /// Runs until an edge, captures, and applies the next word in the same instant.
    mutating func advance(to edge: Int64, next word: UInt128?) {
      while let first = queue.first, EventQueue.time(of: first) < edge {
        step(at: EventQueue.time(of: first))
      }
      applyEvents(at: edge)
      captured[0] = outputWord
      if let word { flipInputs(to: word, at: edge) }
      evaluateTouched(at: edge)
    }

    /// All that happens in one instant.
    private mutating func step(at now: Int64) {
      applyEvents(at: now)
      evaluateTouched(at: now)
    }

    private mutating func flipInputs(to word: UInt128, at now: Int64) {
      var changed = word ^ inputWord
      inputWord = word
      while changed != 0 {
        flip(net: Int(simulator.inputNets[changed.trailingZeroBitCount]), at: now)
        changed &= changed - 1
      }
    }

    /// Switches the outputs that are due.
    private mutating func applyEvents(at now: Int64) {
      while let event = queue.first, EventQueue.time(of: event) == now {
        queue.removeFirst()
        let gate = EventQueue.gate(of: event)
        if pulses == .inertial {
          guard pending[gate] == now else { continue }  // swallowed, or scheduled anew
          pending[gate] = -1
        }
        toggles[gate] += 1
        flip(net: Int(simulator.outputNets[gate]), at: now)
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
        if pulses == .transport {
          if value != target[gate] {
            target[gate] = value
            queue.insert(EventQueue.event(time: now + delays[gate], gate: gate))
          }
        } else if value == values[Int(simulator.outputNets[gate])] {
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
