import Fitting
import Foundation

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
          isLogarithmic: isLogarithmic, fit: fit, model: model, value: value))
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
    if let sram {
      let isStraight = sram.failures.law == .probit
      add(
        "SRAM: a random bit is read wrong", sram.failures.law.rawValue, "probability",
        "z, Q(z) = p", true, sram.failures.fit,
        { p, supply in
          isStraight
            ? (supply - p[0]) / p[1] : p[0] + p[1] * supply + p[2] * supply * supply
        }, { fitted, _ in Normal.upperTail(fitted) })
    }
    return curves
  }
}
