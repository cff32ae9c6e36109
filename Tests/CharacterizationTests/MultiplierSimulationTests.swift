import Characterization
import ErrorTables
import Files
import Netlists
import TestSupport
import Testing

@Suite("Simulation of whole multipliers")
struct MultiplierSimulationTests {
  private func simulation(_ family: MultiplierFamily, width: Int) throws -> MultiplierSimulation {
    let netlist = family.netlist(width: width)
    return MultiplierSimulation(
      netlist, ports: try MultiplierPorts(binding: netlist, file: "generated"))
  }

  @Test("one, two and eight threads give the same sums, and those of the definitions")
  func threads() throws {
    let family = MultiplierFamily.truncated(columns: 7)
    let simulation = try simulation(family, width: 10)
    let sums = try [1, 2, 8].map {
      try simulation.sums(signs: .unsigned, convention: .nonzeroExact, jobs: $0)
    }
    #expect(sums[0] == sums[1] && sums[0] == sums[2])
    let naive = NaiveErrorMetrics(
      widthA: 10, widthB: 10, productWidth: 20, signs: (false, false), atLeastOne: false
    ) { UInt64(family.product($0, $1, width: 10)) }
    #expect(sums[0].errorCount == UInt64(naive.errorCount))
    #expect(sums[0].squaredErrors == naive.squared)
    #expect(sums[0].errors == naive.signed)
    #expect(sums[0].worstRelativeError == naive.worstRelative)
  }

  @Test("the mean error of truncated columns is that of the closed form, at 12 bits too")
  func closedForm() throws {
    // Each dropped a(i)b(j) is 1 for a quarter of the pairs: Σ over i + j < t of 2^(i+j) / 4.
    let simulation = try simulation(.truncated(columns: 9), width: 12)
    let sums = try simulation.sums(signs: .unsigned, convention: .nonzeroExact, jobs: 2)
    let expected = (0..<9).reduce(0.0) { $0 + Double(($1 + 1) << $1) / 4 }
    #expect(Double(sums.absoluteErrors) / Double(sums.pairCount) == expected)
    #expect(sums.errors == -Int128(sums.absoluteErrors))
    #expect(sums.worstError == UInt64(4 * expected))
  }

  @Test("a sample is the same for every number of threads, and covers the exact metrics")
  func sample() throws {
    let simulation = try simulation(.brokenArray(vertical: 7, horizontal: 2), width: 8)
    let sample = MultiplierSimulation.Sample(count: 200_000, seed: 3)
    let format = simulation.ports.format(.unsigned)
    let one = try simulation.sums(
      of: sample, signs: .unsigned, convention: .nonzeroExact, jobs: 1)
    let two = try simulation.sums(
      of: sample, signs: .unsigned, convention: .nonzeroExact, jobs: 2)
    #expect(one == two)
    let sampled = ErrorMetrics(one, format: format, convention: .nonzeroExact)
    let exact = ErrorMetrics(
      try simulation.sums(signs: .unsigned, convention: .nonzeroExact, jobs: 1), format: format,
      convention: .nonzeroExact)
    #expect(sampled.isSampled && !exact.isSampled)
    // Three half-widths of a 95 % interval: one in 2.4e8 is outside.
    let pairs: [(Double, Double, Double)] = [
      (sampled.errorRate, exact.errorRate, sampled.errorRateInterval),
      (sampled.meanErrorDistance, exact.meanErrorDistance, sampled.meanErrorInterval),
      (sampled.bias, exact.bias, sampled.biasInterval),
      (sampled.meanRelativeError, exact.meanRelativeError, sampled.relativeErrorInterval),
    ]
    for (estimate, truth, interval) in pairs {
      #expect(abs(estimate - truth) <= 3 * interval && interval > 0)
    }
    #expect(sampled.worstCaseError <= exact.worstCaseError)
  }

  @Test("equal multipliers are proven equal; of others the smallest different pair is named")
  func equivalence() throws {
    let exact = try simulation(.exactDadda, width: 8)
    let sample = MultiplierSimulation.Sample(count: 1, seed: 1)
    #expect(
      try exact.difference(from: nil, signs: .unsigned, sample: sample, jobs: 2)
        == .equivalent(pairs: 65536))
    let kulkarni = try simulation(.kulkarni, width: 8)
    let expected = ProductDifference(a: 3, b: 3, product: 7, expected: 9)
    for reference in [nil, exact] {
      #expect(
        try kulkarni.difference(from: reference, signs: .unsigned, sample: sample, jobs: 2)
          == .different(expected))
    }
    let truncated = try simulation(.truncated(columns: 1), width: 8)
    let wide = try simulation(.truncated(columns: 2), width: 8)
    // Dropping column 1 as well changes the products of 1·2 and 2·1 first.
    #expect(
      try wide.difference(from: truncated, signs: .unsigned, sample: sample, jobs: 1)
        == .different(ProductDifference(a: 2, b: 1, product: 0, expected: 2)))
  }

  @Test("a uniform histogram gives the uniform metrics, and a single pair that pair's error")
  func histogram() throws {
    let simulation = try simulation(.kulkarni, width: 4)
    let table = ProductTable(
      simulating: simulation.netlist, operandA: simulation.ports.operandA,
      operandB: simulation.ports.operandB, product: simulation.ports.product)
    let folder = try TemporaryFolder()
    let words = (0..<16).map { "a,\($0),2\nb,\($0),5\n" }.joined()
    let uniform = try folder.write("operand,word,count\n" + words, to: "uniform.csv")
    let exact = ErrorMetrics(of: table)
    func metrics(_ path: String) throws -> OperandHistogram.Metrics {
      try simulation.metrics(
        under: OperandHistogram(contentsOf: path, widthA: 4, widthB: 4), signs: .unsigned,
        file: "m.v", jobs: 2)
    }
    let weighted = try metrics(uniform)
    #expect(abs(weighted.errorRate - exact.errorRate) < 1e-12)
    #expect(abs(weighted.meanErrorDistance - exact.meanErrorDistance) < 1e-12)
    #expect(abs(weighted.meanRelativeError - exact.meanRelativeError) < 1e-12)
    let single = try folder.write("operand,word,count\na,3,1\nb,3,9\n", to: "single.csv")
    let one = try metrics(single)
    #expect(one.bias == -2 && one.errorRate == 1 && one.meanRelativeError == 2.0 / 9)
    let bad = try folder.write("operand,word,count\na,16,1\n", to: "bad.csv")
    let error = #expect(throws: InputError.self) {
      try OperandHistogram(contentsOf: bad, widthA: 4, widthB: 4)
    }
    #expect(error?.description.contains(":2:3: error: '16' is not a word of operand a") ?? false)
  }

  @Test("histograms of wide signed operands weigh each pair as summing over them one by one does")
  func wideHistogram() throws {
    // An unsigned multiplier read as a signed one has errors of both signs.
    let netlist = MultiplierFamily.truncated(columns: 5).netlist(
      MultiplierShape(width: 9, widthB: 6))
    let simulation = MultiplierSimulation(
      netlist, ports: try MultiplierPorts(binding: netlist, file: "m.v"))
    let folder = try TemporaryFolder()
    let rows = (0..<512).map { "a,\($0),\($0 % 7)\n" } + (0..<64).map { "b,\($0),\($0 % 3)\n" }
    let path = try folder.write("operand,word,count\n" + rows.joined(), to: "h.csv")
    let histogram = try OperandHistogram(contentsOf: path, widthA: 9, widthB: 6)
    let found = try simulation.metrics(under: histogram, signs: .signed, file: "m.v", jobs: 2)
    var (bias, square, rate) = (0.0, 0.0, 0.0)
    for a in 0..<512 {
      for b in 0..<64 {
        let product = NaiveNetlistEvaluation.outputs(
          of: netlist, inputs: [UInt64(a), UInt64(b)])[0]
        let signed = Int(product) - (product >> 14 == 1 ? 1 << 15 : 0)
        let error = Double(signed - (a - (a >> 8) << 9) * (b - (b >> 5) << 6))
        let weight = histogram.a[a] * histogram.b[b]
        bias += weight * error
        square += weight * error * error
        rate += error == 0 ? 0 : weight
      }
    }
    #expect(rate > 0.1 && abs(found.errorRate - rate) < 1e-9)
    #expect(abs(found.bias - bias) < 1e-9 && abs(found.meanSquaredError - square) < 1e-6)
  }

  @Test("the profile's means are the metrics, and its histogram has every pair once")
  func profile() throws {
    let simulation = try simulation(.truncated(columns: 6), width: 9)
    let table = ProductTable(
      simulating: simulation.netlist, operandA: simulation.ports.operandA,
      operandB: simulation.ports.operandB, product: simulation.ports.product)
    let profile = ErrorProfile(of: table, productWidth: 18, signs: .unsigned)
    let metrics = ErrorMetrics(of: table)
    #expect(profile.histogram.reduce(0) { $0 + $1.count } == 1 << 18)
    #expect(profile.histogram.last?.low == 0)
    #expect(profile.histogram.last?.count == 1 << 18 - Int(metrics.sums.errorCount))
    for means in [profile.byA, profile.byB] {
      #expect(means.count == 256)
      #expect(abs(means.reduce(0) { $0 + $1.bias } / 256 - metrics.bias) < 1e-9)
      #expect(
        abs(means.reduce(0) { $0 + $1.meanMagnitude } / 256 - metrics.meanErrorDistance) < 1e-9)
    }
  }
}
