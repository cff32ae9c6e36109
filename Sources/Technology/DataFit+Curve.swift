import Fitting

extension DataFit {
  /// The fit as a page shows it.
  public var curve: FittedCurve {
    let law = request.law
    let isLogarithmic =
      switch law {
      case .ekv, .alphaPower, .leakage, .leakageGateInduced, .probit, .probitQuadratic: true
      case .energy, .timingError: false
      }
    let conditions = request.conditions.map { "\($0.column) = \($0.value)" }
    return FittedCurve(
      title: conditions.isEmpty ? request.y : "\(request.y), \(conditions.joined(separator: ", "))",
      law: law.rawValue, xTitle: request.x, yTitle: request.y,
      fittedQuantity: law.fittedQuantity, isLogarithmic: isLogarithmic, fit: fit,
      model: law.model(kelvin: request.temperature), value: { law.value(of: $0, at: $1) })
  }
}
