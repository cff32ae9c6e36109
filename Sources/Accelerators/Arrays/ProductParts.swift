import QuantizedNetworks

/// A product of matrices that the array is given in parts, rows of M after rows of M: registers, bank
/// and memory go on from part to part, so that cycles, changes and stalls are those of the whole.
final class ProductParts {
  let registers: ArrayRegisters
  /// What makes the array stand still; nil: nothing does.
  var memory: SteppedMemory?
  private var rowsLeft: Int

  /// - Parameters:
  ///   - whole: the shape of all parts together.
  ///   - convolution: whose patches are the activations.
  init(_ spec: AcceleratorSpec, whole: MatrixShape, convolution: ConvolutionGeometry?) {
    let vectors =
      switch spec.dataflow {
      case .weightStationary: whole.m
      case .inputStationary: whole.n
      case .outputStationary: spec.rows
      }
    registers = ArrayRegisters(spec, vectors: vectors)
    memory = spec.hasLimitedMemory ? SteppedMemory(spec, whole, convolution: convolution) : nil
    rowsLeft = whole.m
  }

  /// Whether all parts have begun.
  var isLast: Bool { rowsLeft == 0 }

  /// Begins a part of so many rows.
  func begin(rows: Int) {
    precondition(rows <= rowsLeft, "more rows than the product has")
    rowsLeft -= rows
  }

  /// The stalls of a product, once all of it has passed; none before that.
  static func stalls(
    after parts: ProductParts?, _ memory: inout SteppedMemory?, _ observer: ArrayObserver?
  ) -> StallCounts {
    if let parts, !parts.isLast {
      parts.memory = memory
      return StallCounts()
    }
    let last = memory?.finish() ?? 0
    observer?.wait(last)
    return memory?.stalls ?? StallCounts()
  }

  /// How many images of a batch can pass through a network at a time, about 64 where that is possible:
  /// as many as fill whole folds of every layer, in an order in which the whole batch has them too.
  ///
  /// - Returns: `images` where no part has such an order: where activations stay, and weights stream in
  ///   more than one tile, each tile takes all images.
  static func images(of images: Int, _ network: IntegerNetwork, on spec: AcceleratorSpec) -> Int {
    let rows: Int
    switch spec.dataflow {
    case .weightStationary: rows = spec.bankVectors
    case .outputStationary: rows = spec.rows
    case .inputStationary:
      guard network.linears.allSatisfy({ $0.outputCount <= spec.bankVectors }) else {
        return images
      }
      rows = spec.columns
    }
    var least = 1
    for linear in network.linears {
      let needed = rows / AnalyticalModel.divisor(rows, linear.output.positions)
      least = least / AnalyticalModel.divisor(least, needed) * needed
      if least >= images { return images }
    }
    return min(images, least * max(1, 64 / least))
  }
}
