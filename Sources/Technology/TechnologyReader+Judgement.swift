import Files
import Fitting
import Quantities

extension TechnologyReader.Reader {
  /// Judges a gate's laws at each of their temperatures.
  ///
  /// - Throws: `InputError` 65 if the rows do not determine a law's parameters.
  mutating func judge(
    _ gate: TechnologyNode.GateModel, _ subject: String, at location: SourceLocation,
    temperatures: [Temperature], accepted: Bool
  ) throws {
    for (index, temperature) in temperatures.enumerated() {
      let delay = gate.delay.bracket.laws[index]
      let energy = gate.energy.bracket.laws[index]
      let leakage = gate.leakage.bracket.laws[index]
      let subject = temperatures.count > 1 ? "\(subject) at \(temperature)" : subject
      let laws: [(PoorFit.Quantity, String, FitResult, Set<String>)] = [
        (.delay, delay.law.rawValue, delay.fit, delay.law.positiveParameters),
        (.energy, "energy", energy.fit, []),
        (.leakage, leakage.law.rawValue, leakage.fit, leakage.law.positiveParameters),
      ]
      for (quantity, law, fit, positive) in laws {
        try judge(
          quantity, law, fit, positive: positive, subject, at: location, accepted: accepted)
      }
    }
  }

  /// Judges a law of cells.
  ///
  /// - Throws: `InputError` 65 if its points do not determine its parameters.
  mutating func judge(
    _ quantity: PoorFit.Quantity, _ law: String, _ fit: FitResult, positive: Set<String>,
    _ subject: String, at location: SourceLocation, accepted: Bool
  ) throws {
    if let complaint = fit.indetermination(positive: positive) {
      throw InputError(
        .badData, at: location, "\(subject): \(quantity) law '\(law)': \(complaint)")
    }
    let deviation = quantity.deviation(of: fit)
    guard deviation > quantity.largestDeviation else { return }
    poorFits.append(
      PoorFit(
        subject: subject, law: law, reason: .deviation(deviation, of: quantity),
        isAccepted: accepted, location: location, section: "cells"))
  }

  /// Judges how a memory fails.
  ///
  /// - Throws: `InputError` 65 if the data do not determine the law's parameters.
  mutating func judge(
    _ failures: BitCellFailureModel, at location: SourceLocation, accepted: Bool
  ) throws {
    let law = failures.law.rawValue
    if let complaint = failures.fit.indetermination(positive: failures.law.positiveParameters) {
      throw InputError(.badData, at: location, "SRAM failures: law '\(law)': \(complaint)")
    }
    guard let reason = failures.fit.rejection else { return }
    poorFits.append(
      PoorFit(
        subject: "SRAM failures", law: law, reason: reason, isAccepted: accepted,
        location: location, section: PoorFit.memorySection))
  }
}
