import Fitting
import Foundation

extension TimingErrorFit {
  /// Fits the law, each point weighted by how the mean over dies scatters where the law has its value
  /// there, so that points without errors, and with few, weigh what they tell.
  static func fit(_ points: [TimingErrorTable.Point]) -> Result<TimingErrorFit, Refusal> {
    let withErrors = points.filter { $0.proportion.successes > 0 }
    guard withErrors.count >= 4 else {
      return .failure(.tooFewErrors(voltages: withErrors.count))
    }
    let dies = points[0].errorsPerDie.count
    guard dies >= 2, points.allSatisfy({ $0.errorsPerDie.count == dies }) else {
      return .failure(.unknownSpread)
    }
    let search = Search(points)
    do throws(FittingError) {
      var law = try? search.law(levelsOff: true)
      if law.map(Self.isUndetermined) ?? true { law = try search.law(levelsOff: false) }
      guard let law, law.parameters[2] > 0 else {
        return .failure(.noMinimum("the best curve is not one of falling probability"))
      }
      guard law.isJudged else { return .failure(.undetermined) }
      return law.isRejected ? .failure(.doesNotDescribe(law)) : .success(law)
    } catch {
      return .failure(.noMinimum(error.description))
    }
  }

  /// Whether every parameter that was fitted has a standard error, and χ² came from scatter: points at
  /// one supply, but for rounding, pass exactly through curves that say nothing.
  private var isJudged: Bool {
    let free = parameters[0] == 1 && standardErrors[0] == 0 ? 1..<3 : 0..<3
    return free.allSatisfy { standardErrors[$0] > 0 && standardErrors[$0].isFinite }
      && reducedChiSquared > 0
  }

  fileprivate var isRejected: Bool { !(chiSquaredProbability >= FitResult.leastProbability) }

  /// Whether the data lie in the tail and do not determine where the law levels off.
  private static func isUndetermined(_ law: TimingErrorFit) -> Bool {
    let (level, error) = (law.parameters[0], law.standardErrors[0])
    return !(level > 0 && level <= 1 && error < level && law.parameters[2] > 0)
  }
}

/// Least squares whose weights follow from the law: repeated until the law stays.
private struct Search {
  let points: [TimingErrorTable.Point]
  let supplies: [Double]
  let rates: [Double]
  let variance: DieVariance
  let tracksSupply: Bool
  private let law: TimingErrorFit.Law

  private static let mostRounds = 200
  /// A law has settled where a round would move its parameters by less than this share of their standard
  /// errors, and is taken after the last round where it would by less than the second.
  private static let (settled, almostSettled) = (1e-6, 0.01)

  init(_ points: [TimingErrorTable.Point]) {
    self.points = points
    supplies = points.map(\.supply)
    rates = points.map(\.proportion.value)
    variance = DieVariance(points)
    tracksSupply = points.contains { $0.clockPeriod != points[0].clockPeriod }
    law = TimingErrorFit.Law(tracksSupply: tracksSupply)
  }

  /// - Parameter levelsOff: whether p∞ is free; otherwise it is 1.
  func law(levelsOff: Bool) throws(FittingError) -> TimingErrorFit {
    /// p∞, V₀ and σ; V₀ is searched by its logarithm, so that it stays above 0.
    func all(_ parameters: [Double]) -> [Double] {
      let last = parameters.suffix(2)
      return [levelsOff ? parameters[0] : 1, exp(last[last.startIndex]), last[last.startIndex + 1]]
    }
    var starts = starts(levelsOff: levelsOff)
    var probabilities = rates
    var (last, lastMove) = (FitResult?.none, Double.infinity)
    // Whole steps swing between two laws that are both wrong: half of the way in the logarithm, and less
    // where that swings too.
    var way = 0.5
    for _ in 0..<Self.mostRounds {
      let fit = try NonlinearLeastSquares.bestFit(
        names: levelsOff ? ["p_infinity", "ln_v0", "sigma"] : ["ln_v0", "sigma"],
        starts: starts, x: supplies, y: rates,
        sigma: zip(points, probabilities).map { variance.standardDeviation($0, at: $1) }
      ) { law.value(all($0), at: $1) }
      probabilities = zip(supplies, points.indices).map { supply, index in
        let least = 1 / Double(points[index].proportion.trials)
        let next = law.value(all(fit.parameters), at: supply)
        return pow(max(next, least), way) * pow(max(probabilities[index], least), 1 - way)
      }
      let errors = fit.standardErrors
      let moves = errors.indices.map { index in
        abs(fit.parameters[index] - starts[0][index]) / (way * errors[index])
      }
      let move = moves.max() ?? 0
      if move <= Self.settled { return judged(fit, all(fit.parameters)) }
      if move > 0.8 * lastMove { way *= 0.8 }
      (last, lastMove) = (fit, move)
      starts = [fit.parameters]
    }
    // Weights that never settle belong to points far from any such law: it stands to be refused.
    guard let last, case let found = judged(last, all(last.parameters)),
      lastMove <= Self.almostSettled || found.isRejected
    else { throw .notConverged("its weights do not settle", at: []) }
    return found
  }

  /// Where the search begins: the supply at which half the largest share is left, and several widths.
  private func starts(levelsOff: Bool) -> [[Double]] {
    let largest = rates.max() ?? 1
    let middle = zip(supplies, rates).first { $0.1 < largest / 2 }?.0 ?? supplies[0]
    let width = log(supplies[supplies.count - 1] / supplies[0])
    return [0.1, 0.3, 1].map { share in
      levelsOff
        ? [min(1, largest * 1.2), log(middle), share * width]
        : [log(middle) - width / 3, share * width]
    }
  }

  /// The law with errors and chi-squared that count dies, not words.
  private func judged(_ fit: FitResult, _ parameters: [Double]) -> TimingErrorFit {
    let free = fit.parameters.count
    let fixed = 3 - free
    // d/d ln V₀ = V₀·d/dV₀.
    let scales = [1, parameters[1], 1]
    let goodness = GroupedGoodness(fit, values: points.map(\.dieRates)) { supply in
      Array(zip(law.gradient(parameters, at: supply), scales).map(*).suffix(free))
    }
    var covariance = [Double](repeating: 0, count: 9)
    for row in 0..<free {
      for column in 0..<free {
        covariance[3 * (row + fixed) + column + fixed] =
          goodness.covariance[row * free + column] * scales[row + fixed] * scales[column + fixed]
      }
    }
    return TimingErrorFit(
      tracksSupply: tracksSupply, parameters: parameters,
      standardErrors: (0..<3).map { max(0, covariance[4 * $0]).squareRoot() },
      covariance: covariance, reducedChiSquared: goodness.reducedChiSquared,
      chiSquaredProbability: goodness.probability, range: fit.range)
  }
}
