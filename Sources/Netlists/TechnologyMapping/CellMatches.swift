/// The cheapest cell of a library for each function that one cell computes, whatever the order of
/// its inputs.
struct CellMatches: Sendable {
  /// A cell and, for each of its input pins, the variable that it takes.
  struct Match: Sendable {
    let cell: Int
    let pins: [Int]
    /// For each function asked for, the position of the output pin that gives it.
    let outputs: [Int]
  }

  /// The most functions, input orders counted, that are kept; a library of real cells has some
  /// thousands. Cells beyond are not mapped to.
  static let maximumFunctions = 1 << 18
  /// The most inputs of a cell of several outputs that is matched as a whole.
  static let maximumSharedInputs = 5
  /// The most outputs of such a cell.
  static let maximumOutputs = 3

  let library: CellLibrary
  private var single: [TruthTable: Match] = [:]
  private var several: [[TruthTable]: Match] = [:]

  init(_ library: CellLibrary) {
    self.library = library
    for cell in Self.cheapestFirst(library) {
      if library.cells[cell].outputs.count == 1 {
        addSingle(cell)
      } else {
        addSeveral(cell)
      }
      if single.count + several.count > Self.maximumFunctions { break }
    }
  }

  private static func cheapestFirst(_ library: CellLibrary) -> [Int] {
    func cost(_ cell: LibraryCell) -> MappingCost {
      var cost = MappingCost()
      cost.add(cell)
      return cost
    }
    let usable = library.cells.indices.filter { !library.cells[$0].isDontUse }
    return usable.sorted { first, second in
      let (left, right) = (library.cells[first], library.cells[second])
      // Small cells first, so that a limit cuts off the rare, large ones.
      let (leftCost, rightCost) = (cost(left), cost(right))
      if left.inputs.count != right.inputs.count { return left.inputs.count < right.inputs.count }
      return leftCost == rightCost ? first < second : leftCost < rightCost
    }
  }

  private mutating func addSingle(_ index: Int) {
    let cell = library.cells[index]
    let output = cell.outputs[0]
    let table = TruthTable(output.truthTable, variables: output.inputs.count)
    guard output.inputs.count == cell.inputs.count, table.support.count == table.count,
      single[table] == nil
    else { return }
    for order in Self.orders(table.count) {
      let placed = table.placed(order, of: table.count)
      if single[placed] == nil {
        // `output.inputs` may list the pins in any order.
        var pins = [Int](repeating: 0, count: cell.inputs.count)
        for (variable, pin) in output.inputs.enumerated() { pins[pin] = order[variable] }
        single[placed] = Match(cell: index, pins: pins, outputs: [0])
      }
    }
  }

  private mutating func addSeveral(_ index: Int) {
    let cell = library.cells[index]
    let count = cell.inputs.count
    guard (1...Self.maximumSharedInputs).contains(count),
      (2...Self.maximumOutputs).contains(cell.outputs.count)
    else { return }
    for order in Self.orders(count) {
      let tables = cell.outputs.map { output in
        TruthTable(output.truthTable, variables: output.inputs.count)
          .placed(output.inputs.map { order[$0] }, of: count)
      }
      let (key, places) = Self.sorted(tables)
      if several[key] == nil {
        several[key] = Match(cell: index, pins: order, outputs: places)
      }
    }
  }

  /// The cell that computes exactly this function.
  subscript(table: TruthTable) -> Match? { single[table] }

  /// The cell that computes exactly these functions of the same variables, together.
  subscript(tables: [TruthTable]) -> Match? {
    let (key, places) = Self.sorted(tables)
    guard let match = several[key] else { return nil }
    var outputs = [Int](repeating: 0, count: tables.count)
    for (rank, place) in places.enumerated() { outputs[place] = match.outputs[rank] }
    return Match(cell: match.cell, pins: match.pins, outputs: outputs)
  }

  /// Tables in the order of their bits, and where each stood.
  private static func sorted(_ tables: [TruthTable]) -> ([TruthTable], [Int]) {
    let places = tables.indices.sorted { (tables[$0].bits, $0) < (tables[$1].bits, $1) }
    return (places.map { tables[$0] }, places)
  }

  /// All orders of 0..<count, the natural one first.
  static func orders(_ count: Int) -> [[Int]] {
    var orders: [[Int]] = [[]]
    for _ in 0..<count {
      orders = orders.flatMap { order in
        (0..<count).filter { !order.contains($0) }.map { order + [$0] }
      }
    }
    return orders
  }
}
