extension Elaboration {
  /// The nets of a signal or of a select of it, least significant first, made where they are new.
  mutating func nets(
    _ signal: Int, _ select: SourceRange?, at place: SourcePlace
  ) throws -> [NetID] {
    let offsets = try design.offsets(of: module.signals[signal], select, at: place)
    try checkWidth(offsets.count, at: place)
    try spend(offsets.count, at: place)
    if offsets.count == 1 { return [try net(signal, offsets.lowerBound, at: place)] }
    let isWhole = offsets.count == module.signals[signal].width
    if isWhole, let known = scope.wholes[signal] { return known }
    let name = self.name(of: signal)
    var nets: [NetID] = []
    nets.reserveCapacity(offsets.count)
    for offset in offsets {
      nets.append(
        try scope.nets[Scope.key(signal, offset)]
          ?? newNet(signal, offset, named: name, at: place))
    }
    if isWhole { scope.wholes[signal] = nets }
    return nets
  }

  mutating func net(_ signal: Int, _ offset: Int, at place: SourcePlace) throws -> NetID {
    if let net = scope.nets[Scope.key(signal, offset)] { return net }
    return try newNet(signal, offset, named: name(of: signal), at: place)
  }

  private mutating func newNet(
    _ signal: Int, _ offset: Int, named name: String, at place: SourcePlace
  ) throws -> NetID {
    let index = module.signals[signal].range?.index(at: offset)
    let net = try newNet(IndexedName(name, index: index), at: place)
    scope.nets[Scope.key(signal, offset)] = net
    return net
  }

  private func name(of signal: Int) -> String {
    scope.path + design.names[module.signals[signal].name]
  }

  mutating func newNet(_ name: IndexedName, at place: SourcePlace) throws -> NetID {
    try reserve(1, nameBytes: name.base.utf8.count, at: place)
    return builder.addNet(name, at: location(place))
  }

  // MARK: - Limits

  /// Makes room for nets or instances.
  mutating func reserve(_ count: Int, nameBytes bytes: Int, at place: SourcePlace) throws {
    netCount += count
    nameBytes += bytes
    guard netCount <= netLimit else {
      throw error(
        "the flat netlist has more than \(netLimit) nets and instances"
          + (netLimit < Self.maximumNets ? ", very many for a text this short" : "") + ": split it",
        place)
    }
    guard nameBytes <= Self.maximumNameBytes else {
      throw error(
        "the names of the flat netlist have more than \(Self.maximumNameBytes) bytes: shorten them",
        place)
    }
  }

  /// - Throws: `InputError` 65 if what is read or driven as one has too many bits.
  func checkWidth(_ bits: Int, at place: SourcePlace) throws {
    guard bits <= VerilogReader.maximumWidth else {
      throw error(
        "an expression of more than \(VerilogReader.maximumWidth) bits is too wide", place)
    }
  }

  /// Takes time for the bits of an expression.
  mutating func spend(_ bits: Int, at place: SourcePlace) throws {
    bitCount += bits
    guard bitCount <= bitLimit else {
      throw error(
        "the expressions of the flat netlist have more than \(bitLimit) bits: split it",
        place)
    }
  }
}
