import Files

extension SourceDesign {
  /// A port of the netlist and the bits that it is made of, least significant first.
  struct PortGroup {
    let name: String
    let direction: SourceModule.Direction
    let isSigned: Bool
    /// Positions in `SourceModule.signals`, and offsets in the signals.
    var bits: [(signal: Int, offset: Int)]
  }

  /// The position of a signal in a module.
  ///
  /// - Throws: `InputError` 65 at `place` if the module has none of this name.
  func signal(
    _ name: NameID, in module: SourceModule, at place: SourcePlace
  ) throws -> Int {
    if let signal = module.signalPositions[name] { return signal }
    let known = module.signals.map { names[$0.name] }
    let text = names[name]
    let hint =
      known.contains { abs($0.utf8.count - text.utf8.count) <= 2 }
      ? Self.hint(for: text, among: known) : "declare it, as in wire \(text);"
    throw error(
      "net '\(text)' is not declared; "
        + (hint.hasPrefix("known") ? "declare it, as in wire \(text);" : hint), at: place)
  }

  /// The offsets of a select in its signal; of all of it without a select.
  ///
  /// - Throws: `InputError` 65 at `place` if the select does not fit the declaration.
  func offsets(
    of signal: SourceModule.Signal, _ select: SourceRange?, at place: SourcePlace
  ) throws -> ClosedRange<Int> {
    guard let range = signal.range else {
      guard select == nil else {
        throw error("'\(names[signal.name])' is a single net: leave the select out", at: place)
      }
      return 0...0
    }
    guard let select else { return 0...range.width - 1 }
    guard let low = range.offset(of: select.right), let high = range.offset(of: select.left),
      low <= high
    else {
      let name = names[signal.name]
      throw error(
        "\(name)\(select.shown) is outside of its declaration \(name)\(range.shown)", at: place)
    }
    return low...high
  }

  /// The ports of a module as the netlist has them: Verilog's as they are, BLIF's bits joined.
  func portGroups(of module: SourceModule) throws -> [PortGroup] {
    if joinsBits { return try joinedPorts(of: module) }
    return module.ports.compactMap { port in
      guard let position = module.signalPositions[port.name] else { return nil }
      let signal = module.signals[position]
      return PortGroup(
        name: names[port.name], direction: signal.direction, isSigned: signal.isSigned,
        bits: (0..<signal.width).map { (position, $0) })
    }
  }
}
