import Files
import Fitting
import Foundation
import Quantities

extension TechnologyReader.Reader {
  private static let coupledKeys = [
    "reference_gate", "transition_data", "leakage_to", "alpha_from",
  ]

  /// The spread of thresholds, or `none` where the technology has no data.
  mutating func variation(_ node: StrictYAML, cells: Cells) throws -> ThresholdVariation? {
    if case .scalar(let text) = node.content {
      guard text == "none" else {
        throw InputError(
          .badData, at: node.location,
          "write 'none' if there are no data, or a mapping with 'sigma' and 'source'")
      }
      return nil
    }
    let record = try node.record(
      ["source"], optional: ["model", "sigma", "sigma_n", "sigma_p"] + Self.coupledKeys)
    if cells.law == .singleSupply {
      throw InputError(
        .badData, at: node.location,
        "the delay law 'single_supply' has no threshold to shift: write 'none' here")
    }
    let model: ThresholdVariation.Model =
      try record.optional("model").map { try $0.choice() } ?? .lawShift
    return ThresholdVariation(
      model: model, sigma: try sigma(record, at: node.location),
      source: try record["source"].text(),
      response: model == .drainCoupled ? try response(record, cells: cells) : nil)
  }

  /// One σ, or the root mean square of the two kinds of transistors': the edges of a path depend on
  /// n and p transistors in turn.
  private func sigma(_ record: StrictYAML.Record, at location: SourceLocation) throws -> Double {
    let volts = Voltage(0)...Voltage(0.2)
    let n = record.optional("sigma_n")
    let p = record.optional("sigma_p")
    if let single = record.optional("sigma"), n == nil, p == nil {
      return try single.quantity(in: volts).value
    }
    guard record.optional("sigma") == nil, let n, let p else {
      throw InputError(
        .badData, at: location, "write either 'sigma', or both 'sigma_n' and 'sigma_p'")
    }
    let (first, second): (Voltage, Voltage) = (
      try n.quantity(in: volts), try p.quantity(in: volts)
    )
    let square = (first.value * first.value + second.value * second.value) / 2
    return square.squareRoot()
  }

  /// λ, α and r from the rows of the reference gate at the measured temperature nearest below.
  private mutating func response(
    _ record: StrictYAML.Record, cells: Cells
  ) throws -> ThresholdResponse {
    let node = try record["reference_gate"]
    let name = try node.text()
    guard let gate = cells.gates[name], let cell = cells.measured[name],
      let curve = try cells.rows.curve(of: cell, at: cells.temperatures[0])
    else {
      throw InputError(.badData, at: node.location, "'\(name)' is not among the gates above")
    }
    guard gate.delay.bracket.colder.law == .ekvSaturation else {
      throw InputError(
        .badData, at: node.location, "the model 'drain_coupled' needs the law 'ekv_saturation'")
    }
    let leakageTo: Voltage = try record["leakage_to"].quantity(in: Self.supplies)
    let alphaFrom: Voltage = try record["alpha_from"].quantity(in: Self.supplies)
    let low = curve.supplies.indices.filter { curve.supplies[$0] <= leakageTo.value + 1e-9 }
    let high = curve.supplies.indices.filter { curve.supplies[$0] >= alphaFrom.value - 1e-9 }
    do {
      let slope = try NonlinearLeastSquares.fit(
        names: ["ln_i0_na", "l_per_v"], start: [-2, 4], x: low.map { curve.supplies[$0] },
        y: low.map { log(curve.leakages[$0] * 1e9 / curve.supplies[$0]) }
      ) { $0[0] + $0[1] * $1 }
      let alpha = try DelayModel(
        law: .alphaPower, supplies: high.map { curve.supplies[$0] },
        delays: high.map { curve.delays[$0] }, temperature: cells.temperatures[0])
      for (quantity, law, fit, positive) in [
        (PoorFit.Quantity.leakage, "slope", slope, []),
        (.delay, DelayLaw.alphaPower.rawValue, alpha.fit, DelayLaw.alphaPower.positiveParameters),
      ] as [(PoorFit.Quantity, String, FitResult, Set<String>)] {
        try judge(
          quantity, law, fit, positive: positive, "threshold variation, '\(name)'",
          at: node.location, accepted: cells.acceptsPoorFit)
      }
      let thermal = DelayLaw.thermalVoltage(kelvin: cells.temperatures[0].value)
      let response = ThresholdResponse(
        leakageSlope: slope, alphaPower: alpha.fit,
        subthresholdSlope: gate.delay.fit.parameters[2] * thermal,
        transitions: try transitions(try record["transition_data"], covering: gate.delay.range))
      guard let response else {
        throw InputError(
          .badData, at: node.location,
          "the leakage of '\(name)' up to \(leakageTo) gives no drain-induced barrier lowering: use "
            + "the model 'law_shift'")
      }
      return response
    } catch let error as FittingError {
      throw InputError(.badData, at: node.location, "threshold variation: \(error)")
    }
  }

  /// The full ramp (20 to 80 % over 0.6) of an output against its delay.
  private mutating func transitions(
    _ node: StrictYAML, covering range: ClosedRange<Double>
  ) throws -> [(supply: Double, ratio: Double)] {
    let table = try table(
      node, requiring: ["supply_v", "transition_20_80_ps", "delay_ps"])
    var ratios: [(supply: Double, ratio: Double)] = []
    var supplies = DistinctSupplies()
    for row in table.rows {
      let supply = try positive(table, row, "supply_v")
      try supplies.insert(Voltage(supply), of: row, in: table)
      let ramp = try positive(table, row, "transition_20_80_ps") / 0.6
      guard ratios.last.map({ $0.supply < supply }) ?? true else {
        throw InputError(
          .badData, at: table.location(row, "supply_v"),
          "supplies must ascend: \(supply) V comes after \(ratios.last?.supply ?? 0) V")
      }
      ratios.append((supply, ramp / (try positive(table, row, "delay_ps"))))
    }
    guard let first = ratios.first?.supply, let last = ratios.last?.supply,
      first <= range.lowerBound + 1e-9, last >= range.upperBound - 1e-9
    else {
      throw InputError(
        .badData, at: node.location,
        "does not cover the delay law's range, \(range.lowerBound) … \(range.upperBound) V")
    }
    return ratios
  }
}
