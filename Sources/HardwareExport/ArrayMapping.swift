import Accelerators

/// How a matrix product lies on an array, in the words of the exported modules.
struct ArrayMapping: Hashable {
  let spec: AcceleratorSpec
  let shape: MatrixShape
  /// Along the operand that rows get, along the sum, along the operand that columns get.
  let vectors: Int
  let depth: Int
  let outputs: Int

  init(_ shape: MatrixShape, on spec: AcceleratorSpec) {
    self.spec = spec
    self.shape = shape
    depth = shape.k
    switch spec.dataflow {
    case .weightStationary, .outputStationary: (vectors, outputs) = (shape.m, shape.n)
    case .inputStationary: (vectors, outputs) = (shape.n, shape.m)
    }
  }

  /// Whether rows get activations, and columns weights; else it is the other way round.
  var rowsGetActivations: Bool { spec.dataflow != .inputStationary }
  var isOutputStationary: Bool { spec.dataflow == .outputStationary }

  /// Of a row's, and of a column's word.
  var rowBits: Int { rowsGetActivations ? spec.operandWidth : spec.weightWidth }
  var columnBits: Int { spec.productWidth - rowBits }

  /// From the first word that enters the array to the end of the last fold.
  var cycles: Int { AnalyticalModel(spec: spec).arrayCounts(shape).cycles }

  /// The cycle in which the output stage reads the last accumulator: earlier than the end where the
  /// last fold of a stationary operand leaves columns unused.
  var lastOutputCycle: Int {
    isOutputStationary ? cycles : cycles - (spec.columns - 1 - (outputs - 1) % spec.columns)
  }

  static func ceiling(_ value: Int, _ divisor: Int) -> Int { (value + divisor - 1) / divisor }
}
