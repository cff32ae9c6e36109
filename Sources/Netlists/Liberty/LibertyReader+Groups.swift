import Files
import Quantities

extension LibertyReader {
  /// Opens a group of a kind that is read; others are skipped.
  mutating func open(_ name: String, _ arguments: [LibertyToken], at start: Int) throws {
    switch (groups.last, name) {
    case (.library, "cell"): try openCell(arguments, at: start)
    case (.library, "operating_conditions"):
      groups.append(.conditions(arguments.first.map(lexer.text) ?? ""))
    case (.library, "lu_table_template"), (.library, "power_lut_template"):
      let templateName = arguments.first.map(lexer.text) ?? ""
      guard !templateName.isEmpty else { throw error("a template needs a name", at: start) }
      template = LibertyTemplate(name: templateName)
      groups.append(.template)
    case (.cell, "pin"): try openPins(arguments, at: start)
    case (.cell, "leakage_power"):
      leakageState = LibertyCell.LeakageState()
      groups.append(.leakage)
    case (.cell, "ff"), (.cell, "latch"), (.cell, "statetable"), (.cell, "ff_bank"),
      (.cell, "latch_bank"):
      cell.refusal = "is sequential"
      groups.append(.skipped)
    case (.cell, "bus"), (.cell, "bundle"):
      cell.refusal = cell.refusal ?? "has a bus or a bundle of pins"
      groups.append(.skipped)
    case (.pins(let pins), "timing"):
      timing = LibertyCell.TimingGroup(pins: pins, location: location(start))
      groups.append(.timing)
    case (.pins(let pins), "internal_power"):
      power = LibertyCell.PowerGroup(pins: pins, location: location(start))
      groups.append(.internalPower)
    case (.timing, _), (.internalPower, _):
      var isTiming = false
      if case .timing = groups.last { isTiming = true }
      guard let kind = LibertyTableKind(rawValue: name), kind.isTiming == isTiming else {
        groups.append(.skipped)
        return
      }
      try openTable(kind, arguments, at: start)
    default: groups.append(.skipped)
    }
  }

  private mutating func openCell(_ arguments: [LibertyToken], at start: Int) throws {
    let cellName = arguments.first.map(lexer.text) ?? ""
    guard !cellName.isEmpty else { throw error("a cell needs a name", at: start) }
    guard cellNames.insert(cellName).inserted else {
      throw error("cell '\(cellName)' is there already: keep one", at: start)
    }
    cell = LibertyCell(name: cellName, location: location(start))
    groups.append(.cell)
  }

  private mutating func openPins(_ arguments: [LibertyToken], at start: Int) throws {
    let first = cell.pins.count
    for argument in arguments {
      let pin = lexer.text(argument)
      guard !pin.isEmpty else { throw error("a pin needs a name", at: start) }
      guard pinNames.insert(pin).inserted else {
        throw error("pin '\(pin)' is there already: keep one", at: argument.start)
      }
      cell.pins.append(.init(name: pin, location: location(argument.start)))
    }
    guard cell.pins.count <= Self.maximumPins else {
      throw error("a cell of more than \(Self.maximumPins) pins is too large", at: start)
    }
    guard first < cell.pins.count else { throw error("a pin needs a name", at: start) }
    groups.append(.pins(first..<cell.pins.count))
  }

  private mutating func openTable(
    _ kind: LibertyTableKind, _ arguments: [LibertyToken], at start: Int
  ) throws {
    let name = arguments.first.map(lexer.text) ?? "scalar"
    var known = LibertyTemplate(name: name)
    if name != "scalar" {
      guard let found = templates[name] else {
        let nearest = InputError.nearest(to: name, among: templates.keys.sorted())
        throw error(
          "template '\(name)' is not defined above"
            + (nearest.map { "; the nearest is '\($0)'" } ?? ": define it before the first cell"),
          at: arguments.first?.start ?? start)
      }
      known = found
    }
    table = LibertyTableText(template: known, start: start)
    groups.append(.table(kind))
  }

  /// Ends a group whose '}' was read.
  mutating func close(_ group: Group) throws {
    switch group {
    case .library, .skipped, .conditions, .pins: return
    case .cell: try closeCell()
    case .template:
      guard templates.updateValue(template, forKey: template.name) == nil else {
        throw error("template '\(template.name)' is there already: keep one")
      }
    case .leakage: cell.leakageStates.append(leakageState)
    case .timing: cell.timings.append(timing)
    case .internalPower: cell.powers.append(power)
    case .table(let kind): try closeTable(kind)
    }
  }

  private mutating func closeTable(_ kind: LibertyTableKind) throws {
    guard let finished = try finishedTable(kind) else {
      cell.refusal = cell.refusal ?? "has a table over axes that are not read"
      return
    }
    let isRepeated =
      kind.isTiming
      ? timing.tables.updateValue(finished, forKey: kind) != nil
      : power.tables.updateValue(finished, forKey: kind) != nil
    guard !isRepeated else {
      throw error("'\(kind.rawValue)' is there already: keep one", at: table.start)
    }
  }

  private mutating func closeCell() throws {
    pinNames.removeAll()
    let arcs = cell.timings.reduce(0) { $0 + $1.pins.count * $1.relatedPins.count }
    let count = cell.powers.reduce(arcs) { $0 + $1.pins.count }
    guard count <= Self.maximumArcs else {
      throw error("cell '\(cell.name)' has more than \(Self.maximumArcs) timing arcs: too large")
    }
    if let resolved = try cell.resolved(header) {
      cells.append(resolved)
    } else {
      refused[cell.name] = cell.refusal
    }
  }
}
