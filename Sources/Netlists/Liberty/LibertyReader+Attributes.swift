import Files
import Quantities

/// What the head of a library says about all of its cells.
struct LibertyHeader {
  var units = LibertyUnits()
  var nominalVoltage: Double?
  var nominalTemperature: Double?
  var defaultConditions: String?
  /// Volts (in the library's unit) and degrees Celsius, by name.
  var operatingConditions: [String: (voltage: Double?, temperature: Double?)] = [:]
  var defaultInputCapacitance: Double?
  var defaultLeakage: Double?

  var conditions: LibraryConditions {
    let chosen = defaultConditions.flatMap { operatingConditions[$0] }
    let voltage = nominalVoltage ?? chosen?.voltage
    let temperature = nominalTemperature ?? chosen?.temperature
    return LibraryConditions(
      supply: voltage.map { Voltage($0 * units.voltage) },
      temperature: temperature.map { Temperature(celsius: $0) })
  }
}

extension LibertyReader {
  /// `name : value;`
  mutating func attribute(_ name: String, _ value: [LibertyToken]) throws {
    guard let first = value.first, first.hasText else { return }
    switch groups.last {
    case .library: try libraryAttribute(name, value)
    case .conditions(let conditions):
      var known = header.operatingConditions[conditions] ?? (nil, nil)
      if name == "voltage" { known.voltage = try number(value, name) }
      if name == "temperature" { known.temperature = try number(value, name) }
      header.operatingConditions[conditions] = known
    case .template:
      switch name {
      case "variable_1": template.variables[0] = lexer.text(first)
      case "variable_2": template.variables[1] = lexer.text(first)
      case "variable_3": template.variables[2] = lexer.text(first)
      default: return
      }
    case .cell: try cellAttribute(name, value)
    case .pins(let pins): try pinAttribute(pins, name, value)
    case .leakage:
      if name == "value" { leakageState.value = try number(value, name) }
      if name == "when" { leakageState.state = lexer.text(first) }
    case .timing: try timingAttribute(name, value)
    case .internalPower:
      if name == "related_pg_pin" { power.supplyPin = lexer.text(first) }
    case .table, .skipped, nil: return
    }
  }

  private mutating func libraryAttribute(_ name: String, _ value: [LibertyToken]) throws {
    func unit(_ symbol: String) throws -> Double {
      guard cellNames.isEmpty else {
        throw error("'\(name)' stands after a cell: units come first", at: value[0].start)
      }
      let text = value.map(lexer.text).joined()
      guard let factor = LibertyUnits.factor(text, symbol: symbol) else {
        throw error(
          "\(name) '\(text)' is not known: write a number and a unit such as \"1n\(symbol)\"",
          at: value[0].start)
      }
      return factor
    }
    switch name {
    case "time_unit": header.units.time = try unit("s")
    case "voltage_unit": header.units.voltage = try unit("V")
    case "leakage_power_unit": header.units.leakage = try unit("W")
    case "nom_voltage": header.nominalVoltage = try number(value, name)
    case "nom_temperature": header.nominalTemperature = try number(value, name)
    case "default_operating_conditions": header.defaultConditions = lexer.text(value[0])
    case "default_input_pin_cap":
      header.defaultInputCapacitance = try positive(value, name)
    case "default_cell_leakage_power": header.defaultLeakage = try number(value, name)
    default: return
    }
  }

  private mutating func cellAttribute(_ name: String, _ value: [LibertyToken]) throws {
    switch name {
    case "area":
      // Square micrometers to square meters; the division rounds once.
      cell.area = Area(try positive(value, name) / 1e12)
    case "cell_leakage_power": cell.leakage = try number(value, name)
    case "dont_use": cell.isDontUse = lexer.text(value[0]) == "true"
    default: return
    }
  }

  private mutating func pinAttribute(
    _ pins: Range<Int>, _ name: String, _ value: [LibertyToken]
  ) throws {
    let first = value[0]
    switch name {
    case "direction":
      for pin in pins {
        guard cell.pins[pin].direction == nil else {
          throw error("the pin has a direction already: keep one", at: first.start)
        }
        cell.pins[pin].direction = lexer.text(first)
      }
    case "capacitance":
      let capacitance = try positive(value, name)
      for pin in pins { cell.pins[pin].capacitance = capacitance }
    case "function":
      guard first.kind == .quoted else {
        throw error("a function is written in quotes", at: first.start)
      }
      let function = try LibertyFunction(lexer.text(first), at: location(first.text.lowerBound))
      for pin in pins {
        guard cell.pins[pin].function == nil else {
          throw error("the pin has a function already: keep one", at: first.start)
        }
        cell.pins[pin].function = function
      }
    case "three_state": cell.refusal = cell.refusal ?? "has a three-state output"
    default: return
    }
  }

  private mutating func timingAttribute(_ name: String, _ value: [LibertyToken]) throws {
    let text = lexer.text(value[0])
    switch name {
    case "related_pin":
      timing.relatedPins = text.split(separator: " ").map(String.init)
      timing.relatedLocation = location(value[0].start)
    case "timing_sense":
      guard let sense = CellCharacterization.Sense(rawValue: text) else {
        throw error(
          "timing_sense '\(text)' is not known: positive_unate, negative_unate or non_unate",
          at: value[0].start)
      }
      timing.sense = sense
    case "timing_type": timing.type = text
    default: return
    }
  }

  /// `name (values);`
  mutating func complexAttribute(
    _ name: String, _ arguments: [LibertyToken], at start: Int
  ) throws {
    switch (groups.last, name) {
    case (.library, "capacitive_load_unit"):
      guard cellNames.isEmpty else {
        throw error("'\(name)' stands after a cell: units come first", at: start)
      }
      guard arguments.count == 2,
        let factor = LibertyUnits.factor(
          try lexer.number(arguments[0]), unit: lexer.text(arguments[1]), symbol: "F"),
        factor > 0
      else {
        throw error("capacitive_load_unit is not known: write (1, pf) or (1, ff)", at: start)
      }
      header.units.capacitance = factor
    case (.library, "include_file"):
      throw error("include_file is not read: put the included text in its place", at: start)
    case (.template, "index_1"): template.axes[0] = try axis(arguments)
    case (.template, "index_2"): template.axes[1] = try axis(arguments)
    case (.table, "index_1"): table.axes[0] = try axis(arguments)
    case (.table, "index_2"): table.axes[1] = try axis(arguments)
    case (.table, "values"):
      guard table.values == nil else {
        throw error("the table has values already: keep one", at: start)
      }
      var values: [Double] = []
      for argument in arguments {
        try lexer.numbers(argument, limit: Self.maximumAxis * Self.maximumAxis, into: &values)
      }
      numberCount += values.count
      guard numberCount <= Self.maximumNumbers else {
        throw error("more than \(Self.maximumNumbers) numbers in all tables: too large", at: start)
      }
      table.values = values
    default: return
    }
  }

  private mutating func axis(_ arguments: [LibertyToken]) throws -> LibertyAxis {
    var points: [Double] = []
    for argument in arguments {
      try lexer.numbers(argument, limit: Self.maximumAxis, into: &points)
    }
    return LibertyAxis(points: points, start: arguments.first?.start ?? token.start)
  }

  private func number(_ value: [LibertyToken], _ name: String) throws -> Double {
    guard value.count == 1 else {
      throw error("\(name) is one number", at: value[0].start)
    }
    return try lexer.number(value[0])
  }

  private func positive(_ value: [LibertyToken], _ name: String) throws -> Double {
    let number = try? number(value, name)
    guard let number, number >= 0 else {
      let text = value.map(lexer.text).joined(separator: " ")
      throw error(
        "\(name) '\(text)' is not a finite number of at least 0",
        at: value[0].start)
    }
    return number
  }
}
