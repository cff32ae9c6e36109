import Fitting

/// How the share of wrong words scatters between dies, at any probability.
///
/// A die's log-odds scatter with variance φ, so that a die of n words has a share of variance
/// p(1−p)/n · (1 + φ(n−1)p(1−p)): model III of D. A. Williams, Applied Statistics 31 (1982) 144. φ is
/// the one with which Pearson's statistic over dies within supplies equals its degrees of freedom.
struct DieVariance {
  let phi: Double

  /// - Precondition: at least two dies at each point.
  init(_ points: [TimingErrorTable.Point]) {
    let spread = points.compactMap {
      point -> (variance: Double, binomial: Double, words: Double)? in
      let p = point.proportion.value
      guard p > 0 && p < 1 else { return nil }
      let words = Double(point.trialsPerDie)
      let variance = SampleVariance(point.dieRates).value
      return (variance, p * (1 - p), words)
    }
    func pearson(_ phi: Double) -> Double {
      spread.reduce(0.0) { sum, point in
        let overDispersion = 1 + phi * (point.words - 1) * point.binomial
        return sum + point.variance * point.words / (point.binomial * overDispersion)
      }
    }
    let degrees = Double(spread.count)
    guard pearson(0) > degrees else {
      phi = 0
      return
    }
    // The search ends at dies whose log-odds scatter by hundreds.
    var (low, high) = (0.0, 1.0)
    while pearson(high) > degrees && high < 1e5 { (low, high) = (high, 2 * high) }
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if pearson(middle) > degrees { low = middle } else { high = middle }
    }
    phi = high
  }

  /// The standard deviation of the mean over a point's dies where the probability is p.
  ///
  /// p is not taken closer to 0 or 1 than one word of all: a point that shows no error is known as well
  /// as one that shows one.
  func standardDeviation(_ point: TimingErrorTable.Point, at probability: Double) -> Double {
    let trials = Double(point.proportion.trials)
    let p = min(max(probability, 1 / trials), max(1 - 1 / trials, 1 / trials))
    // A single word is right or wrong: half.
    let binomial = trials > 1 ? p * (1 - p) : 0.25
    let overDispersion = 1 + phi * (Double(point.trialsPerDie) - 1) * binomial
    return (binomial / trials * overDispersion).squareRoot()
  }
}
