import Files

/// A model's graph as it is read: nodes in their order, what is constant, and where the values that
/// depend on the input come from.
struct ONNXGraph {
  /// A value that depends on the graph's input.
  struct Value {
    let name: String
    /// The node that gives it, nil for the input.
    let node: Int?
    /// The last value through which every path from the input to this one leads, as far as nodes are of
    /// one value or add two; the value itself for the input.
    let dominator: Int
    /// Steps of dominators to the input.
    let depth: Int
  }

  let file: String
  let name: String
  let input: ONNXValueInfoProto
  let nodes: [ONNXNode]
  /// In the order of the nodes; the input first, and a node's first output only.
  private(set) var values: [Value]
  /// The value that the graph gives.
  private(set) var output = 0
  private var indices: [String: Int]
  private var constants: [String: ONNXConstant]
  /// Values that are neither, and the node that gives them.
  private var unknown: [String: Int] = [:]
  /// The nodes that read a value.
  private var readers: [String: [Int]] = [:]

  /// The most nodes. A topology file of so many layers is read back, and finding the branches of all
  /// residuals takes up to their square.
  static let maximumNodes = 4_096

  /// - Throws: `InputError` 65 if the graph has not one input and one output, a value has two sources
  ///   or none before it, or a tensor is wrong.
  init(_ proto: ONNXGraphProto, file: String) throws {
    func refusal(_ message: String) -> InputError {
      InputError(.badData, at: SourceLocation(file: file), message)
    }
    self.file = file
    name = proto.name
    guard proto.node.count <= Self.maximumNodes else {
      throw refusal("has \(proto.node.count) nodes: at most \(Self.maximumNodes) are read")
    }
    var tensors: [String: ONNXConstant] = [:]
    for tensor in proto.initializer {
      let constant = try ONNXTensor(tensor, label: "tensor '\(tensor.name)'", file: file)
      guard tensors.updateValue(.tensor(constant), forKey: tensor.name) == nil else {
        throw refusal("tensor '\(tensor.name)' is there twice")
      }
    }
    let inputs = proto.input.filter { tensors[$0.name] == nil }
    guard inputs.count == 1, proto.output.count == 1 else {
      throw refusal(
        "has \(inputs.count) inputs and \(proto.output.count) outputs: networks of one input and one "
          + "output are read")
    }
    constants = tensors
    input = inputs[0]
    values = [Value(name: input.name, node: nil, dominator: 0, depth: 0)]
    indices = [input.name: 0]
    var nodes: [ONNXNode] = []
    for (index, node) in proto.node.enumerated() {
      nodes.append(try ONNXNode(node, index: index, file: file))
    }
    self.nodes = nodes
    for index in nodes.indices { try place(index) }
    guard let output = indices[proto.output[0].name] else {
      throw refusal("its output '\(proto.output[0].name)' does not depend on its input")
    }
    self.output = output
  }

  /// The value of a name if it depends on the input.
  func value(_ name: String) -> Int? { indices[name] }

  /// The constant of a name.
  func constant(_ name: String) -> ONNXConstant? { constants[name] }

  /// A node's data inputs, in their order: values whose numbers it makes others of.
  func dataInputs(_ node: ONNXNode) -> [Int] {
    // The lengths that a tensor is given may come from its own.
    let inputs = node.operation == "Reshape" ? node.inputs.prefix(1) : node.inputs[...]
    return inputs.compactMap { indices[$0] }
  }

  /// The node that gives a value of which no constant was made.
  func node(giving name: String) -> ONNXNode? {
    (indices[name].flatMap { values[$0].node } ?? unknown[name]).map { nodes[$0] }
  }

  /// The nodes that read what a node gives first.
  func consumers(_ node: ONNXNode) -> [ONNXNode] {
    readers[node.outputs.first ?? "", default: []].map { nodes[$0] }
  }

  /// Enters what a node gives.
  private mutating func place(_ index: Int) throws {
    let node = nodes[index]
    for name in node.inputs where !name.isEmpty {
      guard indices[name] != nil || constants[name] != nil || unknown[name] != nil else {
        throw node.refusal("reads '\(name)', which nothing before it gives")
      }
      readers[name, default: []].append(index)
    }
    for name in node.outputs where !name.isEmpty {
      guard indices[name] == nil, constants[name] == nil, unknown[name] == nil else {
        throw node.refusal("gives '\(name)', which something before it gives already")
      }
      // What is not known better below.
      unknown[name] = index
    }
    guard let first = node.outputs.first, !first.isEmpty else { return }
    let data = dataInputs(node)
    if let nearest = data.first {
      // Other nodes of several values are refused, if they are needed at all.
      let dominator =
        node.operation == "Add" && data.count == 2 ? commonDominator(data[0], data[1]) : nearest
      unknown[first] = nil
      indices[first] = values.count
      values.append(
        Value(
          name: first, node: index, dominator: dominator, depth: values[dominator].depth + 1))
    } else if let constant = try folded(node) {
      unknown[first] = nil
      constants[first] = constant
    }
  }

  private func commonDominator(_ left: Int, _ right: Int) -> Int {
    var (left, right) = (left, right)
    while left != right {
      if values[left].depth >= values[right].depth {
        left = values[left].dominator
      } else {
        right = values[right].dominator
      }
    }
    return left
  }
}
