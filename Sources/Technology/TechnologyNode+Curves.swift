import Fitting
import Foundation

extension TechnologyNode {
  /// Every fit of the technology as a page shows it, gate by gate.
  public var curves: [FittedCurve] {
    var curves: [FittedCurve] = []
    func add(
      _ title: String, _ law: String, _ yTitle: String, _ quantity: String, _ isLogarithmic: Bool,
      _ fit: FitResult, _ model: NonlinearLeastSquares.Model, _ value: (Double, Double) -> Double
    ) {
      curves.append(
        FittedCurve(
          title: title, law: law, xTitle: "supply (V)", yTitle: yTitle, fittedQuantity: quantity,
          isLogarithmic: isLogarithmic, .fitted(fit), model: model, value: value))
    }
    for (name, gate) in gates.sorted(by: { $0.key < $1.key }) {
      for (index, temperature) in temperatures.enumerated() {
        let place = temperatures.count > 1 ? "\(name) at \(temperature)" : name
        let delay = gate.delay.bracket.laws[index]
        let energy = gate.energy.bracket.laws[index]
        let leakage = gate.leakage.bracket.laws[index]
        // A law of one supply has the value itself as its parameter and datum.
        let isSingle = delay.law == .singleSupply
        add(
          "\(place): delay", delay.law.rawValue, "delay (ps)", isSingle ? "t" : "ln t", true,
          delay.fit,
          { parameters, supply in
            isSingle
              ? parameters[0]
              : delay.law.logarithm(parameters, supply, thermalVoltage: delay.thermalVoltage)
          }, { fitted, _ in isSingle ? fitted : exp(fitted) })
        add(
          "\(place): switching energy", isSingle ? "single_supply" : "energy", "energy (fJ)",
          isSingle ? "E" : "E/V²", false, energy.fit,
          { parameters, supply in
            isSingle
              ? parameters[0]
              : parameters[0] + parameters[1] * supply + parameters[2] * supply * supply
          }, { fitted, supply in isSingle ? fitted : fitted * supply * supply })
        let isSinglePower = leakage.law == .singleSupply
        add(
          "\(place): leakage", leakage.law.rawValue, "leakage (nW)",
          isSinglePower ? "P" : "ln(P/V)", true, leakage.fit,
          { parameters, supply in
            isSinglePower ? parameters[0] : leakage.law.logarithm(parameters, supply)
          }, { fitted, supply in isSinglePower ? fitted : supply * exp(fitted) })
      }
    }
    if let sram { curves.append(sram.failures.curve) }
    return curves
  }
}

extension BitCellFailureModel {
  /// The fit as a page shows it.
  public var curve: FittedCurve {
    let isStraight = law == .probit
    return FittedCurve(
      title: "SRAM: a random bit is read wrong", law: law.rawValue, xTitle: "supply (V)",
      yTitle: "probability", fittedQuantity: "z, Q(z) = p", isLogarithmic: true, .fitted(fit),
      model: { p, supply in
        isStraight ? (supply - p[0]) / p[1] : p[0] + p[1] * supply + p[2] * supply * supply
      }, value: { fitted, _ in Normal.upperTail(fitted) })
  }
}
