import Fitting

/// A fitted law as a page shows it: points, curve, band and residuals.
public struct FittedCurve: Sendable {
  /// A point with its interval of ±1 standard deviation, if it has one.
  public struct Point: Sendable, Equatable {
    public let x: Double
    public let y: Double
    public let interval: ClosedRange<Double>?
  }

  public let title: String
  /// The law by name.
  public let law: String
  public let xTitle: String
  public let yTitle: String
  /// What the residuals are of.
  public let fittedQuantity: String
  /// Whether y is best seen on a scale of logarithms.
  public let isLogarithmic: Bool
  public let fit: FitResult
  public let points: [Point]
  /// The law over its range with the band of ±2 standard deviations.
  public let line: [DataFit.Prediction]

  private static let samples = 160

  /// - Parameters:
  ///   - model: the law of the fitted quantity.
  ///   - value: y of a fitted quantity at x, monotone in it.
  init(
    title: String, law: String, xTitle: String, yTitle: String, fittedQuantity: String,
    isLogarithmic: Bool, fit: FitResult, model: NonlinearLeastSquares.Model,
    value: (_ fitted: Double, _ x: Double) -> Double
  ) {
    self.title = title
    self.law = law
    self.xTitle = xTitle
    self.yTitle = yTitle
    self.fittedQuantity = fittedQuantity
    self.isLogarithmic = isLogarithmic
    self.fit = fit
    points = fit.x.indices.map { index in
      let (x, observed) = (fit.x[index], fit.observed[index])
      let interval = fit.sigma.map { sigma in
        let ends = [value(observed - sigma[index], x), value(observed + sigma[index], x)]
        return min(ends[0], ends[1])...max(ends[0], ends[1])
      }
      return Point(x: x, y: value(observed, x), interval: interval)
    }
    let (low, high) = (fit.range.lowerBound, fit.range.upperBound)
    let steps = low < high ? Self.samples : 0
    line = (0...steps).map { step in
      let x = steps == 0 ? low : low + (high - low) * Double(step) / Double(steps)
      let fitted = model(fit.parameters, x)
      let deviation = fit.degreesOfFreedom > 0 ? fit.standardDeviation(at: x, of: model) : 0
      let ends = [value(fitted - 2 * deviation, x), value(fitted + 2 * deviation, x)]
      return DataFit.Prediction(
        x: x, y: value(fitted, x), low: min(ends[0], ends[1]), high: max(ends[0], ends[1]))
    }
  }
}
