import Files
import Fitting

/// A law of a technology that does not follow the data it was fitted to; who reads the technology is
/// refused unless its file, or the caller, accepts such fits.
///
/// A memory's law does not where the χ² of its data's own standard deviations has a probability below
/// `FitResult.leastProbability`; without such deviations nothing is said. A law of cells does not where
/// the root mean square of its relative deviations is above its quantity's `largestDeviation`.
public struct PoorFit: Sendable, Hashable, CustomStringConvertible {
  /// What a law of cells gives.
  public enum Quantity: String, CaseIterable, Sendable {
    case delay, energy, leakage

    /// Twice what the worst fit of the shipped technologies reaches, rounded up to a percent: 2.4 % of
    /// delay, 6.4 % of energy and 10.4 % of leakage, all of sky130's slow corner.
    public var largestDeviation: Double {
      switch self {
      case .delay: 0.05
      case .energy: 0.13
      case .leakage: 0.21
      }
    }

    /// The root mean square of a fit's relative deviations from its data: of the residuals of ln t and
    /// ln(P/V), and of those of E/V² over the data.
    public func deviation(of fit: FitResult) -> Double {
      guard self == .energy, fit.degreesOfFreedom > 0 else { return fit.rootMeanSquare }
      let squares = zip(fit.residuals, fit.observed).map { ($0 / $1) * ($0 / $1) }
      return (squares.reduce(0, +) / Double(squares.count)).squareRoot()
    }
  }

  public enum Reason: Sendable, Hashable {
    /// The root mean square of relative deviations.
    case deviation(Double, of: Quantity)
    case rejected(chiSquared: Double, degreesOfFreedom: Int, probability: Double)
  }

  /// Whose law it is: `'INV.Y' (cell 'inv')`, `SRAM failures`.
  public let subject: String
  /// The law by name.
  public let law: String
  public let reason: Reason
  /// Whether the technology's file says so.
  public let isAccepted: Bool
  let location: SourceLocation
  /// The part of the technology's file that accepts it.
  let section: String
  /// That of the memory.
  static let memorySection = "sram"

  public var description: String {
    switch reason {
    case .deviation(let value, let quantity):
      "\(subject): the \(quantity) law '\(law)' is off its data by "
        + "\(CellValue.format(100 * value, digits: 3)) % (root mean square), more than the "
        + "\(CellValue.format(100 * quantity.largestDeviation, digits: 3)) % that it may be"
    case .rejected(let chiSquared, let degreesOfFreedom, let probability):
      "\(subject): the data reject the law '\(law)': chi-squared "
        + "\(CellValue.format(chiSquared, digits: 4)) with \(degreesOfFreedom) degrees of freedom has "
        + "a probability of \(CellValue.format(probability, digits: 2))"
    }
  }

  /// The refusal, at the law's place.
  ///
  /// - Parameter remedy: what to do, unless it is the technology's file that must change.
  public func refusal(remedy: String? = nil) -> InputError {
    InputError(
      .badData, at: location,
      "\(self); "
        + (remedy
          ?? "choose another law or range, or accept it by 'accept_poor_fit: true' under "
          + "'\(section)'"))
  }
}

extension TechnologyNode {
  /// What results that rest on accepted laws must say, a sentence each: of the memory, and of the cells
  /// together.
  public var poorFitNotes: [String] {
    let cells = poorFits.compactMap { poor -> (PoorFit, Double)? in
      guard case .deviation(let value, let quantity) = poor.reason else { return nil }
      return (poor, value / quantity.largestDeviation)
    }
    var notes = poorFits.filter {
      if case .rejected = $0.reason { true } else { false }
    }.map { "A poor fit is accepted: \($0)." }
    if let (worst, _) = cells.max(by: { $0.1 < $1.1 }) {
      let others = cells.count == 1 ? "" : " (the worst of \(cells.count) such laws)"
      notes.append("A poor fit is accepted: \(worst)\(others).")
    }
    return notes
  }

  /// The probability of the memory's χ², where it rejects the failure law.
  public var rejectedMemoryLawProbability: Double? {
    guard case .rejected(_, _, let probability)? = sram?.failures.fit.rejection else { return nil }
    return probability
  }
}
