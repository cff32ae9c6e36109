/// One product of matrices through a table: vectors of activations by a matrix of weights.
///
/// The sums of a block of vectors are added up chunk by chunk of their steps, so that what a kernel
/// reads stays in the second-level cache.
struct TableProduct {
  let tables: TableLayouts
  let shape: TableProductShape
  let source: VectorSource
  /// `steps` × `outputs`, row-major.
  let weights: UnsafePointer<UInt8>
  let places: SumPlaces

  func run(_ method: TableMethod) {
    switch method.lanes {
    case .vectors: method.kernel == .pairs ? runPairs(method) : runWithVectorsAlongLanes(method)
    case .outputs: runWithOutputsAlongLanes(method)
    }
  }

  private func runWithVectorsAlongLanes(_ method: TableMethod) {
    let kernel = TableBlockKernel(method: method, layout: tables.layout(method.lanes))
    let most = method.paddedLanes(min(method.lanesPerBlock, shape.vectors))
    let columns = Scratch<UInt8>(count: most * method.stepsPerChunk + ConvolutionPatches.slack)
    let sums = Scratch<UInt32>(count: most * shape.outputs)
    for first in stride(from: 0, to: shape.vectors, by: method.lanesPerBlock) {
      let vectors = first..<min(first + method.lanesPerBlock, shape.vectors)
      let lanes = method.paddedLanes(vectors.count)
      sums.start.update(repeating: 0, count: lanes * shape.outputs)
      for steps in chunks(of: method.stepsPerChunk) {
        source.fill(columns.start, row: lanes, vectors: vectors, steps: steps)
        kernel.add(
          lanes: columns.start, laneCount: lanes, steps: steps.count,
          scalars: ScalarOperands(
            values: weights + steps.lowerBound * shape.outputs, sumStride: 1,
            stepStride: shape.outputs, count: shape.outputs),
          to: sums.start)
      }
      kernel.finish(sums.start, rows: shape.outputs, laneCount: lanes)
      places.store(
        sums.start, vectors: vectors, vectorStep: 1, outputs: 0..<shape.outputs, outputStep: lanes)
    }
  }

  private func runWithOutputsAlongLanes(_ method: TableMethod) {
    let kernel = TableBlockKernel(method: method, layout: tables.layout(method.lanes))
    let blocks = outputBlocks(method)
    let lanes = Scratch<UInt8>(count: shape.steps * blocks.reduce(0) { $0 + $1.lanes })
    for block in blocks {
      for step in 0..<shape.steps {
        (lanes.start + block.start * shape.steps + step * block.lanes).update(
          from: weights + step * shape.outputs + block.start, count: block.outputs)
      }
    }
    let most = min(method.vectorsPerBlock, max(256, (1 << 20) / shape.outputs), shape.vectors)
    let columns = Scratch<UInt8>(
      count: source.isMatrix ? 0 : most * method.stepsPerChunk + ConvolutionPatches.slack)
    let sums = Scratch<UInt32>(count: most * blocks.reduce(0) { $0 + $1.lanes })
    for first in stride(from: 0, to: shape.vectors, by: max(1, most)) {
      let vectors = first..<min(first + most, shape.vectors)
      sums.start.update(repeating: 0, count: sums.count)
      for steps in chunks(of: method.stepsPerChunk) {
        let scalars = source.scalars(vectors: vectors, steps: steps, scratch: columns.start)
        for block in blocks {
          kernel.add(
            lanes: lanes.start + block.start * shape.steps + steps.lowerBound * block.lanes,
            laneCount: block.lanes, steps: steps.count, scalars: scalars,
            to: sums.start + block.start * vectors.count)
        }
      }
      for block in blocks {
        let part = sums.start + block.start * vectors.count
        kernel.finish(part, rows: vectors.count, laneCount: block.lanes)
        places.store(
          part, vectors: vectors, vectorStep: block.lanes,
          outputs: block.start..<block.start + block.outputs, outputStep: 1)
      }
    }
  }

  /// A block of outputs along the lanes; all but the last are full.
  private struct OutputBlock {
    let start: Int
    let outputs: Int
    let lanes: Int
  }

  private func outputBlocks(_ method: TableMethod) -> [OutputBlock] {
    stride(from: 0, to: shape.outputs, by: method.lanesPerBlock).map { start in
      let outputs = min(method.lanesPerBlock, shape.outputs - start)
      return OutputBlock(start: start, outputs: outputs, lanes: method.paddedLanes(outputs))
    }
  }

  func chunks(of count: Int) -> [Range<Int>] {
    stride(from: 0, to: shape.steps, by: count).map { $0..<min($0 + count, shape.steps) }
  }
}
