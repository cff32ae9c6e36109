import Files

/// Makes functions of up to six variables from the cells of a library, and remembers how.
///
/// A cell of the same function up to the order of its inputs comes first, the cheapest by area; then
/// a cell with inverters on inputs and output; else the function is split on one variable (parity,
/// a constant cofactor, one cofactor that implies the other, Shannon's expansion) until its parts
/// are cells.
struct FunctionMapper {
  let matches: CellMatches
  private var known: [TruthTable: MappingRecipe] = [:]
  private let inverter: Int?
  private let nand = TruthTable(0b0111, variables: 2)
  private let xor = TruthTable(0b0110, variables: 2)
  /// Variable 2 selects variable 1, else variable 0.
  private let select = TruthTable(0b1100_1010, variables: 3)

  /// - Throws: `InputError` 65 if the library has no inverter, or no cell that a NAND can be made of.
  init(_ library: CellLibrary) throws {
    matches = CellMatches(library)
    inverter = matches[TruthTable(0b01, variables: 1)]?.cell
    guard inverter != nil else { throw lacking("inverter") }
    guard matched([nand]) != nil else { throw lacking("NAND, NOR, AND or OR of two inputs") }
  }

  private func lacking(_ cell: String) -> InputError {
    InputError(
      .badData,
      "library '\(matches.library.name)' has no \(cell), so foreign cells cannot be made of its "
        + "cells: add one, or use a library that has an inverter and a NAND of two inputs")
  }

  func cost(_ recipe: MappingRecipe) -> MappingCost {
    var cost = MappingCost()
    for step in recipe.steps { cost.add(matches.library.cells[step.cell]) }
    return cost
  }

  /// Functions of the same variables that one cell computes together, inverters allowed; nil if
  /// none does.
  func matched(_ tables: [TruthTable]) -> MappingRecipe? {
    let count = tables[0].count
    var best: (cost: MappingCost, recipe: MappingRecipe)?
    // Few inverters first, so that among equals the plainest is kept.
    for inputs in 0..<(1 << count) {
      for outputs in 0..<(1 << tables.count) {
        if inverter == nil && (inputs | outputs) != 0 { continue }
        let asked = tables.enumerated().map { index, table in
          let table = table.invertingInputs(inputs)
          return outputs >> index & 1 == 1 ? table.inverse : table
        }
        guard let match = asked.count == 1 ? matches[asked[0]] : matches[asked] else { continue }
        let recipe = recipe(match, inputs: inputs, outputs: outputs)
        if inputs == 0 && outputs == 0 { return recipe }
        let cost = cost(recipe)
        if let known = best, known.cost <= cost { continue }
        best = (cost, recipe)
      }
    }
    return best?.recipe
  }

  private func recipe(_ match: CellMatches.Match, inputs: Int, outputs: Int) -> MappingRecipe {
    var recipe = MappingRecipe()
    let pins = match.pins.map { variable -> MappingRecipe.Signal in
      let plain = MappingRecipe.Signal.variable(variable)
      guard inputs >> variable & 1 == 1, let inverter else { return plain }
      return recipe.add(inverter, [plain])
    }
    recipe.results = match.outputs.enumerated().map { index, pin in
      let plain = recipe.add(match.cell, pins, pin: pin)
      guard outputs >> index & 1 == 1, let inverter else { return plain }
      return recipe.add(inverter, [plain])
    }
    return recipe
  }

  /// How to make one function.
  mutating func recipe(for table: TruthTable) -> MappingRecipe {
    if let recipe = known[table] { return recipe }
    let support = table.support
    let recipe: MappingRecipe
    if support.count < table.count {
      var outer = MappingRecipe()
      let inner = self.recipe(for: table.reduced(to: support))
      outer.results = [outer.add(inner, support.map { .variable($0) })]
      recipe = outer
    } else if table.count == 0 {
      recipe = result(.constant(table[0]))
    } else if let match = matched([table]) {
      recipe = match
    } else if table.count == 1 {
      // Only the identity is left: a library without a buffer needs none.
      recipe = result(.variable(0))
    } else {
      recipe = split(table)
    }
    known[table] = recipe
    return recipe
  }

  private func result(_ signal: MappingRecipe.Signal) -> MappingRecipe {
    var recipe = MappingRecipe()
    recipe.results = [signal]
    return recipe
  }

  /// The cheapest split of a function that no cell computes.
  ///
  /// All variables are tried up to four; of five and six the one whose cofactors depend on the
  /// fewest variables is taken, so that the work stays bounded.
  private mutating func split(_ table: TruthTable) -> MappingRecipe {
    var variables = Array(0..<table.count)
    if table.count > 4 {
      func size(_ variable: Int) -> Int {
        let (low, high) = (table.cofactor(variable, false), table.cofactor(variable, true))
        let isParity = low == high.inverse
        return low.support.count + (isParity ? 0 : high.support.count)
      }
      let best = variables.min { (size($0), $0) < (size($1), $1) } ?? 0
      variables = [best]
    }
    var best = split(table, on: variables[0])
    for variable in variables.dropFirst() {
      let other = split(table, on: variable)
      if cost(other) < cost(best) { best = other }
    }
    return best
  }

  private mutating func split(_ table: TruthTable, on variable: Int) -> MappingRecipe {
    let low = table.cofactor(variable, false)
    let high = table.cofactor(variable, true)
    let rest = (0..<table.count).filter { $0 != variable }
    var recipe = MappingRecipe()
    let chosen = MappingRecipe.Signal.variable(variable)
    let others = rest.map { MappingRecipe.Signal.variable($0) }

    func make(_ part: TruthTable) -> MappingRecipe.Signal {
      recipe.add(self.recipe(for: part), others)
    }
    func not(_ signal: MappingRecipe.Signal) -> MappingRecipe.Signal {
      switch signal {
      case .constant(let value): .constant(!value)
      case .variable, .output:
        recipe.add(self.recipe(for: TruthTable(0b01, variables: 1)), [signal])
      }
    }
    func nand(
      _ left: MappingRecipe.Signal, _ right: MappingRecipe.Signal
    ) -> MappingRecipe.Signal {
      recipe.add(self.recipe(for: self.nand), [left, right])
    }

    let isLowZero = low.bits == 0
    let isHighZero = high.bits == 0
    if low == high.inverse && table.count > 2 {
      recipe.results = [recipe.add(self.recipe(for: xor), [chosen, make(low)])]
    } else if isLowZero {
      recipe.results = [not(nand(chosen, make(high)))]
    } else if isHighZero {
      recipe.results = [not(nand(not(chosen), make(low)))]
    } else if low.bits & ~high.bits == 0 {
      // low ∨ (variable ∧ high)
      recipe.results = [nand(nand(chosen, make(high)), make(low.inverse))]
    } else if high.bits & ~low.bits == 0 {
      recipe.results = [nand(nand(not(chosen), make(low)), make(high.inverse))]
    } else if let match = matched([select]) {
      recipe.results = [recipe.add(match, [make(low), make(high), chosen])]
    } else {
      recipe.results = [nand(nand(chosen, make(high)), nand(not(chosen), make(low)))]
    }
    return recipe
  }
}
