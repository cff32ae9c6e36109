/// The lengths that a `Reshape` is given, where a file computes them: of what it reshapes and constants,
/// as PyTorch writes `x.view(x.size(0), -1)`.
struct ONNXLengths {
  private let graph: ONNXGraph
  private let reshape: ONNXNode
  /// Of what is reshaped, 0 for the batch: so does `Reshape` itself name the first length that stays.
  private let own: [Int]
  /// Nodes that may still be looked at.
  private var budget = 64

  /// - Parameter flow: what is reshaped.
  init(of reshape: ONNXNode, _ graph: ONNXGraph, _ flow: ONNXBuilder.Flow) {
    self.graph = graph
    self.reshape = reshape
    own =
      flow.isFlat
      ? [0, flow.shape.count] : [0, flow.shape.channels, flow.shape.rows, flow.shape.columns]
  }

  /// - Throws: `InputError` 65 if they are no constants and computed otherwise.
  mutating func values() throws -> [Int] {
    guard let name = reshape.input(1) else { throw reshape.refusal("its lengths are missing") }
    return try values(name)
  }

  private mutating func values(_ name: String) throws -> [Int] {
    budget -= 1
    if let tensor = graph.constant(name)?.tensor, tensor.count <= 8 { return try tensor.integers() }
    guard budget > 0, let node = graph.node(giving: name), node.domain.isEmpty else {
      throw refusal
    }
    switch node.operation {
    case "Shape" where node.input(0) == reshape.input(0) && !node.has("start") && !node.has("end"):
      return own
    case "Unsqueeze", "Squeeze", "Cast", "Identity":
      guard let input = node.input(0) else { throw refusal }
      return try values(input)
    case "Gather":
      guard let input = node.input(0), let place = node.input(1) else { throw refusal }
      let (list, indices) = (try values(input), try values(place))
      guard let index = indices.first, indices.count == 1,
        list.indices.contains(index < 0 ? index &+ list.count : index)
      else { throw refusal }
      return [list[index < 0 ? index + list.count : index]]
    case "Concat":
      var lengths: [Int] = []
      for input in node.inputs.prefix(8) { lengths += try values(input) }
      return lengths
    case "Mul":
      guard let left = node.input(0), let right = node.input(1) else { throw refusal }
      let (first, second) = (try values(left), try values(right))
      // The batch has no length to multiply.
      guard first.count == 1, second.count == 1, first[0] > 0, second[0] > 0 else { throw refusal }
      let (product, overflows) = first[0].multipliedReportingOverflow(by: second[0])
      guard !overflows else { throw refusal }
      return [product]
    default: throw refusal
    }
  }

  private var refusal: Error {
    reshape.refusal("its lengths must be constants, or made of those of what it reshapes")
  }
}
