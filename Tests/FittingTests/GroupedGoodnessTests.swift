import Fitting
import Randomness
import Testing

@Suite("Laws through means over groups")
struct GroupedGoodnessTests {
  /// A mean level through points whose standard deviation is taken to be 1.
  private func level(_ values: [[Double]]) throws -> (fit: FitResult, goodness: GroupedGoodness) {
    let fit = try NonlinearLeastSquares.fit(
      names: ["level"], start: [0], x: values.indices.map(Double.init),
      y: values.map { $0.reduce(0, +) / Double($0.count) },
      sigma: [Double](repeating: 1, count: values.count)
    ) { p, _ in p[0] }
    return (fit, GroupedGoodness(fit, values: values) { _ in [1] })
  }

  @Test("with values that are uncorrelated between points it is chi-squared of their own scatter")
  func uncorrelated() throws {
    // Columns of a Hadamard matrix: no two rows correlate, and each mean has variance 1/3.
    let (fit, goodness) = try level([[1.0, -1, 1, -1], [3, 3, 1, 1], [1, -1, -1, 1]])
    #expect(abs(goodness.reducedChiSquared / (3 * fit.reducedChiSquared) - 1) < 1e-6)
    #expect(abs(goodness.degreesOfFreedom - 2) < 1e-6)
    #expect(abs(goodness.covariance[0] - 1.0 / 9) < 1e-6)
  }

  @Test("groups that move together at all points leave the level as uncertain as one point does")
  func together() throws {
    // Shared by all points but for a little; the variance of each mean is 5/12.
    let (fit, goodness) = try level([[1.0, 2, 3, 4], [1.1, 2, 3, 4], [1, 2, 3.1, 4]])
    #expect(abs(goodness.covariance[0] / (5.0 / 12) - 1) < 0.03)
    // What is left between the points is judged by the little.
    #expect(goodness.reducedChiSquared > 50 * fit.reducedChiSquared)
  }

  @Test("a point without scatter of its own counts with the standard deviation of the fit")
  func still() throws {
    let (_, goodness) = try level([[5.0, 5, 5], [5, 5, 5], [5, 5, 5]])
    #expect(abs(goodness.covariance[0] - 1.0 / 3) < 1e-6)
    #expect(abs(goodness.degreesOfFreedom - 2) < 1e-6 && goodness.probability > 0.999)
  }

  @Test("groups without any scatter of their own reject each law that misses, and no other")
  func noScatter() throws {
    let same = [[1.0, 2, 3], [1, 2, 3], [1, 2, 3]]
    #expect(try level(same).goodness.probability == 1)
    let shifted = try level([[1.0, 2, 3], [1, 2, 3], [2, 3, 4]]).goodness
    #expect(shifted.probability == 0 && shifted.reducedChiSquared == .infinity)
  }

  @Test(
    "true laws are rejected no more often than the probability says, though points share their groups"
  )
  func size() throws {
    var stream = RandomStream(seed: 11, purpose: .test)
    let (trials, groups, points) = (2000, 10, 6)
    var counts = (tenth: 0, hundredth: 0, naive: 0)
    for _ in 0..<trials {
      var values = [[Double]](repeating: [], count: points)
      for _ in 0..<groups {
        let shared = 3 * stream.nextNormal()
        for point in 0..<points { values[point].append(shared + stream.nextNormal()) }
      }
      let sigma = (10.0 / Double(groups)).squareRoot()
      let fit = try NonlinearLeastSquares.fit(
        names: ["level"], start: [0], x: (0..<points).map(Double.init),
        y: values.map { $0.reduce(0, +) / Double(groups) },
        sigma: [Double](repeating: sigma, count: points)
      ) { p, _ in p[0] }
      let goodness = GroupedGoodness(fit, values: values) { _ in [1] }
      counts.tenth += goodness.probability < 0.1 ? 1 : 0
      counts.hundredth += goodness.probability < 0.01 ? 1 : 0
      counts.naive += (fit.chiSquaredProbability ?? 1) < 0.1 ? 1 : 0
    }
    // 200 and 20 if the distribution were exact; it errs on the side of the law (124 and 8).
    #expect((80...226).contains(counts.tenth), "\(counts)")
    #expect(counts.hundredth <= 30, "\(counts)")
    #expect(counts.naive == 0, "\(counts)")
  }
}
