import LogicSimulation
import Netlists
import Randomness
import TestSupport
import Testing

/// A chain of cells of the sample library: NAND2 (A = a, B = b), INV, INV.
private func chain(_ library: CellLibrary) throws -> Netlist {
  try VerilogReader.netlist(
    text: """
      module m (input a, b, output y);
        wire n, k;
        NAND2 u1 (.A(a), .B(b), .Y(n));
        INV u2 (.A(n), .Y(k));
        INV u3 (.A(k), .Y(y));
      endmodule
      """, file: "m.v", library: library)
}

private func sample(supply: Double = 1, scale: Double = 1) throws -> CellLibrary {
  try LibertyReader.library(
    text: SampleLiberty.text(supply: supply, scale: scale), file: "sample.lib")
}

private func timing(_ netlist: Netlist, _ library: CellLibrary) throws -> LibertyTiming {
  let corners = try LibertyCorners([library], files: ["sample.lib"])
  return try LibertyTiming(netlist, corners: corners.bracket(at: nil))
}

private func near(_ left: Double, _ right: Double) -> Bool {
  abs(left - right) <= 1e-9 * max(abs(left), abs(right))
}

@Suite("static timing, rise and fall apart")
struct StaticTimingTests {
  @Test("with one delay a gate, arrivals, delay and path are those of the plain longest path")
  func equalsPlain() {
    var stream = RandomStream(seed: 5, purpose: .test)
    for family in [MultiplierFamily.exactDadda, .kulkarni, .truncated(columns: 5)] {
      let netlist = family.netlist(width: 8)
      let delays = netlist.gates.map { _ in Int64(stream.next() % 100_000) + 1 }
      let plain = StaticTiming(netlist: netlist, delays: delays)
      let analysis = TimingAnalysis(netlist: netlist, source: .gateDelays(delays))
      #expect(analysis.arrival.map(\.rise) == plain.arrival.map { Double($0) })
      #expect(analysis.arrival.map(\.fall) == plain.arrival.map { Double($0) })
      #expect(analysis.criticalPathDelay == Double(plain.criticalPathDelay))
      #expect(analysis.criticalPath.map(\.gate) == plain.criticalPath)
      #expect(analysis.criticalPath.allSatisfy { $0.slack == 0 }, "the path has slack 0")
      let least = netlist.gates.map { analysis.slack($0.output) }.min()
      #expect(least == 0, "no slack is below that of the critical path")
    }
  }

  @Test("a longer period adds to every slack, a shorter one makes them negative")
  func slackAgainstPeriod() {
    let netlist = MultiplierFamily.exactDadda.netlist(width: 4)
    let source = TimingSource.gateDelays(netlist.gates.map { _ in 100 })
    let own = TimingAnalysis(netlist: netlist, source: source)
    let long = TimingAnalysis(netlist: netlist, source: source, period: own.period + 50)
    let short = TimingAnalysis(netlist: netlist, source: source, period: own.period - 1)
    for gate in netlist.gates where own.slack(gate.output) < .infinity {
      #expect(long.slack(gate.output) == own.slack(gate.output) + 50)
    }
    #expect(short.criticalPath.last?.slack == -1)
  }

  // By hand, in ps, from the sample library's tables (a separate calculation in Python gave the
  // same): loads INV pin 2 fF, output 0; inputs change in 0.
  //   NAND2 A→Y rise: slower of 40 and 50; transition slower of 50 and 10 = 50. Fall 30, 40.
  //   u2 falls on n's rise (slew 50, load 2 fF): at load 0 10 + 2·(50/50) = 12, + 2 fF·(10/10 fF)
  //     = 14: arrival 64, transition 30. Rises on n's fall (slew 40): 10 + 20·0.2 + 10·0.4 = 18:
  //     arrival 48, transition 20 + 40·0.2 = 28.
  //   u3 rises on k's fall (slew 30, load 0): 10 + 10·0.3 = 13: 77. Falls on k's rise (slew 28):
  //     10 + 4·0.28 = 11.12: 59.12.
  @Test("a chain of tables has the arrivals of a calculation by hand")
  func chainByHand() throws {
    let library = try sample()
    let netlist = try chain(library)
    let analysis = TimingAnalysis(
      netlist: netlist, source: .liberty(try timing(netlist, library)), period: 100_000)
    func times(_ gate: Int) -> EdgeTimes {
      analysis.arrival[Int(netlist.gates[gate].output.index)]
    }
    #expect(near(times(0).rise, 50_000) && near(times(0).fall, 30_000))
    #expect(near(times(1).fall, 64_000) && near(times(1).rise, 48_000))
    #expect(near(times(2).rise, 77_000) && near(times(2).fall, 59_120))
    #expect(near(analysis.criticalPathDelay, 77_000))
    let path = analysis.criticalPath
    #expect(path.map(\.outputEdge) == [.rise, .fall, .rise] && path[0].input == 0)
    #expect(path.allSatisfy { near($0.slack, 23_000) })
    // Rise through B is 10 ps faster than through A.
    let b = netlist.inputs[1].bits[0]
    #expect(near(analysis.slack(b, .fall), 33_000))
    #expect(!analysis.isExtrapolated)
  }

  @Test("tables agree with a walk over all paths")
  func naivePaths() throws {
    let library = try sample()
    let source = try MultiplierFamily.truncated(columns: 5).netlist(width: 4).mapped(
      to: library
    ).netlist
    let analysis = TimingAnalysis(netlist: source, source: .liberty(try timing(source, library)))
    let delays = try timing(source, library)
    for net in source.outputs.flatMap(\.bits) {
      for edge in TimingEdge.allCases {
        // The slew at each net is the analysis' own: this checks the longest path, not the tables.
        let longest = NaiveTiming.longestPath(to: net, edge: edge.rawValue, of: source) {
          gate, input, from, to in
          let (from, to) = (from == 0 ? TimingEdge.rise : .fall, to == 0 ? TimingEdge.rise : .fall)
          let slew = analysis.transition[Int(source.gates[gate].inputs[input].index)][from]
          return delays.delay(gate: gate, input: input, from: from, to: to, transition: slew)
        }
        #expect(near(longest ?? 0, analysis.arrival[Int(net.index)][edge]))
      }
    }
  }

  @Test("between corners the logarithm of a delay is interpolated")
  func betweenCorners() throws {
    let (low, high) = (try sample(supply: 1, scale: 4), try sample(supply: 2, scale: 1))
    let corners = try LibertyCorners([low, high], files: ["a", "b"])
    let netlist = try chain(low)
    func delay(_ supply: Double) throws -> Double {
      let source = try LibertyTiming(netlist, corners: corners.bracket(at: .init(supply)))
      return TimingAnalysis(netlist: netlist, source: .liberty(source)).criticalPathDelay
    }
    let delays = [try delay(1), try delay(1.5), try delay(2)]
    for (found, scale) in zip(delays, [4.0, 2, 1]) {
      #expect(near(found, scale * 77_000), "scale \(scale)")
    }
  }

  @Test("a load beyond the table is extrapolated and flagged")
  func extrapolation() throws {
    let library = try sample()
    let netlist = try chain(library)
    let corners = try LibertyCorners([library], files: ["a"])
    let source = try LibertyTiming(
      netlist, corners: corners.bracket(at: nil), outputLoad: 100e-15)
    let analysis = TimingAnalysis(netlist: netlist, source: .liberty(source))
    #expect(analysis.isExtrapolated)
    // u3 rises at slew 30 and 100 fF: 10 + 20·10 + 10·0.3 = 213 after 64.
    #expect(near(analysis.criticalPathDelay, 277_000))
  }

  @Test("what a library cannot time is named")
  func missing() throws {
    let library = try sample()
    let netlist = MultiplierFamily.exactDadda.netlist(width: 4)
    #expect(
      throws: TimingError.unknownCell("FA", pin: "CO", library: "sample"),
      performing: { try timing(netlist.onlyFullAdders, library) })
    let bare = GeneratorCells.library
    let inverter = try VerilogReader.netlist(
      text: "module m (input a, output y); INV u (.A(a), .Y(y)); endmodule", file: "m.v",
      library: bare)
    do {
      _ = try timing(inverter, bare)
      Issue.record("a library without capacitances times a netlist")
    } catch {
      #expect("\(error)" == "library 'generator' gives no capacitance for pin 'A' of cell 'INV'")
    }
  }
}

extension Netlist {
  /// One full adder.
  fileprivate var onlyFullAdders: Netlist {
    get throws {
      try VerilogReader.netlist(
        text: """
          module m (input a, b, c, output y, z);
            FA u (.A(a), .B(b), .CI(c), .CO(y), .S(z));
          endmodule
          """, file: "m.v", library: GeneratorCells.library)
    }
  }
}
