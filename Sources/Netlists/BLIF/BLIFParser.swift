import Files

/// Reads the models of a BLIF text (Berkeley Logic Interchange Format, University of California,
/// 1992).
struct BLIFParser {
  /// The most bytes of a name.
  static let maximumNameLength = 1024

  private var lexer: BLIFLexer
  var names = NameTable()
  private var line: [BLIFLexer.Word] = []
  var module: SourceModule?
  private var modules: [SourceModule] = []
  private var positions: [NameID: Int] = [:]
  /// Where the ports of the model stand in its list.
  private var portPositions: [NameID: Int] = [:]

  init(_ bytes: [UInt8], file: String) throws {
    lexer = BLIFLexer(bytes, file: file)
    line = try lexer.line()
  }

  /// The models of the text, at least one.
  ///
  /// - Throws: `InputError` 65 at what is not combinational BLIF.
  mutating func parse() throws -> SourceDesign {
    while let command = line.first {
      switch (command.text, module == nil) {
      case (".model", _):
        // '.end' is optional.
        try endModel()
        try beginModel(command)
      case (_, true):
        throw error("\(command.shown) is not expected: a model begins with '.model'", command)
      case (".inputs", _): try addPorts(.input)
      case (".outputs", _): try addPorts(.output)
      case (".names", _):
        try addCover(command)
        continue
      case (".subckt", _), (".gate", _): try addInstance(command)
      case (".conn", _): try addConnection(command)
      case (".end", _): try endModel()
      case (let text, _) where Self.passedBy.contains(text): break
      default: throw error(refusal(of: command), command)
      }
      line = try lexer.line()
    }
    var notes: [String] = []
    if let module {
      notes.append(
        "the file ends without '.end' of model '\(names[module.name])': it may be cut off")
      try endModel()
    }
    guard !modules.isEmpty else {
      throw InputError(
        .badData, at: lexer.place.location(in: lexer.file),
        "there is no model: a netlist begins with '.model'")
    }
    return SourceDesign(
      file: lexer.file, byteCount: lexer.byteCount, names: names, modules: modules,
      positions: positions, moduleWord: "model", joinsBits: true, notes: notes)
  }

  private mutating func beginModel(_ command: BLIFLexer.Word) throws {
    guard line.count == 2 else { throw error("a model has one name, as in .model m", command) }
    let name = try intern(line[1])
    if let known = positions[name] {
      throw error(
        "model \(line[1].shown) is there already, at line \(modules[known].place.line): rename "
          + "one", line[1])
    }
    module = SourceModule(name: name, place: line[1].place)
    portPositions.removeAll(keepingCapacity: true)
  }

  private mutating func endModel() throws {
    addConstants()
    guard let ended = module else { return }
    positions[ended.name] = modules.count
    modules.append(ended)
    module = nil
  }

  private mutating func addPorts(_ direction: SourceModule.Direction) throws {
    for word in line.dropFirst() {
      let name = try intern(word)
      let position = try signal(name, word.place)
      let port = module?.ports.count ?? 0
      switch (module?.signals[position].direction, direction) {
      case (.wire, _): module?.signals[position].direction = direction
      case (.input, .output) where module?.passedThrough[name] == nil:
        module?.passedThrough[name] = port
      case (.output, .input):
        // The output was listed first: it is the name of this input.
        module?.signals[position].direction = .input
        module?.passedThrough[name] = portPositions[name]
      default: throw error("port \(word.shown) is listed twice", word)
      }
      portPositions[name] = port
      module?.ports.append((name, word.place))
    }
  }

  // MARK: - Covers

  /// `.names a b y` and the rows below it.
  private mutating func addCover(_ command: BLIFLexer.Word) throws {
    let words = line.dropFirst()
    guard let output = words.last else {
      throw error("'.names' lists its inputs and then its output", command)
    }
    var inputs: [NameID] = []
    for word in words.dropLast() {
      let name = try intern(word)
      _ = try signal(name, word.place)
      inputs.append(name)
    }
    let outputName = try intern(output)
    _ = try signal(outputName, output.place)
    var rows: [UInt8] = []
    var isOnSet = true
    var rowCount = 0
    while true {
      line = try lexer.line()
      guard let first = line.first, first.bytes.first != UInt8(ascii: ".") else { break }
      guard line.count == (inputs.isEmpty ? 1 : 2), let value = line.last else {
        throw error(
          "a row of '.names' has \(inputs.isEmpty ? "one value" : "inputs and one output")", first)
      }
      try addRow(inputs.isEmpty ? nil : first, inputs.count, &rows)
      guard
        value.bytes.elementsEqual([UInt8(ascii: "0")])
          || value.bytes.elementsEqual([UInt8(ascii: "1")])
      else { throw error("the output of a row is 0 or 1, not \(value.shown)", value) }
      let isOne = value.bytes.first == UInt8(ascii: "1")
      guard rowCount == 0 || isOne == isOnSet else {
        throw error(
          "the rows of '.names' list where the output is 1 or where it is 0, not both", value)
      }
      isOnSet = isOne
      rowCount += 1
    }
    module?.items.append(
      .cover(
        .init(
          inputs: inputs, output: outputName, rows: rows, isOnSet: isOnSet, rowCount: rowCount,
          place: output.place)))
  }

  private func addRow(_ word: BLIFLexer.Word?, _ count: Int, _ rows: inout [UInt8]) throws {
    guard let word else { return }
    guard word.bytes.count == count else {
      throw error(
        "the row has a value for \(word.bytes.count) of the \(count) inputs of '.names'", word)
    }
    for byte in word.bytes {
      switch byte {
      case UInt8(ascii: "0"): rows.append(0)
      case UInt8(ascii: "1"): rows.append(1)
      case UInt8(ascii: "-"): rows.append(2)
      default: throw error("an input of a row is 0, 1 or -, as in 1-0", word)
      }
    }
  }

  /// `.conn a y`: y is another name of a, as yosys writes it.
  private mutating func addConnection(_ command: BLIFLexer.Word) throws {
    guard line.count == 3 else {
      throw error("'.conn' joins a net to the one it drives, as in .conn a y", command)
    }
    let (source, target) = (try intern(line[1]), try intern(line[2]))
    _ = try signal(source, line[1].place)
    _ = try signal(target, line[2].place)
    module?.items.append(
      .cover(
        .init(
          inputs: [source], output: target, rows: [1], isOnSet: true, rowCount: 1,
          place: line[2].place)))
  }

  // MARK: - Instances

  /// `.subckt model pin=net …`
  private mutating func addInstance(_ command: BLIFLexer.Word) throws {
    guard line.count >= 2 else {
      throw error("\(command.shown) names a cell and its connections, as in A=x", command)
    }
    let cell = try intern(line[1])
    let first = module?.connections.count ?? 0
    for word in line.dropFirst(2) {
      guard let split = word.bytes.firstIndex(of: UInt8(ascii: "=")),
        split > word.bytes.startIndex, split + 1 < word.bytes.endIndex
      else { throw error("\(word.shown) is not a connection, as in A=x", word) }
      let pin = names.intern(word.bytes[..<split])
      let net = try intern(BLIFLexer.Word(bytes: word.bytes[(split + 1)...], place: word.place))
      _ = try signal(net, word.place)
      let node = Int32(module?.nodes.count ?? 0)
      module?.nodes.append(.init(kind: .name, a: net.index, place: word.place))
      module?.connections.append(
        .init(
          pin: pin, expression: SourceExpression(first: node, root: node), place: word.place))
    }
    let name = names.intern("\(names[cell])@\(command.place.line)")
    let last = module?.connections.count ?? first
    module?.items.append(
      .instance(
        .init(cell: cell, name: name, place: command.place, connections: first..<last)))
  }

  // MARK: - Names

  /// The position of a signal, which its first use declares.
  private mutating func signal(_ name: NameID, _ place: SourcePlace) throws -> Int {
    if let known = module?.signalPositions[name] { return known }
    let position = module?.signals.count ?? 0
    module?.signalPositions[name] = position
    module?.signals.append(
      .init(name: name, direction: .wire, range: nil, isSigned: false, place: place))
    return position
  }

  private mutating func intern(_ word: BLIFLexer.Word) throws -> NameID {
    guard word.bytes.count <= Self.maximumNameLength else {
      throw error(
        "a name of \(word.bytes.count) characters is too long: at most "
          + "\(Self.maximumNameLength) are read", word)
    }
    return names.intern(word.bytes)
  }

  private func error(_ message: String, _ word: BLIFLexer.Word) -> InputError {
    InputError(.badData, at: word.place.location(in: lexer.file), message)
  }
}
