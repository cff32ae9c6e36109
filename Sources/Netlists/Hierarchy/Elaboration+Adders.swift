extension Elaboration {
  /// The sum of two numbers of equal width, or their difference, modulo 2^width: a ripple-carry
  /// adder, full adders where three bits meet and half adders where one of them is 0.
  mutating func sum(
    _ left: [NetID], _ right: [NetID], subtracting: Bool, _ place: SourcePlace
  ) throws -> [NetID] {
    let name = gateName(subtracting ? "sub" : "add", place)
    adderLines.insert(place.line)
    let addend =
      subtracting ? try bitwise(PrimitiveCells.inverter, [right], place) : right
    var carry = subtracting ? Netlist.constantOne : Netlist.constantZero
    var bits: [NetID] = []
    bits.reserveCapacity(left.count)
    for bit in left.indices {
      let isLast = bit == left.count - 1
      let inputs = [left[bit], addend[bit], carry].filter { $0 != Netlist.constantZero }
      switch inputs.count {
      case 0, 1:
        bits.append(inputs.first ?? Netlist.constantZero)
        carry = Netlist.constantZero
      case 2:
        bits.append(
          try gate(PrimitiveCells.gate(.xor, inputs: 2), inputs, "\(name).s\(bit)", place))
        if !isLast {
          carry = try gate(
            PrimitiveCells.gate(.and, inputs: 2), inputs, "\(name).c\(bit)", place)
        }
      default:
        if isLast {
          bits.append(
            try gate(PrimitiveCells.gate(.xor, inputs: 3), inputs, "\(name).s\(bit)", place))
          continue
        }
        let (sum, next) = try fullAdder(inputs, "\(name).\(bit)", place)
        bits.append(sum)
        carry = next
      }
    }
    return bits
  }

  private mutating func fullAdder(
    _ inputs: [NetID], _ name: String, _ place: SourcePlace
  ) throws -> (sum: NetID, carry: NetID) {
    let carry = try newNet(IndexedName("\(name).c"), at: place)
    let sum = try newNet(IndexedName("\(name).s"), at: place)
    let cell = GeneratorCells.fullAdder
    builder.addCell(
      cell, name: name, inputs: inputs, outputs: cell.outputs.map { $0.pin == "S" ? sum : carry },
      at: location(place))
    return (sum, carry)
  }

  /// Where arithmetic became gates, which others would have chosen otherwise.
  var adderNotes: [String] {
    guard !adderLines.isEmpty else { return [] }
    let lines = adderLines.sorted()
    let shown = lines.prefix(8).map { "\($0)" }.joined(separator: ", ")
    return [
      "'+' and '-' became ripple-carry adders, at line \(shown)\(lines.count > 8 ? " …" : "")"
    ]
  }
}
