import Netlists

/// Static timing with rise and fall apart: arrival, required time and slack of every net, and the
/// critical path cell by cell.
///
/// Topological longest path: false paths are not recognized. Transition times are propagated as the
/// slowest of a gate's arcs. Input ports and constants change at time 0 in both directions. Where
/// the source is one delay a gate, all arrivals are those of `StaticTiming`. Times are femtoseconds;
/// a net that cannot change in a direction has arrival -infinity and slack infinity there.
public struct TimingAnalysis: Sendable {
  public let netlist: Netlist
  /// The latest arrival at each net.
  public let arrival: [EdgeTimes]
  /// The transition time of each net; 0 where the source has none.
  public let transition: [EdgeTimes]
  /// The latest arrival at each net that still meets the period.
  public let required: [EdgeTimes]
  /// The period that required times are for.
  public let period: Double
  /// Whether a table was asked outside its axes.
  public let isExtrapolated: Bool
  /// For each gate the delays of its inputs' four pairs of directions, NaN where there is no arc.
  private let delays: [Double]
  private let firstDelay: [Int]

  /// A step of the critical path: through one cell, from an input pin to an output pin.
  public struct Step: Hashable, Sendable {
    /// Index into `netlist.gates`.
    public let gate: Int
    /// Which of the gate's inputs.
    public let input: Int
    public let inputEdge: TimingEdge
    public let outputEdge: TimingEdge
    /// Of this cell, and the arrival at its output.
    public let delay: Double
    public let arrival: Double
    public let slack: Double
  }

  /// - Parameter period: femtoseconds from the inputs' change to when all outputs are needed; nil
  ///   for the critical path's delay, which then has slack 0.
  /// - Precondition: the source is of this netlist; one delay a gate, none negative.
  public init(netlist: Netlist, source: TimingSource, period: Double? = nil) {
    self.netlist = netlist
    var forward = ForwardPass(netlist: netlist, source: source)
    forward.run()
    let ends = Set(netlist.outputs.flatMap(\.bits).map { Int($0.index) })
    let latest = ends.map { max(forward.arrival[$0].rise, forward.arrival[$0].fall) }.max() ?? 0
    let period = period ?? max(0, latest)
    var required = [EdgeTimes](
      repeating: EdgeTimes(rise: .infinity, fall: .infinity), count: netlist.netCount)
    for end in ends { required[end] = EdgeTimes(rise: period, fall: period) }
    for gate in netlist.gates.indices.reversed() {
      let output = required[Int(netlist.gates[gate].output.index)]
      for (input, net) in netlist.gates[gate].inputs.enumerated() {
        for from in TimingEdge.allCases {
          for to in TimingEdge.allCases {
            let delay = forward.delays[forward.place(gate, input, from, to)]
            guard !delay.isNaN else { continue }
            let needed = output[to] - delay
            required[Int(net.index)][from] = min(required[Int(net.index)][from], needed)
          }
        }
      }
    }
    arrival = forward.arrival
    transition = forward.transition
    isExtrapolated = forward.isExtrapolated
    delays = forward.delays
    firstDelay = forward.firstDelay
    self.required = required
    self.period = period
  }

  /// Required time less arrival of a net, the worse direction; negative where the period is too
  /// short.
  public func slack(_ net: NetID) -> Double {
    TimingEdge.allCases.map { slack(net, $0) }.min() ?? .infinity
  }

  public func slack(_ net: NetID, _ edge: TimingEdge) -> Double {
    let (needed, latest) = (required[Int(net.index)][edge], arrival[Int(net.index)][edge])
    return latest == -.infinity ? .infinity : needed - latest
  }

  /// The latest arrival at an output port; 0 where no output can change.
  public var criticalPathDelay: Double { max(0, criticalEnd?.arrival ?? 0) }

  /// The output bit of the latest arrival, the first among equals.
  private var criticalEnd: (net: NetID, edge: TimingEdge, arrival: Double)? {
    var best: (net: NetID, edge: TimingEdge, arrival: Double)?
    for net in netlist.outputs.flatMap(\.bits) {
      for edge in TimingEdge.allCases {
        let latest = arrival[Int(net.index)][edge]
        if latest > best?.arrival ?? -.infinity { best = (net, edge, latest) }
      }
    }
    return best
  }

  /// The steps of a path with the latest arrival, from input to output; among equals the path
  /// through the first output bit, the first gate inputs, and rising edges.
  public var criticalPath: [Step] {
    guard let end = criticalEnd else { return [] }
    var driver = [Int](repeating: -1, count: netlist.netCount)
    for (index, gate) in netlist.gates.enumerated() { driver[Int(gate.output.index)] = index }
    var steps: [Step] = []
    var (net, edge) = (end.net, end.edge)
    while driver[Int(net.index)] >= 0 {
      let gate = driver[Int(net.index)]
      guard let step = latestStep(gate, edge) else { break }
      steps.append(step)
      net = netlist.gates[gate].inputs[step.input]
      edge = step.inputEdge
    }
    return steps.reversed()
  }

  private func latestStep(_ gate: Int, _ edge: TimingEdge) -> Step? {
    let output = netlist.gates[gate].output
    var best: Step?
    var latest = -Double.infinity
    for (input, net) in netlist.gates[gate].inputs.enumerated() {
      for from in TimingEdge.allCases {
        let delay = delays[firstDelay[gate] + 4 * input + 2 * from.rawValue + edge.rawValue]
        let start = arrival[Int(net.index)][from]
        guard !delay.isNaN, start + delay > latest else { continue }
        latest = start + delay
        best = Step(
          gate: gate, input: input, inputEdge: from, outputEdge: edge, delay: delay,
          arrival: latest, slack: slack(output, edge))
      }
    }
    return best
  }
}

/// Arrivals and transition times, from the inputs on.
private struct ForwardPass {
  let netlist: Netlist
  let source: TimingSource
  var arrival: [EdgeTimes]
  var transition: [EdgeTimes]
  var delays: [Double]
  var firstDelay: [Int] = []
  var isExtrapolated = false

  init(netlist: Netlist, source: TimingSource) {
    self.netlist = netlist
    self.source = source
    var count = 0
    for gate in netlist.gates {
      firstDelay.append(count)
      count += 4 * gate.inputs.count
    }
    delays = [Double](repeating: .nan, count: count)
    let none = EdgeTimes(rise: 0, fall: 0)
    var start = none
    switch source {
    case .gateDelays(let delays):
      precondition(delays.count == netlist.gates.count, "one delay for each gate")
      precondition(delays.allSatisfy { $0 >= 0 }, "a delay is negative")
    case .liberty(let timing):
      precondition(timing.gates.count == netlist.gates.count, "the timing is another netlist's")
      start = EdgeTimes(rise: timing.inputTransition, fall: timing.inputTransition)
    }
    arrival = [EdgeTimes](repeating: none, count: netlist.netCount)
    transition = [EdgeTimes](repeating: start, count: netlist.netCount)
  }

  func place(_ gate: Int, _ input: Int, _ from: TimingEdge, _ to: TimingEdge) -> Int {
    firstDelay[gate] + 4 * input + 2 * from.rawValue + to.rawValue
  }

  mutating func run() {
    for (index, gate) in netlist.gates.enumerated() {
      var latest = EdgeTimes(rise: -.infinity, fall: -.infinity)
      var slowest = EdgeTimes(rise: 0, fall: 0)
      for (input, net) in gate.inputs.enumerated() {
        let start = arrival[Int(net.index)]
        for from in TimingEdge.allCases where start[from] > -.infinity {
          for to in TimingEdge.allCases {
            let (delay, time) = timed(index, input, from, to, transition[Int(net.index)][from])
            guard let delay else { continue }
            delays[place(index, input, from, to)] = delay
            latest[to] = max(latest[to], start[from] + delay)
            slowest[to] = max(slowest[to], time)
          }
        }
      }
      if gate.inputs.isEmpty { latest = constantArrival(index) }
      arrival[Int(gate.output.index)] = latest
      transition[Int(gate.output.index)] = slowest
    }
  }

  /// A cell without inputs counts as an input that changes after its delay.
  private func constantArrival(_ gate: Int) -> EdgeTimes {
    guard case .gateDelays(let delays) = source else { return EdgeTimes(rise: 0, fall: 0) }
    return EdgeTimes(rise: Double(delays[gate]), fall: Double(delays[gate]))
  }

  private mutating func timed(
    _ gate: Int, _ input: Int, _ from: TimingEdge, _ to: TimingEdge, _ transition: Double
  ) -> (delay: Double?, transition: Double) {
    switch source {
    case .gateDelays(let delays): return (Double(delays[gate]), 0)
    case .liberty(let timing):
      let answer = timing.answer(
        gate: gate, input: input, from: from, to: to, transition: transition)
      isExtrapolated = isExtrapolated || answer.isExtrapolated
      return (answer.delay, answer.transition)
    }
  }
}
