import Files

extension SourceDesign {
  func error(_ message: String, at place: SourcePlace) -> InputError {
    InputError(.badData, at: place.location(in: file), message)
  }

  /// The module that the netlist is made of: the one of a given name, or the one that no other
  /// instantiates. Definitions of cells that nothing uses are no candidates unless there is nothing
  /// else: files bring more of them than they need.
  ///
  /// - Throws: `InputError` 65 if there is no such module, more than one, or one that contains
  ///   itself.
  func top(named name: String?, library: CellLibrary) throws -> Int {
    let top = try name.map { try position(of: $0) } ?? onlyCandidate(library)
    try checkRecursion(from: top)
    return top
  }

  private func position(of name: String) throws -> Int {
    if let found = modules.firstIndex(where: { names[$0.name] == name }) { return found }
    let known = modules.map { names[$0.name] }
    throw InputError(
      .badData, at: SourceLocation(file: file),
      "there is no \(moduleWord) '\(name)'; " + Self.hint(for: name, among: known))
  }

  private func onlyCandidate(_ library: CellLibrary) throws -> Int {
    var isInstantiated = [Bool](repeating: false, count: modules.count)
    for module in modules {
      for item in module.items {
        if case .instance(let instance) = item, let used = positions[instance.cell] {
          isInstantiated[used] = true
        }
      }
    }
    var candidates = modules.indices.filter { !isInstantiated[$0] }
    let designs = candidates.filter { !isCell(modules[$0], library) }
    if !designs.isEmpty { candidates = designs }
    guard let first = candidates.first else {
      for start in modules.indices { try checkRecursion(from: start) }
      return 0
    }
    guard candidates.count == 1 else {
      let shown = candidates.prefix(8).map { "'\(names[modules[$0].name])'" }
      throw error(
        "\(candidates.count) \(moduleWord)s are instantiated by no other: "
          + shown.joined(separator: ", ") + (candidates.count > 8 ? " …" : "")
          + "; name the top, as by --top \(names[modules[first].name])", at: modules[first].place)
    }
    return first
  }

  /// Whether a module is named as a cell, or could be one: at most six inputs of one bit each, and
  /// no instance of another module.
  private func isCell(_ module: SourceModule, _ library: CellLibrary) -> Bool {
    let name = names[module.name]
    if StandardKitCells.names(name) || library[name] != nil { return true }
    let ports = module.signals.filter { $0.direction != .wire }
    return ports.allSatisfy { $0.width == 1 }
      && ports.filter { $0.direction == .input }.count <= PrimitiveCells.maximumInputs
      && !module.items.contains { item in
        guard case .instance(let instance) = item else { return false }
        return positions[instance.cell] != nil
      }
  }

  /// A module that contains itself has no end.
  private func checkRecursion(from top: Int) throws {
    enum Mark { case new, open, done }
    var mark = [Mark](repeating: .new, count: modules.count)
    var stack: [(module: Int, item: Int)] = [(top, 0)]
    mark[top] = .open
    while let (module, item) = stack.last {
      guard item < modules[module].items.count else {
        mark[module] = .done
        stack.removeLast()
        continue
      }
      stack[stack.count - 1].item += 1
      guard case .instance(let instance) = modules[module].items[item],
        let next = positions[instance.cell]
      else { continue }
      switch mark[next] {
      case .done: continue
      case .new:
        mark[next] = .open
        stack.append((next, 0))
      case .open:
        let path = stack.map(\.module).drop { $0 != next }.dropFirst()
        let through = path.prefix(4).map { "'\(names[modules[$0].name])'" }
        throw error(
          "\(moduleWord) '\(names[instance.cell])' contains itself"
            + (path.isEmpty ? "" : ", through \(through.joined(separator: ", "))")
            + ": recursion cannot be built; break it", at: instance.place)
      }
    }
  }

  /// The nearest of the known names, or some of them.
  static func hint(for name: String, among known: [String]) -> String {
    // The distance to each costs its length: a hostile file has many long names.
    let near = known.lazy.filter { abs($0.utf8.count - name.utf8.count) <= 24 }.prefix(4096)
    if let nearest = InputError.nearest(to: name, among: Array(near)) {
      return "the nearest is '\(nearest)'"
    }
    guard !known.isEmpty else { return "there are none" }
    return "known are \(known.prefix(8).joined(separator: ", "))" + (known.count > 8 ? " …" : "")
  }
}

extension SourceDesign {
  /// The flat netlist of the top module.
  func netlist(top: String?, library: CellLibrary) throws -> Netlist {
    let module = try self.top(named: top, library: library)
    var elaboration = Elaboration(self, top: module, library: library)
    return try elaboration.netlist()
  }
}
