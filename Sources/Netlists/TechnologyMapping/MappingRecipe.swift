/// How functions of some variables are made of library cells.
struct MappingRecipe: Hashable, Sendable {
  /// What a cell's input pin is connected to.
  enum Signal: Hashable, Sendable {
    case constant(Bool)
    case variable(Int)
    /// An output pin of an earlier step.
    case output(step: Int, pin: Int)
  }

  struct Step: Hashable, Sendable {
    /// Position of the cell in its library.
    let cell: Int
    let inputs: [Signal]
  }

  private(set) var steps: [Step] = []
  /// The functions that are made.
  var results: [Signal] = []

  /// The output of a cell; a step that is there already is shared.
  mutating func add(_ cell: Int, _ inputs: [Signal], pin: Int = 0) -> Signal {
    let step = Step(cell: cell, inputs: inputs)
    if let known = steps.firstIndex(of: step) { return .output(step: known, pin: pin) }
    steps.append(step)
    return .output(step: steps.count - 1, pin: pin)
  }

  /// The first result of another recipe, with signals of this one for its variables.
  mutating func add(_ other: MappingRecipe, _ variables: [Signal]) -> Signal {
    add(all: other, variables)[0]
  }

  /// All results of another recipe, with signals of this one for its variables.
  mutating func add(all other: MappingRecipe, _ variables: [Signal]) -> [Signal] {
    var places: [Int] = []
    func here(_ signal: Signal) -> Signal {
      switch signal {
      case .constant: signal
      case .variable(let index): variables[index]
      case .output(let step, let pin): .output(step: places[step], pin: pin)
      }
    }
    for step in other.steps {
      guard case .output(let place, _) = add(step.cell, step.inputs.map(here)) else { continue }
      places.append(place)
    }
    return other.results.map(here)
  }
}

/// What cells cost: area first, where the library gives none the number of cells decides.
struct MappingCost: Comparable {
  var cellsWithoutArea = 0
  var area = 0.0
  var cells = 0

  static func < (left: MappingCost, right: MappingCost) -> Bool {
    (left.cellsWithoutArea, left.area, left.cells)
      < (right.cellsWithoutArea, right.area, right.cells)
  }

  mutating func add(_ cell: LibraryCell, count: Int = 1) {
    cells += count
    if let area = cell.area {
      self.area += Double(count) * area.value
    } else {
      cellsWithoutArea += count
    }
  }
}
