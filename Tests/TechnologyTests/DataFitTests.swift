import Files
import Foundation
import Technology
import TestSupport
import Testing

@Suite("Laws fitted to one's own points")
struct DataFitTests {
  static let supplies = (0..<18).map { 0.25 + 0.05 * Double($0) }

  static func thermal(_ kelvin: Double) -> Double { 1.380649e-23 * kelvin / 1.602176634e-19 }

  /// Writes points of a law and fits it.
  private func fit(
    _ law: DataLaw, sigma: Bool = false, temperature: Double = 298.15,
    supplies: [Double] = supplies, _ y: (Double) -> Double
  ) throws -> DataFit {
    let folder = try TemporaryFolder()
    let rows = supplies.map { "\($0),\(y($0)),\(0.01 * y($0))\n" }
    let path = try folder.write("v,y,s\n" + rows.joined(), to: "points.csv")
    var request = DataFit.Request(law: law, x: "v", y: "y")
    request.sigma = sigma ? "s" : nil
    request.temperature = temperature
    return try DataFit(contentsOf: path, request)
  }

  private func expect(_ fit: DataFit, _ truth: [Double], _ tolerance: Double = 1e-5) {
    for (name, (found, expected)) in zip(fit.fit.names, zip(fit.fit.parameters, truth)) {
      #expect(abs(found - expected) <= tolerance * max(1, abs(expected)), "\(name): \(found)")
    }
  }

  @Test("EKV finds K, Vt, n and θ of its own points, in any unit and at any temperature")
  func ekv() throws {
    for (scale, kelvin) in [(134.0, 298.15), (2.5e-10, 358.15), (4e4, 273.15)] {
      let found = try fit(.ekv, temperature: kelvin) { v in
        let x = log1p(exp((v - 0.48) / (2 * 1.38 * Self.thermal(kelvin))))
        return scale * v * (1 + 0.6 * x) / (x * x)
      }
      #expect(abs(found.fit.parameters[0] / scale - 1) < 1e-3)
      for (value, truth) in zip(found.fit.parameters.dropFirst(), [0.48, 1.38, 0.6]) {
        #expect(abs(value / truth - 1) < 1e-3)
      }
      #expect(found.fit.rootMeanSquare < 1e-6)
    }
  }

  @Test("alpha-power, energy, leakage and failure laws find the parameters of their own points")
  func others() throws {
    let high = Array(Self.supplies.suffix(11))
    expect(try fit(.alphaPower, supplies: high) { 6 * $0 / pow($0 - 0.45, 1.37) }, [6, 0.45, 1.37])
    expect(try fit(.energy) { $0 * $0 * (1 - 0.2 * $0 + 0.3 * $0 * $0) }, [1, -0.2, 0.3])
    expect(try fit(.leakage) { $0 * exp(-3 + 4 * $0 - 0.1 * $0 * $0) }, [-3, 4, -0.1])
    let middle = Array(Self.supplies.prefix(8))
    expect(
      try fit(.probit, supplies: middle) { 0.5 * erfc(($0 - 0.3) / (0.1 * 2.0.squareRoot())) },
      [0.3, 0.1])
    expect(
      try fit(.probitQuadratic, supplies: middle) { v in
        let z = -1 + 4 * v + 6 * v * v
        return 0.5 * erfc(z / 2.0.squareRoot())
      }, [-1, 4, 6])
    expect(
      try fit(.timingError) { 0.4 * 0.5 * erfc(($0 - 0.55) / (0.06 * 2.0.squareRoot())) },
      [0.4, 0.55, 0.06])
    let drain = try fit(.leakageGateInduced) { v in
      v * (exp(-8 + 1.9 * v) + (v > 0.1 ? exp(1.4 - 5.4 / (v - 0.1)) : 0))
    }
    expect(drain, [-8, 1.9, 1.4, 5.4, 0.1], 1e-3)
  }

  @Test("supplies that are no volts are named where the law overflows, not the data")
  func millivolts() throws {
    let error = #expect(throws: InputError.self) {
      try fit(.ekv, supplies: Self.supplies.map { 1000 * $0 }) { 1 / $0 }
    }
    #expect(
      error?.description.hasSuffix(
        "law 'ekv' has no finite value at 'v' = 250.0 … 1100.0, which are taken for volts: give "
          + "supplies in volts") == true, "\(error?.description ?? "no error")")
  }

  @Test("standard deviations are carried to the fitted quantity")
  func weights() throws {
    // One percent of y is 0.01 in ln y: a disturbance of ±1 % gives a χ² of one a point.
    let disturbed = try fit(.leakage, sigma: true) { v in
      let step = Int((v * 20).rounded())
      return v * exp(-3 + 4 * v) * (step % 2 == 0 ? 1.01 : 0.99)
    }
    #expect(disturbed.fit.isWeighted && !disturbed.isRejected)
    #expect(abs(disturbed.fit.chiSquared / 18 - 1) < 0.1)
    let probability = try #require(disturbed.fit.chiSquaredProbability)
    #expect(probability > 0.1 && probability < 0.9)
    let wrong = try fit(.leakage, sigma: true) { 1 / ($0 * $0 * $0) }
    #expect(wrong.isRejected)
    // z of a probability: σ(z) = σ(p)/φ(z).
    let rare = try fit(.probit, sigma: true, supplies: [0.3, 0.4, 0.5]) {
      0.5 * erfc(($0 - 0.2) / (0.1 * 2.0.squareRoot()))
    }
    let z = 1.0
    let density = exp(-z * z / 2) / (2 * Double.pi).squareRoot()
    let expected = 0.01 * 0.5 * erfc(z / 2.0.squareRoot()) / density
    let sigmas = try #require(rare.fit.sigma)
    #expect(abs(sigmas[0] / expected - 1) < 1e-9)
  }

  @Test("the law of a CSV is that of the technology made of the same rows")
  func sameAsTechnology() throws {
    let folder = Repository.path("HardwareSpecs/Technology")
    var request = DataFit.Request(law: .ekv, x: "supply_v", y: "delay_ps")
    request.conditions = [("cell", "inv")]
    let data = try DataFit(contentsOf: folder + "/ptm45_hp_cells.csv", request)
    let node = try ShippedTechnologiesTests.read("ptm45_hp")
    let gate = try #require(node.gates["INV.Y"]?.delay.fit)
    for (found, expected) in zip(data.fit.parameters, gate.parameters) {
      #expect(abs(found / expected - 1) < 1e-6)
    }
    #expect(data.points.first?.line == 6)
    let at = data.prediction(at: 0.5)
    #expect(abs(at.y / 149.12 - 1) < 0.02)
    #expect(at.low < at.y && at.y < at.high && at.high / at.low < 1.05)
  }

  @Test("a page's curve has the data, the law over its range and a band around it")
  func curve() throws {
    let found = try fit(.leakage, sigma: true) { $0 * exp(-3 + 4 * $0) }
    let curve = found.curve
    #expect(curve.points.count == 18 && curve.line.count == 161)
    #expect(curve.line.first?.x == 0.25)
    #expect(curve.line.last.map { abs($0.x - 1.1) < 1e-9 } == true)
    let ordered = curve.line.filter { $0.low <= $0.y && $0.y <= $0.high }
    #expect(ordered.count == 161)
    let interval = try #require(curve.points[0].interval)
    #expect(interval.contains(curve.points[0].y))
    let node = try ShippedTechnologiesTests.read("ptm45_lp")
    #expect(node.curves.count == 19)
    let single = try ShippedTechnologiesTests.read("asap7_rvt_tt")
    #expect(single.curves.count == 96)
    #expect(single.curves[0].line.count == 1)
    #expect(single.curves[0].line[0].y == single.curves[0].points[0].y)
  }
}
