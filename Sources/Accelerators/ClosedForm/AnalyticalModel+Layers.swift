import Files

/// What a matrix product costs on an accelerator that fetches its operands from DRAM.
public struct LayerEstimate: Sendable, Hashable {
  public let layer: GEMM
  public let convention: CycleConvention
  /// Of all repetitions together, like everything here.
  public let stalls: StallCounts
  public let dramBitsRead: Int
  /// Of these, weights.
  public let dramWeightBitsRead: Int
  public let dramBitsWritten: Int
  /// Folds, partial ones included; 0 of a layer that the vector unit does.
  public let folds: Int
  /// The array, its buffers and the output stage; `cycles` are the compute cycles. Toggles are 0.
  public let counts: AccessCounts
  /// Products over elements × total cycles: 0 to 1, but for `scalesim`, whose count is one short.
  public let utilization: Double
  /// Elements that have work, the mean over the folds: 0 to 1.
  public let mappingEfficiency: Double

  public var computeCycles: Int { counts.cycles }
  public var stallCycles: Int { stalls.cycles }
  public var totalCycles: Int { computeCycles + stallCycles }

  /// The same of a layer that differs in its name alone.
  func of(_ layer: LayerWork) -> LayerEstimate {
    LayerEstimate(
      layer: layer.outputs, convention: convention, stalls: stalls, dramBitsRead: dramBitsRead,
      dramWeightBitsRead: dramWeightBitsRead, dramBitsWritten: dramBitsWritten, folds: folds,
      counts: counts, utilization: utilization, mappingEfficiency: mappingEfficiency)
  }

  /// Whether the array does it, and not the vector unit.
  public var isOnArray: Bool { folds > 0 }

  /// Products over elements × cycles.
  static func utilization(_ counts: AccessCounts, elements: Int, cycles: Int) -> Double {
    Double(counts.multiplications) / (Double(elements) * Double(max(1, cycles)))
  }
}

extension AnalyticalModel {
  /// The closed form for a layer, cycles in either convention.
  ///
  /// Convention `scalesim` knows no accumulator bank: M (or N) is one tile, and access counts follow.
  /// - Throws: `InputError` 65 if a fold does not fit the buffers (`physical` only), or a count does
  ///   not fit 64 bits.
  public func estimate(_ layer: GEMM, _ convention: CycleConvention) throws -> LayerEstimate {
    let shape = layer.shape
    try checkRange(layer)
    if convention == .physical {
      try checkConvolution(layer)
      try checkBuffers(layer)
    }
    let schedule = FoldSchedule(
      spec, shape, convention, convolution: layer.convolution, store: tileWords)
    let totals = schedule.totals(bitsPerCycle: spec.dramBitsPerCycle)
    let model = convention == .physical ? self : withoutBank(vectors: max(shape.m, shape.n))
    var counts = model.arrayCounts(shape)
    model.addBufferReads(to: &counts, shape, tile: model.spec.bankVectors)
    model.addBufferWrites(to: &counts, shape)
    counts.registerBitClocks += model.validBits * (totals.computeCycles - counts.cycles)
    (counts.cycles, counts.clockedCycles) = (totals.computeCycles, totals.computeCycles)
    counts.zeroPointAdditions = spec.encoding == .offset ? shape.m * shape.k : 0
    counts.corrections = shape.m * shape.n
    counts.requantizations = shape.m * shape.n
    let weightBits =
      spec.dataflow == .weightStationary
      ? totals.heldBitsRead : totals.bitsRead - totals.heldBitsRead
    addTransfers(
      to: &counts, weights: weightBits, activations: totals.bitsRead - weightBits,
      outputs: totals.bitsWritten)
    counts.multiply(by: layer.repetitions)
    let stalls = totals.stalls.times(layer.repetitions)
    let work =
      spec.dataflow == .outputStationary
      ? shape.m * shape.n
      : shape.k * (spec.dataflow == .weightStationary ? shape.n : shape.m) * schedule.outer.count
    return LayerEstimate(
      layer: layer, convention: convention, stalls: stalls,
      dramBitsRead: totals.bitsRead * layer.repetitions,
      dramWeightBitsRead: weightBits * layer.repetitions,
      dramBitsWritten: totals.bitsWritten * layer.repetitions,
      folds: schedule.foldCount * layer.repetitions, counts: counts,
      utilization: LayerEstimate.utilization(
        counts, elements: spec.processingElements, cycles: counts.cycles + stalls.cycles),
      mappingEfficiency: Double(work)
        / (Double(spec.processingElements) * Double(schedule.foldCount)))
  }

  /// The array of convention `scalesim`: without pipeline registers, and without a bank that would cut
  /// so many vectors into tiles.
  private func withoutBank(vectors: Int) -> AnalyticalModel {
    var fields = AcceleratorSpec.Overrides(bankVectors: vectors)
    fields.pipelineRegisters = 0
    return AnalyticalModel(spec: spec.overriding(fields))
  }

  /// Refuses what might overflow: no register or channel moves 256 bits an element a cycle, no buffer
  /// more than a word.
  private func checkRange(_ layer: GEMM) throws {
    let (m, k, n) = (Double(layer.shape.m), Double(layer.shape.k), Double(layer.shape.n))
    let (rows, columns) = (Double(spec.rows), Double(spec.columns))
    func folds(_ extent: Double, _ part: Double) -> Double { (extent / part).rounded(.up) }
    let overhead = 2 * rows + columns + 1 + Double(spec.pipelineRegisters)
    let cycles =
      switch spec.dataflow {
      case .weightStationary:
        folds(k, rows) * folds(n, columns)
          * (m + folds(m, Double(spec.bankVectors)) * overhead)
      case .inputStationary:
        folds(k, rows) * folds(m, columns)
          * (n + folds(n, Double(spec.bankVectors)) * overhead)
      case .outputStationary: folds(m, rows) * folds(n, columns) * (k + overhead)
      }
    let words = [spec.ports.weights, spec.ports.activations, spec.ports.outputs]
    let bits = Double(words.compactMap(\.wordBits).reduce(256, max))
    let bound = bits * cycles * rows * columns * Double(layer.repetitions)
    guard bound < 0x1p62 else {
      throw InputError(
        .badData,
        "layer '\(layer.name)': the counts of \(layer.shape.m)×\(layer.shape.k)×"
          + "\(layer.shape.n) on \(spec.rows)×\(spec.columns) elements do not fit 64 bits: "
          + "cut the layer into smaller ones")
    }
  }

  /// Refuses convolutions whose folds are of too many kinds, each with words of its own to count.
  private func checkConvolution(_ layer: GEMM) throws {
    guard let convolution = layer.convolution else { return }
    let tile =
      switch spec.dataflow {
      case .weightStationary: spec.bankVectors
      case .inputStationary: spec.columns
      case .outputStationary: spec.rows
      }
    let steps = spec.dataflow == .outputStationary ? layer.shape.k : spec.rows
    guard
      FoldInputs.effort(convolution, layer.shape, tile: tile, steps: steps)
        <= FoldInputs.maximumEffort
    else {
      throw InputError(
        .badData,
        "layer '\(layer.name)': the words that \(convolution.positions) positions of "
          + "\(convolution.taps) taps share are too many to count: take a smaller kernel or image, "
          + "or give it as a matrix product (--gemm)")
    }
  }

  /// Refuses buffers that do not hold the operands that a fold begins with, or the outputs that it
  /// completes at once.
  private func checkBuffers(_ layer: GEMM) throws {
    let shape = layer.shape
    let rows = min(spec.rows, spec.dataflow == .outputStationary ? shape.m : shape.k)
    let columns = min(spec.columns, spec.dataflow == .inputStationary ? shape.m : shape.n)
    let (weights, activations, outputs) =
      switch spec.dataflow {
      case .weightStationary: (rows * columns, rows, columns)
      case .inputStationary: (rows, rows * columns, columns)
      case .outputStationary: (columns, rows, rows * columns)
      }
    let needs = [
      ("weight", weights, spec.weightBufferWords, "--weight-words"),
      ("activation", activations, spec.activationBufferWords, "--activation-words"),
      ("output", outputs, spec.outputBufferWords, "--output-words"),
    ]
    for (name, most, words, option) in needs where most > words {
      let inputs = name == "activation" ? layer.convolution : nil
      let needed = inputs.map { inputWords(layer.shape, $0) } ?? most
      guard needed > words else { continue }
      throw InputError(
        .badData,
        "layer '\(layer.name)': a fold needs \(needed) \(inputs == nil ? "" : "different ")words of "
          + "the \(name) buffer, which has "
          + "\(words), \(needed - words) too few: give it \(needed) (\(option)), or take fewer "
          + "rows or columns")
    }
  }
}

extension AnalyticalModel {
  /// The most different words of a convolution's input that a fold needs at once.
  private func inputWords(_ shape: MatrixShape, _ convolution: ConvolutionGeometry) -> Int {
    let (positions, steps) =
      switch spec.dataflow {
      case .weightStationary: (1, spec.rows)
      case .inputStationary: (spec.columns, spec.rows)
      case .outputStationary: (spec.rows, 1)
      }
    return FoldInputs.most(convolution, shape, positions: positions, steps: steps)
  }
}

extension AccessCounts {
  /// Counts of work that is done so often.
  mutating func multiply(by times: Int) {
    cycles *= times
    clockedCycles *= times
    multiplications *= times
    heldLoads *= times
    weightChanges *= times
    accumulations *= times
    zeroPointAdditions *= times
    corrections *= times
    requantizations *= times
    vectorOperations *= times
    weightBitsRead *= times
    activationBitsRead *= times
    activationBitsWritten *= times
    weightBitsUnused *= times
    activationReadBitsUnused *= times
    activationWriteBitsUnused *= times
    bankBitsRead *= times
    bankBitsWritten *= times
    dramBits *= times
    weightFillBits *= times
    activationFillBits *= times
    outputStoreBits *= times
    registerBitClocks *= times
    toggles = toggles * times
    gatedClocks *= times
    gatedInverters *= times
  }
}
