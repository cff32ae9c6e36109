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
      return law.isRejected ? .failure(.doesNotDescribe(law)) : .success(law)
    } catch {
      return .failure(.noMinimum(error.description))
    }
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

  private static let mostRounds = 100
  /// Rounds from which on ever smaller parts of the way are gone.
  private static let firstRounds = 25

  init(_ points: [TimingErrorTable.Point]) {
    self.points = points
    supplies = points.map(\.supply)
    rates = points.map(\.proportion.value)
    variance = DieVariance(points)
  }

  /// - Parameter levelsOff: whether p∞ is free; otherwise it is 1.
  func law(levelsOff: Bool) throws(FittingError) -> TimingErrorFit {
    func all(_ parameters: [Double]) -> [Double] { levelsOff ? parameters : [1] + parameters }
    var starts = starts(levelsOff: levelsOff)
    var probabilities = rates
    var last: FitResult?
    for round in 0..<Self.mostRounds {
      let fit = try NonlinearLeastSquares.bestFit(
        names: levelsOff ? ["p_infinity", "v0_v", "sigma_v"] : ["v0_v", "sigma_v"],
        starts: starts, x: supplies, y: rates,
        sigma: zip(points, probabilities).map { variance.standardDeviation($0, at: $1) }
      ) { TimingErrorFit.value(all($0), at: $1) }
      // Half of the way, in the logarithm: whole steps swing between two laws that are both wrong. Where
      // half of it swings too, less and less, so that the law between them is found.
      let way = 0.5 * min(1, Double(Self.firstRounds) / Double(round + 1))
      probabilities = zip(supplies, points.indices).map { supply, index in
        let least = 1 / Double(points[index].proportion.trials)
        let law = TimingErrorFit.value(all(fit.parameters), at: supply)
        return pow(max(law, least), way) * pow(max(probabilities[index], least), 1 - way)
      }
      let errors = fit.standardErrors
      let isSettled = errors.indices.allSatisfy { index in
        abs(fit.parameters[index] - starts[0][index]) <= 1e-6 * errors[index]
      }
      if isSettled { return judged(fit, all(fit.parameters)) }
      last = fit
      starts = [fit.parameters]
    }
    // Weights that never settle belong to points far from any such law: it stands to be refused.
    guard let last, case let law = judged(last, all(last.parameters)), law.isRejected else {
      throw .notConverged("its weights do not settle")
    }
    return law
  }

  /// Where the search begins: the supply at which half the largest share is left, and several widths.
  private func starts(levelsOff: Bool) -> [[Double]] {
    let largest = rates.max() ?? 1
    let middle = zip(supplies, rates).first { $0.1 < largest / 2 }?.0 ?? supplies[0]
    let width = supplies[supplies.count - 1] - supplies[0]
    return [0.1, 0.3, 1].map { share in
      levelsOff
        ? [min(1, largest * 1.2), middle, share * width] : [middle - 0.1, share * width]
    }
  }

  /// The law with errors and chi-squared that count dies, not words.
  private func judged(_ fit: FitResult, _ parameters: [Double]) -> TimingErrorFit {
    let free = fit.parameters.count
    let fixed = 3 - free
    let goodness = GroupedGoodness(fit, values: points.map(\.dieRates)) {
      Array(TimingErrorFit.gradient(parameters, at: $0).suffix(free))
    }
    var covariance = [Double](repeating: 0, count: 9)
    for row in 0..<free {
      for column in 0..<free {
        covariance[3 * (row + fixed) + column + fixed] = goodness.covariance[row * free + column]
      }
    }
    return TimingErrorFit(
      parameters: parameters,
      standardErrors: (0..<3).map { max(0, covariance[4 * $0]).squareRoot() },
      covariance: covariance, reducedChiSquared: goodness.reducedChiSquared,
      chiSquaredProbability: goodness.probability, range: fit.range)
  }
}
