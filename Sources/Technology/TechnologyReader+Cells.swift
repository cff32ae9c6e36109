import Files
import Fitting
import Quantities

extension TechnologyReader.Reader {
  /// The fitted gates and the rows that they come from.
  struct Cells {
    let gates: [String: TechnologyNode.GateModel]
    /// The measured cell of each gate.
    let measured: [String: String]
    let rows: MeasuredCells
    let law: DelayLaw
    /// Whether laws that do not follow the rows are taken.
    let acceptsPoorFit: Bool
    let areaLibrary: TechnologyNode.AreaLibrary
    /// The temperatures that the laws were fitted at: one, or the two around the technology's.
    let temperatures: [Temperature]
  }

  private struct Laws {
    let delay: DelayLaw
    let leakage: LeakageLaw
  }

  mutating func cells(_ node: StrictYAML) throws -> Cells {
    let record = try node.record(
      ["data", "gates"],
      optional: ["law", "leakage_law", "fit_from", "fit_to", "area_library", "accept_poor_fit"])
    let low: Voltage? = try record.optional("fit_from").map { try $0.quantity(in: Self.supplies) }
    let high: Voltage? = try record.optional("fit_to").map { try $0.quantity(in: Self.supplies) }
    let from = (low ?? Voltage(0)).value
    let to = (high ?? Self.supplies.upperBound).value
    guard from <= to else {
      throw InputError(.badData, at: node.location, "'fit_from' is above 'fit_to'")
    }
    let rows = try MeasuredCells(
      table(record["data"], requiring: MeasuredCells.columns), range: from...to, reader: self)
    let temperatures = try rows.temperatures(around: temperature)
    let law: DelayLaw = try record.optional("law").map { try $0.choice() } ?? .ekvSaturation
    let laws = Laws(
      delay: law,
      leakage: try record.optional("leakage_law").map { try $0.choice() }
        ?? (law == .singleSupply ? .singleSupply : .quadratic))
    var gates: [String: TechnologyNode.GateModel] = [:]
    var measured: [String: String] = [:]
    var places: [(gate: String, location: SourceLocation)] = []
    var included: [(name: String, location: SourceLocation)] = []
    for entry in try record["gates"].entries() {
      let fields = try entry.value.record(["measured"], optional: ["energy_includes"])
      let other = fields.optional("energy_includes")
      if let other { included.append((try other.text(), other.location)) }
      measured[entry.key] = try fields["measured"].text()
      places.append((entry.key, try fields["measured"].location))
      gates[entry.key] = try gate(
        measured: fields["measured"], rows: rows, laws: laws, temperatures: temperatures,
        energyIncludes: other?.text())
    }
    try checkPositive(gates, at: node.location)
    try check(included, of: gates, at: node.location)
    let acceptsPoorFit = try record.optional("accept_poor_fit")?.flag() ?? false
    for (name, location) in places {
      guard let gate = gates[name], let cell = measured[name] else { continue }
      try judge(
        gate, "'\(name)' (cell '\(cell)')", at: location, temperatures: temperatures,
        accepted: acceptsPoorFit)
    }
    let library = try record.optional("area_library")?.text()
    return Cells(
      gates: gates, measured: measured, rows: rows, law: law,
      acceptsPoorFit: acceptsPoorFit,
      areaLibrary: library.map { $0 == "none" ? .none : .named($0) } ?? .any,
      temperatures: temperatures)
  }

  /// One gate: at each temperature three fits of the mean over the measured arcs of its cell.
  private func gate(
    measured node: StrictYAML, rows: MeasuredCells, laws: Laws, temperatures: [Temperature],
    energyIncludes: String?
  ) throws -> TechnologyNode.GateModel {
    let cell = try node.text()
    let isSingle = laws.delay == .singleSupply
    var models: [(TechnologyNode.GateModel, Temperature)] = []
    for temperature in temperatures {
      guard let curve = try rows.curve(of: cell, at: temperature) else {
        throw InputError(.badData, at: node.location, "cell '\(cell)' has no rows in \(rows.file)")
      }
      do throws(FittingError) {
        let model = TechnologyNode.GateModel(
          delay: try DelayModel(
            law: laws.delay, supplies: curve.supplies, delays: curve.delays,
            temperature: temperature),
          energy: try SwitchingEnergyModel(
            supplies: curve.supplies, energies: curve.energies, isSingle: isSingle),
          energyIncludes: energyIncludes,
          leakage: try LeakageModel(
            law: laws.leakage, supplies: curve.supplies, powers: curve.leakages))
        models.append((model, temperature))
      } catch {
        throw InputError(.badData, at: node.location, "cell '\(cell)': \(error)")
      }
    }
    guard models.count == 2 else { return models[0].0 }
    guard models[0].0.delay.range.overlaps(models[1].0.delay.range) else {
      throw InputError(
        .badData, at: node.location,
        "cell '\(cell)' has no supply in common at \(temperatures[0]) and \(temperatures[1])")
    }
    return TechnologyNode.GateModel(models[0], models[1], at: temperature)
  }

  /// Every law of energy and leakage gives positive values inside its range: a parabola through
  /// scattered points may not.
  private func checkPositive(
    _ gates: [String: TechnologyNode.GateModel], at location: SourceLocation
  ) throws {
    for (name, gate) in gates.sorted(by: { $0.key < $1.key }) {
      for supply in Self.steps(over: gate.delay.range) {
        let energy = gate.energy.energy(at: supply).value
        let leakage = gate.leakage.power(at: supply).value
        guard energy > 0, energy.isFinite, leakage > 0, leakage.isFinite else {
          throw InputError(
            .badData, at: location,
            "'\(name)': its laws give \(energy) J and \(leakage) W at \(supply), which must be "
              + "positive: leave points out by 'fit_from' and 'fit_to'")
        }
      }
    }
  }

  private static func steps(over range: ClosedRange<Double>) -> [Voltage] {
    (0...20).map { step in
      Voltage(range.lowerBound + (range.upperBound - range.lowerBound) * Double(step) / 20)
    }
  }

  /// Every included output stands by itself and takes less energy than what includes it.
  private func check(
    _ included: [(name: String, location: SourceLocation)],
    of gates: [String: TechnologyNode.GateModel], at location: SourceLocation
  ) throws {
    for (name, location) in included
    where gates[name]?.energyIncludes != nil || gates[name] == nil {
      throw InputError(
        .badData, at: location, "'\(name)' is no gate above whose energy stands by itself")
    }
    for (name, gate) in gates.sorted(by: { $0.key < $1.key }) {
      guard let other = gate.energyIncludes.flatMap({ gates[$0] }) else { continue }
      for supply in Self.steps(over: gate.delay.range) {
        guard gate.energy.energy(at: supply) > other.energy.energy(at: supply) else {
          throw InputError(
            .badData, at: location,
            "'\(name)' takes less energy than what it is said to include, at \(supply)")
        }
      }
    }
  }
}

extension TechnologyNode.GateModel {
  /// The laws between two temperatures.
  fileprivate init(
    _ colder: (TechnologyNode.GateModel, Temperature),
    _ warmer: (TechnologyNode.GateModel, Temperature), at temperature: Temperature
  ) {
    self.init(
      delay: DelayModel(
        TemperatureBracket(
          (colder.0.delay.bracket.colder, colder.1), (warmer.0.delay.bracket.colder, warmer.1),
          at: temperature)),
      energy: SwitchingEnergyModel(
        TemperatureBracket(
          (colder.0.energy.bracket.colder, colder.1), (warmer.0.energy.bracket.colder, warmer.1),
          at: temperature)),
      energyIncludes: colder.0.energyIncludes,
      leakage: LeakageModel(
        TemperatureBracket(
          (colder.0.leakage.bracket.colder, colder.1),
          (warmer.0.leakage.bracket.colder, warmer.1), at: temperature)))
  }
}
