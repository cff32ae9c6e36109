/// A metric as others name it, and the unit that they print it in.
struct ClaimKey {
  /// As it is printed, in lower case.
  let name: String
  let metric: PublishedClaims.Metric
  /// What a printed number is multiplied by to be in the metric's unit.
  let factor: Double

  /// A key of EvoApproxLib's headers, of papers, or a column of ours.
  ///
  /// Fractions of papers (ER, MRED) become percent; a percent sign, in the key or after the number,
  /// says that the figure is in percent already.
  ///
  /// - Parameter isPercent: whether a percent sign follows the number.
  init?(_ text: String, isPercent: Bool = false) {
    name = text.lowercased()
    let isMarked = name.hasSuffix("%")
    let plain = (isMarked ? String(name.dropLast()) : name)
      .replacing("-", with: " ").split(separator: " ").joined(separator: " ")
    let hasSign = isPercent || isMarked
    switch plain {
    case "mae", "med", "mean absolute error", "mean error distance":
      (metric, factor) = (hasSign ? .maePercent : .mae, 1)
    case "wce", "worst case error", "worst case absolute error":
      (metric, factor) = (hasSign ? .wcePercent : .wce, 1)
    case "ep", "error probability": (metric, factor) = (.errorRatePercent, 1)
    case "er", "error rate": (metric, factor) = (.errorRatePercent, hasSign ? 1 : 100)
    case "mre", "mean relative error": (metric, factor) = (.mrePercent, 1)
    case "mred", "mean relative error distance": (metric, factor) = (.mrePercent, hasSign ? 1 : 100)
    case "wcre", "worst case relative error": (metric, factor) = (.wcrePercent, 1)
    case "mse", "mean squared error": (metric, factor) = (.mse, 1)
    case "nmed", "normalized mean error distance": (metric, factor) = (.nmed, hasSign ? 0.01 : 1)
    default:
      guard let column = PublishedClaims.Metric(rawValue: name) else { return nil }
      (metric, factor) = (column, 1)
    }
  }
}
