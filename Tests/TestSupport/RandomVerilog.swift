/// Writes random Verilog modules of gates: vectors of any direction and sign, expressions,
/// primitives, cells of the 45 nm kit, and instances of modules that stand after their use.
public struct RandomVerilog<Generator: RandomNumberGenerator> {
  /// A net that is driven.
  struct Signal {
    let name: String
    let width: Int
    let left: Int
    let right: Int
    let isSigned: Bool

    var range: String { left == right && width == 1 ? "" : "[\(left):\(right)] " }

    /// A part, least significant offset first.
    func part(_ low: Int, _ high: Int) -> String {
      if range.isEmpty { return name }
      let step = left >= right ? 1 : -1
      let (first, last) = (right + step * high, right + step * low)
      return low == high ? "\(name)[\(first)]" : "\(name)[\(first):\(last)]"
    }
  }

  /// A module that others may instantiate.
  public struct Module {
    public let name: String
    /// In the order of the ports; their names are `i0`, `i1` … and `o0`, `o1` …
    public let inputWidths: [Int]
    public let outputWidths: [Int]
  }

  var generator: Generator
  /// What expressions may read.
  var signals: [Signal] = []
  private var body: [String] = []
  private var count = 0

  public init(_ generator: Generator) { self.generator = generator }

  /// A text of one to three modules, of which the first is the top, and the top. The ports of the
  /// top have their most significant bit first: BLIF cannot say that a port has not.
  public mutating func design(prefix: String) -> (text: String, top: Module) {
    var texts: [String] = []
    var known: [Module] = []
    for index in (0..<Int.random(in: 1...3, using: &generator)).reversed() {
      let (text, module) = module("\(prefix)_\(index)", isTop: index == 0, using: known)
      texts.insert(text, at: 0)
      known.append(module)
    }
    return (texts.joined(separator: "\n"), known[known.count - 1])
  }

  func signal(_ name: String, width: Int, isSigned: Bool, style: Int) -> Signal {
    let base = style % 4 == 1 ? 3 : 0
    if width == 1 && style % 2 == 0 {
      return Signal(name: name, width: 1, left: 0, right: 0, isSigned: isSigned)
    }
    let (low, high) = (base, base + width - 1)
    return style % 4 == 2
      ? Signal(name: name, width: width, left: low, right: high, isSigned: isSigned)
      : Signal(name: name, width: width, left: high, right: low, isSigned: isSigned)
  }

  mutating func random(_ range: ClosedRange<Int>) -> Int {
    Int.random(in: range, using: &generator)
  }

  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[random(0...elements.count - 1)]
  }

  private mutating func newSignal(_ name: String, style: Int? = nil) -> Signal {
    let width = pick([1, 1, 2, 3, 4, 5, 7])
    return signal(
      name, width: width, isSigned: random(0...2) == 0, style: style ?? random(0...7))
  }

  private mutating func module(
    _ name: String, isTop: Bool, using known: [Module]
  ) -> (String, Module) {
    body = []
    count = 0
    let inputs = (0..<random(1...3)).map { newSignal("i\($0)", style: isTop ? 0 : nil) }
    let outputs = (0..<random(1...2)).map { newSignal("o\($0)", style: isTop ? 0 : nil) }
    signals = inputs
    for _ in 0..<random(2...8) { addItem(known) }
    if let helper = known.last { instantiate(helper) }
    for output in outputs {
      drive(output)
    }
    let module = Module(
      name: name, inputWidths: inputs.map(\.width), outputWidths: outputs.map(\.width))
    let ports = inputs.map { ("input", $0) } + outputs.map { ("output", $0) }
    let declared = ports.map { direction, port in
      "\(direction) \(port.isSigned ? "signed " : "")\(port.range)\(port.name)"
    }
    let isANSI = random(0...1) == 0
    let list = isANSI ? declared : ports.map(\.1.name)
    let declarations = isANSI ? [] : declared.map { "  \($0);" }
    let lines = ["module \(name) (\(list.joined(separator: ", ")));"] + declarations + body
    return ((lines + ["endmodule", ""]).joined(separator: "\n"), module)
  }

  private mutating func wire(width: Int? = nil) -> Signal {
    count += 1
    let known = newSignal("w\(count)")
    guard let width else { return known }
    return signal(known.name, width: width, isSigned: known.isSigned, style: random(0...7))
  }

  private mutating func declare(_ signal: Signal) {
    body.append("  wire \(signal.isSigned ? "signed " : "")\(signal.range)\(signal.name);")
  }

  /// Assigns a whole signal, at once or in two parts.
  private mutating func drive(_ signal: Signal) {
    if signal.width > 1 && random(0...3) == 0 {
      let cut = random(1...signal.width - 1)
      let high = signal.part(cut, signal.width - 1)
      let low = signal.part(0, cut - 1)
      if random(0...1) == 0 {
        body.append("  assign {\(high), \(low)} = \(expression(3));")
      } else {
        body.append("  assign \(high) = \(expression(3)), \(low) = \(expression(2));")
      }
    } else {
      body.append("  assign \(signal.name) = \(expression(4));")
    }
  }

  private mutating func addItem(_ known: [Module]) {
    switch random(0...9) {
    case 0, 1: addCell()
    case 2, 3: addPrimitive()
    case 4 where !known.isEmpty: instantiate(pick(known))
    case 5:
      let target = wire()
      body.append(
        "  wire \(target.isSigned ? "signed " : "")\(target.range)\(target.name) = \(expression(3));"
      )
      signals.append(target)
    default:
      let target = wire()
      declare(target)
      drive(target)
      signals.append(target)
    }
  }

  private mutating func addPrimitive() {
    let kind = pick(["and", "nand", "or", "nor", "xor", "xnor", "not", "buf"])
    let isSingle = kind == "not" || kind == "buf"
    let target = wire(width: 1)
    declare(target)
    let inputs = (0..<(isSingle ? 1 : random(2...9))).map { _ in exact(1) }
    let name = random(0...1) == 0 ? "" : "g\(count) "
    body.append(
      "  \(kind) \(name)(\(target.part(0, 0)), \(inputs.joined(separator: ", ")));")
    signals.append(target)
  }

  private mutating func addCell() {
    let cells: [(String, [String], [String])] = [
      ("FAX1", ["A", "B", "C"], ["YS", "YC"]), ("HAX1", ["A", "B"], ["YS", "YC"]),
      ("AND2X1", ["A", "B"], ["Y"]), ("OR2X1", ["A", "B"], ["Y"]),
      ("NAND2X1", ["A", "B"], ["Y"]), ("NOR2X1", ["A", "B"], ["Y"]),
      ("XOR2X1", ["A", "B"], ["Y"]), ("XNOR2X1", ["A", "B"], ["Y"]),
      ("NAND3X1", ["A", "B", "C"], ["Y"]), ("NOR3X1", ["A", "B", "C"], ["Y"]),
      ("INVX1", ["A"], ["Y"]), ("BUFX2", ["A"], ["Y"]), ("MUX2X1", ["A", "B", "S"], ["Y"]),
      ("AOI21X1", ["A", "B", "C"], ["Y"]), ("OAI21X1", ["A", "B", "C"], ["Y"]),
    ]
    let (cell, inputs, outputs) = pick(cells)
    let nets = outputs.map { _ in wire(width: 1) }
    for net in nets { declare(net) }
    let prefix = random(0...3) == 0 ? "PDKGEN" : ""
    place(
      prefix + cell, pins: inputs + outputs,
      inputs.map { _ in exact(1) } + nets.map { $0.part(0, 0) })
    signals += nets
  }

  private mutating func instantiate(_ module: Module) {
    let nets = module.outputWidths.map { wire(width: $0) }
    for net in nets { declare(net) }
    place(
      module.name,
      pins: module.inputWidths.indices.map { "i\($0)" } + nets.indices.map { "o\($0)" },
      module.inputWidths.map { exact($0) } + nets.map(\.name))
    signals += nets
  }

  private mutating func place(_ cell: String, pins: [String], _ connections: [String]) {
    count += 1
    var connected = connections
    if random(0...1) == 0 {
      connected = zip(pins, connections).map { ".\($0)(\($1))" }.shuffled(using: &generator)
    }
    body.append("  \(cell) u\(count) (\(connected.joined(separator: ", ")));")
  }
}
