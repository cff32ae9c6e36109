import Files
import Technology

/// The page of fits: for each its data, curve and band, its residuals and its parameters.
public struct FitPage: Sendable {
  public let title: String
  public let curves: [FittedCurve]

  public init(title: String, curves: [FittedCurve]) {
    self.title = title
    self.curves = curves
  }

  /// The page as HTML that needs no network and runs no script.
  public var html: String {
    get throws {
      try StandalonePage.html(
        template: PackageResources.fit_mustache, styles: [PackageResources.fit_css],
        context: context)
    }
  }

  private var context: [String: Any] {
    return [
      "title": title,
      "lead": curves.count == 1
        ? Self.verdict(of: curves[0]) : "\(curves.count) fits, each with its residuals.",
      "fits": curves.map { Self.context($0, isOnly: curves.count == 1) },
    ]
  }

  private static func context(_ curve: FittedCurve, isOnly: Bool) -> [String: Any] {
    let charts = FitCharts(curve: curve)
    var context: [String: Any] = [
      "title": curve.title, "verdict": isOnly ? "" : verdict(of: curve),
      // These are made in SVGText, which escapes what is foreign in them.
      "data": charts.data(width: 540, height: 400),
      "residuals": charts.residuals(width: 540, height: 400),
    ]
    guard let fit = curve.fit else { return context }
    let hasErrors = fit.degreesOfFreedom > 0
    let (errors, correlation) = (fit.standardErrors, fit.correlation)
    context["hasParameters"] = true
    context["others"] = hasErrors ? fit.names.map { ["name": $0] } : []
    context["parameters"] =
      fit.names.indices.map { index in
        [
          "name": fit.names[index], "value": CellValue.real(fit.parameters[index]).formatted,
          "error": hasErrors ? CellValue.real(errors[index]).formatted : "–",
          "correlations": hasErrors
            ? fit.names.indices.map { other in
              [
                "value": CellValue.format(
                  correlation[index * fit.names.count + other], digits: 4)
              ]
            } : [],
        ] as [String: Any]
      }
    return context
  }

  /// How well the law describes its data, in one line.
  static func verdict(of curve: FittedCurve) -> String {
    guard let fit = curve.fit else {
      return "No law is fitted to \(pointCount(curve.points.count)). Law \(curve.law)"
        + "\(curve.failure ?? "")."
        + (curve.line.isEmpty ? "" : " The curve is where the search ended.")
    }
    let range =
      "\(CellValue.format(fit.range.lowerBound, digits: 6)) … "
      + CellValue.format(fit.range.upperBound, digits: 6)
    let begin =
      "Law \(curve.law), \(pointCount(fit.x.count)), \(curve.xTitle) \(range): "
    guard fit.degreesOfFreedom > 0 else {
      return begin + "as many parameters as points, so no error can be stated."
    }
    guard let probability = fit.chiSquaredProbability else {
      return begin
        + "\(fit.goodness) of \(curve.fittedQuantity), "
        + "largest residual \(CellValue.format(fit.largestResidual, digits: 3))."
    }
    let isRejected = probability < DataFit.leastProbability
    return begin
      + "χ² \(CellValue.format(fit.chiSquared, digits: 4)) with \(fit.degreesOfFreedom) degrees of "
      + "freedom, probability \(ChartAxis.label(probability))"
      + (isRejected ? ": the data reject this law." : ": the law describes its data.")
  }

  private static func pointCount(_ count: Int) -> String {
    count == 1 ? "1 point" : "\(count) points"
  }
}
