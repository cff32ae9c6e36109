import Files
import Quantities

extension LibertyCell {
  /// The cell's timing and power in SI units; nil if the file has none.
  ///
  /// - Throws: `InputError` 65 at an arc that starts at no input pin, lacks a table, or at a
  ///   capacitance or leakage without a unit.
  func characterization(
    _ header: LibertyHeader, _ inputs: [String], _ outputs: [LibraryCell.Output]
  ) throws -> CellCharacterization? {
    let capacitances = try capacitances(header, inputs)
    let leakage = leakagePower(header)
    let hasCapacitance = capacitances.contains { $0 != nil }
    if timings.isEmpty && powers.isEmpty && leakage == nil && !hasCapacitance { return nil }
    let places = PinPlaces(inputs, outputs.map(\.pin))
    var arcs: [CellCharacterization.Arc] = []
    for timing in timings { arcs += try self.arcs(timing, places, inputs, outputs) }
    return CellCharacterization(
      inputCapacitances: capacitances, arcs: arcs,
      internalEnergies: powers.flatMap { energies($0, places) }, leakage: leakage)
  }

  private func capacitances(_ header: LibertyHeader, _ inputs: [String]) throws -> [Double?] {
    try pins.filter { $0.direction == "input" }.map { pin in
      guard let capacitance = pin.capacitance ?? header.defaultInputCapacitance else { return nil }
      guard let unit = header.units.capacitance else {
        throw InputError(
          .badData, at: pin.location,
          "the capacitance of pin '\(pin.name)' has no unit: give capacitive_load_unit before the "
            + "first cell")
      }
      guard (capacitance * unit).isFinite else {
        throw InputError(
          .badData, at: pin.location, "the capacitance of pin '\(pin.name)' overflows in farads")
      }
      return capacitance * unit
    }
  }

  /// Watts; nil where the file has neither value nor unit.
  private func leakagePower(_ header: LibertyHeader) -> Power? {
    guard let unit = header.units.leakage else { return nil }
    if let leakage { return Power(leakage * unit) }
    // Groups of several supply pins for one state add up; the mean is over states.
    let states = leakageStates.contains { $0.state != nil }
    let kept = states ? leakageStates.filter { $0.state != nil } : leakageStates
    if !kept.isEmpty {
      let sum = kept.reduce(0.0) { $0 + $1.value }
      return Power(sum / Double(Set(kept.map(\.state)).count) * unit)
    }
    return header.defaultLeakage.map { Power($0 * unit) }
  }

  private func arcs(
    _ timing: TimingGroup, _ places: PinPlaces, _ inputs: [String],
    _ outputs: [LibraryCell.Output]
  ) throws -> [CellCharacterization.Arc] {
    let types = ["combinational", "combinational_rise", "combinational_fall"]
    guard types.contains(timing.type), !timing.tables.isEmpty else { return [] }
    let rise = try edge(timing, .cellRise, .riseTransition)
    let fall = try edge(timing, .cellFall, .fallTransition)
    guard !timing.relatedPins.isEmpty else {
      throw InputError(
        .badData, at: timing.location, "the timing group has no related_pin: name the input pin")
    }
    var arcs: [CellCharacterization.Arc] = []
    for pin in timing.pins {
      guard let output = places.outputs[pins[pin].name] else {
        throw InputError(
          .badData, at: timing.location,
          "pin '\(pins[pin].name)' is not an output, but has a combinational timing group")
      }
      for related in timing.relatedPins {
        guard let input = places.inputs[related] else {
          throw InputError(
            .badData, at: timing.relatedLocation ?? timing.location,
            "related_pin '\(related)' is not an input pin of cell '\(name)'; it has "
              + inputs.joined(separator: ", "))
        }
        let sense = timing.sense ?? Self.sense(outputs[output], input)
        arcs.append(
          CellCharacterization.Arc(
            input: input, output: output, sense: sense,
            rise: timing.type == "combinational_fall" ? nil : rise,
            fall: timing.type == "combinational_rise" ? nil : fall))
      }
    }
    return arcs
  }

  private func edge(
    _ timing: TimingGroup, _ delay: LibertyTableKind, _ transition: LibertyTableKind
  ) throws -> CellCharacterization.Edge? {
    switch (timing.tables[delay], timing.tables[transition]) {
    case (let delay?, let transition?):
      return CellCharacterization.Edge(delay: delay, transition: transition)
    case (nil, nil): return nil
    case (let found, _):
      let (has, lacks) = found == nil ? (transition, delay) : (delay, transition)
      throw InputError(
        .badData, at: timing.location,
        "the timing group has \(has.rawValue) but no \(lacks.rawValue): give both")
    }
  }

  /// The sense of an arc that states none, from the function.
  private static func sense(
    _ output: LibraryCell.Output, _ input: Int
  ) -> CellCharacterization.Sense {
    guard let variable = output.inputs.firstIndex(of: input) else { return .nonUnate }
    let table = TruthTable(output.truthTable, variables: output.inputs.count)
    let low = table.cofactor(variable, false)
    let high = table.cofactor(variable, true)
    if low.bits & ~high.bits == 0 { return .positiveUnate }
    return high.bits & ~low.bits == 0 ? .negativeUnate : .nonUnate
  }

  private func energies(
    _ power: PowerGroup, _ places: PinPlaces
  ) -> [CellCharacterization.InternalEnergy] {
    power.pins.compactMap { pin in
      let name = pins[pin].name
      let output = places.outputs[name]
      guard let position = output ?? places.inputs[name] else { return nil }
      let both = power.tables[.power]
      return CellCharacterization.InternalEnergy(
        pin: position, isInput: output == nil, supplyPin: power.supplyPin,
        rise: power.tables[.risePower] ?? both, fall: power.tables[.fallPower] ?? both)
    }
  }
}

/// The positions of a cell's pins by name.
private struct PinPlaces {
  let inputs: [String: Int]
  let outputs: [String: Int]

  init(_ inputs: [String], _ outputs: [String]) {
    func places(_ names: [String]) -> [String: Int] {
      Dictionary(zip(names, names.indices)) { first, _ in first }
    }
    self.inputs = places(inputs)
    self.outputs = places(outputs)
  }
}
