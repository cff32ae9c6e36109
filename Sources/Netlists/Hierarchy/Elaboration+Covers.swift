import Files

extension Elaboration {
  /// `.names`: a gate of up to six inputs, a tree of gates above; an alias where it copies.
  mutating func add(_ cover: SourceModule.Cover) throws {
    let output = try design.signal(cover.output, in: module, at: cover.place)
    guard module.signals[output].direction != .input else {
      throw error(
        "'\(design.names[cover.output])' is an input of the model: it cannot be driven",
        cover.place)
    }
    let target = try net(output, 0, at: cover.place)
    var inputs: [NetID] = []
    for name in cover.inputs {
      inputs.append(
        try net(try design.signal(name, in: module, at: cover.place), 0, at: cover.place))
    }
    try spend(cover.rows.count + inputs.count, at: cover.place)
    let name = "\(scope.path)\(design.names[cover.output])@\(cover.place.line)"
    let driver =
      inputs.count <= 6
      ? try table(cover, inputs, name) : try sumOfProducts(cover, inputs, name)
    builder.addAlias(target, of: driver, at: location(cover.place))
  }

  private mutating func table(
    _ cover: SourceModule.Cover, _ inputs: [NetID], _ name: String
  ) throws -> NetID {
    let count = inputs.count
    let patterns: UInt64 = count == 6 ? ~0 : 1 << (1 << UInt64(count)) - 1
    var table: UInt64 = 0
    for row in 0..<cover.rowCount {
      var matches = patterns
      for input in 0..<count {
        let ones = TruthTable.ones[input]
        switch cover.rows[row * count + input] {
        case 0: matches &= ~ones
        case 1: matches &= ones
        default: break
        }
      }
      table |= matches
    }
    if !cover.isOnSet { table = ~table & patterns }
    if table == 0 { return Netlist.constantZero }
    if table == patterns { return Netlist.constantOne }
    if count == 1 && table == 0b10 { return inputs[0] }
    return try gate(Self.cell(count, table), inputs, name, cover.place)
  }

  /// The primitive cell of a function, or a look-up table named by its inputs and its truth table:
  /// `lut3_e8`.
  private static func cell(_ count: Int, _ table: UInt64) -> LibraryCell {
    if count == 1 { return PrimitiveCells.inverter }
    for function in PrimitiveCells.Function.allCases {
      let cell = PrimitiveCells.gate(function, inputs: count)
      if cell.outputs[0].truthTable == table { return cell }
    }
    return LibraryCell(
      name: "lut\(count)_\(String(table, radix: 16))", area: nil,
      inputs: ["A", "B", "C", "D", "E", "F"].prefix(count).map { $0 },
      outputs: [.init(pin: "Y", inputs: Array(0..<count), truthTable: table)])
  }

  /// An AND of literals for each row, joined by an OR, or by a NOR where the rows list zeros.
  private mutating func sumOfProducts(
    _ cover: SourceModule.Cover, _ inputs: [NetID], _ name: String
  ) throws -> NetID {
    guard cover.rowCount > 0 else { return Netlist.constantZero }
    var inverses = [NetID?](repeating: nil, count: inputs.count)
    var products: [NetID] = []
    for row in 0..<cover.rowCount {
      var literals: [NetID] = []
      for input in inputs.indices {
        switch cover.rows[row * inputs.count + input] {
        case 0:
          let inverse =
            try inverses[input]
            ?? gate(
              PrimitiveCells.inverter, [inputs[input]], "\(name).not\(input)", cover.place)
          inverses[input] = inverse
          literals.append(inverse)
        case 1: literals.append(inputs[input])
        default: break
        }
      }
      switch literals.count {
      case 0: products.append(Netlist.constantOne)
      case 1: products.append(literals[0])
      default: products.append(try tree(.and, literals, "\(name).and\(row)", cover.place))
      }
    }
    return try tree(cover.isOnSet ? .or : .nor, products, "\(name).or", cover.place)
  }
}
