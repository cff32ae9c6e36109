import Files

/// Flattens a design to a netlist: resolves names, places a cell for each instance and operator,
/// and joins the names of nested instances by '.'.
///
/// Instances of modules wait in a list until the module around them is done, so that depth takes
/// heap and not call stack.
struct Elaboration {
  /// The most nets of a netlist that are used, and instances, together; checked before they are made.
  static let maximumNets = 1 << 22
  /// As many may stand for a text of any length, and as many more for each of its bytes: operators on
  /// wide vectors and instances of instances make very much of very little.
  static let freeNets = 1 << 18
  static let netsPerByte = 64
  /// The most bits of all ports of the netlist together: each is a net, used or not.
  static let maximumPortBits = 65_536
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
    /// The nets of the signals that were asked for whole.
    var wholes: [Int: [NetID]] = [:]

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
  var netCount = 0
  var bitCount = 0
  var nameBytes = 0
  /// The lines where `+` and `-` stand.
  var adderLines: Set<Int32> = []

  /// The most bits of all expressions together.
  var bitLimit = Self.maximumBits
  /// The most nets and instances for this text.
  let netLimit: Int

  init(_ design: SourceDesign, top: Int, library: CellLibrary) {
    self.design = design
    netLimit = min(Self.maximumNets, Self.freeNets + Self.netsPerByte * design.byteCount)
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
    netlist.notes += design.notes + resolver.notes + adderNotes
    return netlist
  }

  private mutating func addPorts() throws {
    var portBits = 0
    for port in module.ports {
      guard let position = module.signalPositions[port.name] else { continue }
      portBits += module.signals[position].width
      guard portBits <= Self.maximumPortBits else {
        throw error(
          "the ports of a netlist have more than \(Self.maximumPortBits) bits together: declare "
            + "those that are used", port.place)
      }
    }
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

  // MARK: - Messages

  func location(_ place: SourcePlace) -> SourceLocation { place.location(in: design.file) }

  static func bits(_ count: Int) -> String { count == 1 ? "1 bit" : "\(count) bits" }

  func error(_ message: String, _ place: SourcePlace) -> InputError {
    design.error(message, at: place)
  }
}
