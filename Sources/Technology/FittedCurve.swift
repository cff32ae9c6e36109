import Fitting

/// A fitted law as a page shows it: points, curve, band and residuals; or points that no law is fitted
/// to, with the curve where the search for one ended.
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
  /// Nil where no law is fitted.
  public let fit: FitResult?
  /// Why no law is fitted, if so.
  public let failure: String?
  public let points: [Point]
  /// The law over its range with the band of ±2 standard deviations; where none is fitted, the curve that
  /// the search ended at, without a band and where it is finite, or nothing.
  public let line: [DataFit.Prediction]

  private static let samples = 160

  /// What a search for a law's parameters gave.
  enum Search {
    case fitted(FitResult)
    /// Points, with standard deviations of y if they have any, and where the search ended: no parameters
    /// if it did not begin.
    case failed(reason: String, x: [Double], y: [Double], sigma: [Double]?, parameters: [Double])
  }

  /// - Parameters:
  ///   - model: the law of the fitted quantity.
  ///   - value: y of a fitted quantity at x, monotone in it.
  init(
    title: String, law: String, xTitle: String, yTitle: String, fittedQuantity: String,
    isLogarithmic: Bool, _ search: Search, model: NonlinearLeastSquares.Model,
    value: (_ fitted: Double, _ x: Double) -> Double
  ) {
    self.title = title
    self.law = law
    self.xTitle = xTitle
    self.yTitle = yTitle
    self.fittedQuantity = fittedQuantity
    self.isLogarithmic = isLogarithmic
    let (x, observed, sigma, parameters): ([Double], [Double], [Double]?, [Double])
    switch search {
    case .fitted(let fit):
      (self.fit, failure) = (fit, nil)
      (x, observed, sigma, parameters) = (fit.x, fit.observed, fit.sigma, fit.parameters)
    case .failed(let reason, let points, let y, let deviations, let last):
      (fit, failure) = (nil, reason)
      (x, observed, sigma, parameters) = (points, y, deviations, last)
    }
    points = x.indices.map { index in
      let interval = sigma.map { sigma in
        let ends = [-sigma[index], sigma[index]].map { value(observed[index] + $0, x[index]) }
        return min(ends[0], ends[1])...max(ends[0], ends[1])
      }
      return Point(x: x[index], y: value(observed[index], x[index]), interval: interval)
    }
    guard let low = x.min(), let high = x.max(), !parameters.isEmpty else {
      line = []
      return
    }
    let steps = low < high ? Self.samples : 0
    let law = self.fit
    line = (0...steps).compactMap { step in
      let x = steps == 0 ? low : low + (high - low) * Double(step) / Double(steps)
      let fitted = model(parameters, x)
      var deviation = 0.0
      if let law, law.degreesOfFreedom > 0 { deviation = law.standardDeviation(at: x, of: model) }
      let (y, ends) = (
        value(fitted, x),
        [value(fitted - 2 * deviation, x), value(fitted + 2 * deviation, x)]
      )
      guard law != nil || y.isFinite else { return nil }
      return DataFit.Prediction(x: x, y: y, low: min(ends[0], ends[1]), high: max(ends[0], ends[1]))
    }
  }
}
