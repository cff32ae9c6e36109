import Fitting

extension DataFit {
  /// The fit as a page shows it.
  public var curve: FittedCurve { request.curve(.fitted(fit)) }
}

extension DataFit.Request {
  /// What a search for the law's parameters gave, as a page shows it.
  func curve(_ search: FittedCurve.Search) -> FittedCurve {
    let isLogarithmic =
      switch law {
      case .ekv, .alphaPower, .leakage, .leakageGateInduced, .probit, .probitQuadratic: true
      case .energy, .timingError: false
      }
    let conditions = conditions.map { "\($0.column) = \($0.value)" }
    return FittedCurve(
      title: conditions.isEmpty ? y : "\(y), \(conditions.joined(separator: ", "))",
      law: law.rawValue, xTitle: x, yTitle: y, fittedQuantity: law.fittedQuantity,
      isLogarithmic: isLogarithmic, search, model: law.model(kelvin: temperature),
      value: { law.value(of: $0, at: $1) })
  }
}
