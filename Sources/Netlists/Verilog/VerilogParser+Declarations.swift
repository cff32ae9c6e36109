import Files

extension VerilogParser {
  /// The port list: names alone, or declarations (ANSI).
  mutating func parseHeader() throws {
    if isSymbol("#") {
      throw error("parameters are not read: write the netlist for one set of parameters")
    }
    try expect("(", "to open the port list")
    if isKeyword("input") || isKeyword("output") || isKeyword("inout") {
      try parseANSIPorts()
    } else {
      while !isSymbol(")") {
        let (name, location) = try identifier("a port's name")
        try addPort(name, at: location)
        guard isSymbol(",") else { break }
        try advance()
      }
    }
    try expect(")", "to close the port list")
    try expect(";", "after the port list")
  }

  private mutating func parseANSIPorts() throws {
    var direction = VerilogModule.Direction.input
    var range: VerilogRange?
    while true {
      if let stated = try optionalDirection() {
        direction = stated
        range = try declaredRange()
      }
      let (name, location) = try identifier("a port's name")
      try addPort(name, at: location)
      try declare(name, direction, range, at: location)
      guard isSymbol(",") else { return }
      try advance()
    }
  }

  /// `input [7:0] a, b;` and the like in the body.
  mutating func parseDeclaration() throws {
    let isWire = isKeyword("wire")
    var direction = VerilogModule.Direction.wire
    if isWire {
      try advance()
    } else if let stated = try optionalDirection() {
      direction = stated
    }
    let range = try declaredRange()
    while true {
      let (name, location) = try identifier("a net's name")
      try declare(name, direction, range, at: location)
      if direction != .wire && !portNames.contains(name) {
        throw error("'\(name)' is not in the port list of the module: add it there", at: location)
      }
      if isSymbol("[") {
        throw error("'\(name)' is an array: only vectors, as in wire [7:0] \(name), are read")
      }
      if isSymbol("=") {
        let place = token.location
        try advance()
        let target = VerilogModule.Expression(
          operands: [(.reference(name: name, select: nil), location)], location: location)
        module.assignments.append(
          .init(target: target, source: try expression(), location: place))
      }
      guard isSymbol(",") else { break }
      try advance()
    }
    try expect(";", "after the declaration")
  }

  /// Moves over `input`, `output` and a `wire` that follows.
  private mutating func optionalDirection() throws -> VerilogModule.Direction? {
    if isKeyword("inout") { throw error("'inout' ports are not read: use input or output") }
    guard isKeyword("input") || isKeyword("output") else { return nil }
    let direction: VerilogModule.Direction = isKeyword("input") ? .input : .output
    try advance()
    if isKeyword("wire") { try advance() }
    if isKeyword("reg") {
      throw error("'reg' is behavior, not structure: synthesize the design to cells first")
    }
    return direction
  }

  private mutating func declaredRange() throws -> VerilogRange? {
    if isKeyword("signed") {
      throw error("'signed' is not read: ports are plain bits; leave it out")
    }
    let place = token.location
    guard let range = try optionalRange(allowingIndex: false) else { return nil }
    guard range.width <= VerilogReader.maximumWidth else {
      throw error(
        "a vector of \(range.width) bits is too wide: at most \(VerilogReader.maximumWidth) "
          + "are read", at: place)
    }
    return range
  }

  private mutating func addPort(_ name: String, at location: SourceLocation) throws {
    guard portNames.insert(name).inserted else {
      throw error("port '\(name)' is listed twice", at: location)
    }
    module.ports.append((name, location))
  }

  private mutating func declare(
    _ name: String, _ direction: VerilogModule.Direction, _ range: VerilogRange?,
    at location: SourceLocation
  ) throws {
    guard var known = module.signals[name] else {
      module.signals[name] = .init(direction: direction, range: range, location: location)
      return
    }
    // A port may be declared a wire as well, with the same range.
    guard known.range == range, (known.direction == .wire) != (direction == .wire) else {
      throw error(
        "'\(name)' is declared already, at line \(known.location.line): declare each net once",
        at: location)
    }
    if direction != .wire { known.direction = direction }
    module.signals[name] = known
  }
}
