import Files
import Quantities

/// What a Liberty file says about a cell, before its functions are evaluated.
struct LibertyCell {
  struct Pin {
    let name: String
    let location: SourceLocation
    var direction: String?
    var function: LibertyFunction?
    /// In the file's unit.
    var capacitance: Double?
  }

  /// A `timing` group.
  struct TimingGroup {
    let pins: Range<Int>
    let location: SourceLocation
    var relatedPins: [String] = []
    var relatedLocation: SourceLocation?
    var sense: CellCharacterization.Sense?
    var type = "combinational"
    var tables: [LibertyTableKind: LookupTable] = [:]

    init(pins: Range<Int>, location: SourceLocation) {
      self.pins = pins
      self.location = location
    }
  }

  /// An `internal_power` group.
  struct PowerGroup {
    let pins: Range<Int>
    let location: SourceLocation
    var supplyPin = ""
    var tables: [LibertyTableKind: LookupTable] = [:]

    init(pins: Range<Int>, location: SourceLocation) {
      self.pins = pins
      self.location = location
    }
  }

  /// A `leakage_power` group, in the file's unit.
  struct LeakageState {
    var value = 0.0
    var state: String?
  }

  let name: String
  let location: SourceLocation
  var area: Area?
  var pins: [Pin] = []
  /// Why a combinational netlist cannot use the cell.
  var refusal: String?
  var isDontUse = false
  /// `cell_leakage_power`, in the file's unit.
  var leakage: Double?
  var leakageStates: [LeakageState] = []
  var timings: [TimingGroup] = []
  var powers: [PowerGroup] = []

  /// The cell with its truth tables; nil with `refusal` set if a netlist cannot use it.
  ///
  /// - Throws: `InputError` 65 at a pin without direction, or a function that cannot be read or
  ///   reads what is not an input pin.
  mutating func resolved(_ header: LibertyHeader) throws -> LibraryCell? {
    for pin in pins {
      switch pin.direction {
      case "input", "output", "internal": continue
      case "inout": refusal = refusal ?? "has a pin of direction inout"
      case let direction?:
        throw InputError(
          .badData, at: pin.location,
          "direction '\(direction)' of pin '\(pin.name)' is not known: input, output, inout or "
            + "internal")
      case nil:
        throw InputError(
          .badData, at: pin.location, "pin '\(pin.name)' has no direction: give it one")
      }
    }
    let inputs = pins.filter { $0.direction == "input" }.map(\.name)
    if refusal == nil {
      refusal = pins.contains { $0.direction == "output" } ? nil : "has no output pin"
    }
    if refusal != nil { return nil }
    var outputs: [LibraryCell.Output] = []
    for pin in pins where pin.direction == "output" {
      guard let function = pin.function else {
        refusal = "has no function at output pin '\(pin.name)'"
        return nil
      }
      guard function.pins.count <= 6 else {
        refusal = "has a function of more than six inputs at pin '\(pin.name)'"
        return nil
      }
      outputs.append(try output(pin.name, function, inputs))
    }
    return LibraryCell(
      name: name, area: area, inputs: inputs, outputs: outputs, isDontUse: isDontUse,
      characterization: try characterization(header, inputs, outputs))
  }

  private func output(
    _ pin: String, _ function: LibertyFunction, _ inputs: [String]
  ) throws -> LibraryCell.Output {
    var read: [Int] = []
    for (name, location) in function.pins {
      guard let position = inputs.firstIndex(of: name) else {
        throw InputError(
          .badData, at: location,
          "'\(name)' in the function of '\(pin)' is not an input pin of cell '\(self.name)'; it "
            + "has \(inputs.joined(separator: ", "))")
      }
      read.append(position)
    }
    let sorted = read.sorted()
    let positions = read.map { input in sorted.firstIndex(of: input) ?? 0 }
    return LibraryCell.Output(
      pin: pin, inputs: sorted,
      truthTable: try function.truthTable(positions: positions, count: sorted.count))
  }
}
