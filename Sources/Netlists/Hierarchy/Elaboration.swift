import Files

/// Flattens a design to a netlist: resolves names, places a cell for each instance and operator,
/// and joins the names of nested instances by '.'.
///
/// Instances of modules wait in a list until the module around them is done, so that depth takes
/// heap and not call stack.
struct Elaboration {
  /// The most nets of a netlist that are used, and the most instances; checked before they are
  /// made.
  static let maximumNets = 1 << 22
  /// The most bits of all expressions together, those of a module once for each instance.
  static let maximumBits = 1 << 25
  /// The most bytes of all names together.
  static let maximumNameBytes = 1 << 28

  /// One instance of a module.
  struct Scope {
    let module: Int
    /// What stands before each name of the module: `u1.u2.`.
    let path: String
    /// The nets made so far, by signal and offset: wide buses with few used bits cost nothing.
    var nets: [UInt64: NetID] = [:]

    static func key(_ signal: Int, _ offset: Int) -> UInt64 {
      UInt64(signal) << 32 | UInt64(offset)
    }
  }

  var design: SourceDesign
  var resolver: CellResolver
  var builder: NetlistBuilder
  var scope: Scope
  var module: SourceModule
  var children: [Scope] = []
  private var netCount = 0
  private var bitCount = 0
  private var nameBytes = 0

  init(_ design: SourceDesign, top: Int, library: CellLibrary) {
    self.design = design
    resolver = CellResolver(library)
    module = design.modules[top]
    scope = Scope(module: top, path: "")
    builder = NetlistBuilder(
      name: design.names[module.name], at: module.place.location(in: design.file))
  }

  /// - Throws: `InputError` 65 at what cannot be built, and as `NetlistBuilder.finish()`.
  mutating func netlist() throws -> Netlist {
    try addPorts()
    var waiting = [scope]
    while let next = waiting.popLast() {
      scope = next
      module = design.modules[scope.module]
      for position in module.items.indices {
        switch module.items[position] {
        case .assignment(let assignment): try add(assignment)
        case .instance(let instance): try add(instance)
        case .primitive(let primitive): try add(primitive)
        case .cover(let cover): try add(cover)
        }
      }
      waiting += children.reversed()
      children.removeAll(keepingCapacity: true)
    }
    var netlist = try builder.finish()
    netlist.notes = design.notes + resolver.notes
    return netlist
  }

  private mutating func addPorts() throws {
    for group in try design.portGroups(of: module) {
      var bits: [NetID] = []
      for (signal, offset) in group.bits {
        bits.append(try net(signal, offset, at: module.signals[signal].place))
      }
      switch group.direction {
      case .input: builder.addInput(group.name, bits: bits, isSigned: group.isSigned)
      case .output: builder.addOutput(group.name, bits: bits, isSigned: group.isSigned)
      case .wire: break
      }
    }
  }

  private mutating func add(_ assignment: SourceModule.Assignment) throws {
    let target = try target(assignment.target)
    let source = try value(assignment.source, width: target.count)
    for (net, value) in zip(target, source) {
      builder.addAlias(net, of: value, at: location(assignment.place))
    }
  }

  // MARK: - Nets

  /// The nets of a signal or of a select of it, least significant first, made where they are new.
  mutating func nets(
    _ signal: Int, _ select: SourceRange?, at place: SourcePlace
  ) throws -> [NetID] {
    let offsets = try design.offsets(of: module.signals[signal], select, at: place)
    try spend(offsets.count, at: place)
    var nets: [NetID] = []
    nets.reserveCapacity(offsets.count)
    for offset in offsets { nets.append(try net(signal, offset, at: place)) }
    return nets
  }

  mutating func net(_ signal: Int, _ offset: Int, at place: SourcePlace) throws -> NetID {
    let key = Scope.key(signal, offset)
    if let net = scope.nets[key] { return net }
    let known = module.signals[signal]
    var name = scope.path + design.names[known.name]
    if let range = known.range { name += "[\(range.index(at: offset))]" }
    let net = try newNet(name, at: place)
    scope.nets[key] = net
    return net
  }

  mutating func newNet(_ name: String, at place: SourcePlace) throws -> NetID {
    try reserve(1, nameBytes: name.utf8.count, at: place)
    return builder.addNet(name, at: location(place))
  }

  // MARK: - Limits

  /// Makes room for nets or instances.
  mutating func reserve(_ count: Int, nameBytes bytes: Int, at place: SourcePlace) throws {
    netCount += count
    nameBytes += bytes
    guard netCount <= Self.maximumNets else {
      throw error(
        "the flat netlist has more than \(Self.maximumNets) nets and instances: split it", place)
    }
    guard nameBytes <= Self.maximumNameBytes else {
      throw error(
        "the names of the flat netlist have more than \(Self.maximumNameBytes) bytes: shorten them",
        place)
    }
  }

  /// Takes time for the bits of an expression.
  mutating func spend(_ bits: Int, at place: SourcePlace) throws {
    bitCount += bits
    guard bitCount <= Self.maximumBits else {
      throw error(
        "the expressions of the flat netlist have more than \(Self.maximumBits) bits: split it",
        place)
    }
  }

  // MARK: - Messages

  func location(_ place: SourcePlace) -> SourceLocation { place.location(in: design.file) }

  static func bits(_ count: Int) -> String { count == 1 ? "1 bit" : "\(count) bits" }

  func error(_ message: String, _ place: SourcePlace) -> InputError {
    design.error(message, at: place)
  }
}
