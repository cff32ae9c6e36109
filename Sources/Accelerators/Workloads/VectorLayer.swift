/// A layer without weights, which a vector unit beside the array does: pooling, or a residual addition.
public struct VectorLayer: Hashable, Sendable {
  /// Its outputs as the columns of a result have them: m positions of the batch, n channels, each of k
  /// words; its name; and how often it is done.
  public let outputs: GEMM
  /// Words that it reads, each once: of the batch.
  public let inputWords: Int
  /// Operands that are scaled for an output: 2 of an addition, whose summands have scales of their own.
  public let scalings: Int

  var outputWords: Int { outputs.shape.m * outputs.shape.n }

  /// Comparisons or additions: one less than words for each output, whatever windows share.
  var operations: Int { outputWords * (outputs.shape.k - 1) }

  /// The same layer under another name, whatever that is.
  func named(_ name: String) -> VectorLayer {
    VectorLayer(outputs: outputs.named(name), inputWords: inputWords, scalings: scalings)
  }

  /// Pooling of windows, overlapping ones too: the unit keeps what they share.
  ///
  /// - Throws: `WorkloadError` if the batch is too large.
  public static func pooling(
    name: String, batch: Int, channels: Int, inputPositions: Int, window: Int,
    outputPositions: Int
  ) throws(WorkloadError) -> VectorLayer {
    VectorLayer(
      outputs: try GEMM(name: name, m: batch * outputPositions, k: window, n: channels),
      inputWords: batch * inputPositions * channels, scalings: 0)
  }

  /// The sum of two tensors.
  ///
  /// - Throws: `WorkloadError` if the batch is too large.
  public static func addition(
    name: String, batch: Int, channels: Int, positions: Int
  ) throws(WorkloadError) -> VectorLayer {
    VectorLayer(
      outputs: try GEMM(name: name, m: batch * positions, k: 2, n: channels),
      inputWords: 2 * batch * positions * channels, scalings: 2)
  }
}

/// A layer as an accelerator does it: on the array, or beside it.
public enum LayerWork: Hashable, Sendable {
  case product(GEMM)
  case vector(VectorLayer)

  /// What the rows of tables name: the product, or the outputs of the vector unit.
  var outputs: GEMM {
    switch self {
    case .product(let layer): layer
    case .vector(let layer): layer.outputs
    }
  }

  /// The same so many times, for as many batches.
  func repeated(_ count: Int, suffix: String) throws(WorkloadError) -> LayerWork {
    func repeated(_ layer: GEMM) throws(WorkloadError) -> GEMM {
      try GEMM(
        name: layer.name + suffix, m: layer.shape.m, k: layer.shape.k, n: layer.shape.n,
        repetitions: layer.repetitions * count, convolution: layer.convolution)
    }
    switch self {
    case .product(let layer): return .product(try repeated(layer))
    case .vector(let layer):
      return .vector(
        VectorLayer(
          outputs: try repeated(layer.outputs), inputWords: layer.inputWords,
          scalings: layer.scalings))
    }
  }
}

extension AnalyticalModel {
  /// Cycles of the vector unit, a word and an operation a lane and cycle, and how many more the banks take
  /// for what it reads from the one half of the activation buffer and writes to the other, both at a time.
  func vectorCycles(
    reading: Int, operations: Int, writing: Int, lanes: Int
  ) -> (compute: Int, bank: Int) {
    func cycles(_ operands: Int, _ memory: BufferMemory, _ ports: BufferPorts) -> Int {
      memory.operandsPerCycle(ports).map { Self.ceiling(operands, $0) } ?? 0
    }
    let compute = Self.ceiling(max(reading, operations), lanes)
    let served = max(
      cycles(reading, spec.activationMemory, spec.ports.activations),
      cycles(writing, spec.outputMemory, spec.ports.outputs))
    return (compute, max(0, served - compute))
  }

  /// A layer of the vector unit: every word of its sources is read once, a word or an operation a lane and
  /// cycle, whichever takes longer, and its outputs are written once; the array stands still meanwhile.
  ///
  /// Its words come from DRAM and its outputs leave for it, as those of every layer. With double
  /// buffering the channel works while the lanes do, else after one another.
  /// - Precondition: `spec.vectorLanes` is stated.
  func estimate(_ layer: VectorLayer, lanes: Int) -> LayerEstimate {
    var counts = AccessCounts()
    let cycles = vectorCycles(
      reading: layer.inputWords, operations: layer.operations, writing: layer.outputWords,
      lanes: lanes)
    counts.cycles = cycles.compute
    counts.requantizations = layer.scalings * layer.outputWords
    counts.vectorOperations = layer.operations
    addReads(of: layer.inputWords, to: &counts)
    addWrites(of: layer.outputWords, to: &counts)
    addTransfers(
      to: &counts, weights: 0, activations: counts.activationBitsRead,
      outputs: counts.activationBitsWritten)
    var stalls = StallCounts()
    stalls.bankCycles = cycles.bank
    if let bandwidth = spec.dramBitsPerCycle {
      let transfer = Self.ceiling(counts.dramBits, bandwidth)
      let busy = counts.cycles + cycles.bank
      stalls.dramCycles = spec.isDoubleBuffered ? max(0, transfer - busy) : transfer
    }
    let times = layer.outputs.repetitions
    counts.multiply(by: times)
    return LayerEstimate(
      layer: layer.outputs, convention: .physical, stalls: stalls.times(times),
      dramBitsRead: counts.activationBitsRead, dramWeightBitsRead: 0,
      dramBitsWritten: counts.activationBitsWritten,
      folds: 0, counts: counts, utilization: 0, mappingEfficiency: 0)
  }

  /// What layers cost, in order; those of the vector unit only where the spec has one, and not in
  /// convention `scalesim`, whose peer leaves them out.
  ///
  /// - Throws: `InputError` as for a product.
  public func estimates(
    _ work: [LayerWork], _ convention: CycleConvention
  ) throws -> [LayerEstimate] {
    let workload = Workload(work)
    let kinds = try workload.kinds.map { try estimate($0, convention) }
    return zip(work, workload.order).compactMap { layer, kind in kinds[kind]?.of(layer) }
  }

  /// What a layer costs; nil of one of the vector unit that is not counted.
  func estimate(_ layer: LayerWork, _ convention: CycleConvention) throws -> LayerEstimate? {
    switch layer {
    case .product(let product): try estimate(product, convention)
    case .vector(let layer):
      convention == .physical ? spec.vectorLanes.map { estimate(layer, lanes: $0) } : nil
    }
  }
}
