import QuantizedNetworks

extension AnalyticalModel {
  /// What a batch of a network counts: the array, its buffers, and the output stage.
  ///
  /// - Parameter images: of the batch, whose tensors between layers stay in the activation buffer.
  public func counts(of network: IntegerNetwork, images: Int) -> AccessCounts {
    var counts = surroundings(of: network, images: images)
    for linear in network.linears {
      var groups = arrayCounts(shape(of: linear, images: images))
      groups.multiply(by: linear.convolution.groups)
      counts += groups
    }
    return counts
  }

  /// How long the array waits for a batch's products, each of which fetches its operands from DRAM.
  func stalls(of network: IntegerNetwork, images: Int) -> StallCounts {
    var stalls = StallCounts()
    guard spec.hasLimitedMemory else { return stalls }
    for linear in network.linears {
      let schedule = FoldSchedule(
        spec, shape(of: linear, images: images), .physical,
        convolution: ConvolutionGeometry(linear.shape))
      stalls += schedule.totals(bitsPerCycle: spec.dramBitsPerCycle).stalls.times(
        linear.convolution.groups)
    }
    return stalls
  }

  /// The product of matrices that each group of a layer's channels asks of the array.
  private func shape(of linear: IntegerLinear, images: Int) -> MatrixShape {
    MatrixShape(
      m: images * linear.output.positions, k: linear.inputCount, n: linear.outputCount)
  }

  /// What the layers of a batch do outside the array: buffers, zero points, output stage, DRAM.
  ///
  /// Inputs come from DRAM and are written to the activation buffer; logits go to DRAM as 32-bit words.
  /// Every tensor between is written once. A layer with weights reads its operands as `addBufferReads`
  /// says; a step without weights reads its sources once, which takes cycles of the vector unit if there
  /// is one. An addition scales both of its operands.
  /// Not counted: without a vector unit, comparisons of pooling and rectifiers and sums of averages;
  /// group normalization's arithmetic.
  func surroundings(of network: IntegerNetwork, images: Int) -> AccessCounts {
    var counts = AccessCounts()
    let inputs = images * network.input.shape.count
    addWrites(of: inputs, to: &counts)
    counts.dramBits += spec.operandWidth * inputs
    for (index, step) in network.steps.enumerated() {
      let outputs = images * network.slots[step.target].shape.count
      let isLast = index == network.steps.count - 1
      if case .linear(let linear) = step.operation {
        let shape = shape(of: linear, images: images)
        for _ in 0..<linear.convolution.groups {
          addBufferReads(to: &counts, shape, tile: spec.bankVectors)
          if !isLast { addBufferWrites(to: &counts, shape) }
          counts.zeroPointAdditions += shape.m * shape.k
        }
        counts.corrections += outputs
        if !isLast { counts.requantizations += outputs }
      } else {
        let words = step.sources.map { images * network.slots[$0].shape.count }
        for words in words { addReads(of: words, to: &counts) }
        if let lanes = spec.vectorLanes {
          let all = words.reduce(0, +)
          let operations = outputs * step.operation.vectorOperations(positions: all / outputs)
          let cycles = vectorCycles(
            reading: all, operations: operations, writing: isLast ? 0 : outputs, lanes: lanes)
          counts.cycles += cycles.compute + cycles.bank
          counts.vectorOperations += operations
        }
        if !isLast { addWrites(of: outputs, to: &counts) }
        if case .add = step.operation { counts.requantizations += 2 * outputs }
      }
      if isLast { counts.dramBits += 32 * outputs }
    }
    return counts
  }

  /// The images of a batch: as many as the activation buffer's two halves hold at every layer, at most
  /// the vectors of the accumulator bank.
  ///
  /// Each image begins at a multiple of `alignment` words, and one half holds what a layer reads.
  /// - Returns: 0 if not even one fits.
  public func batch(of network: IntegerNetwork, alignment: Int = 1) -> Int {
    let half = spec.activationBufferWords
    let widest = max(1, network.widestInput(alignedTo: alignment))
    return min(spec.bankVectors, half / widest, 2 * half / network.peakWords(alignedTo: alignment))
  }
}

extension IntegerNetwork {
  /// The most words of the activation buffer that an image fills while a step runs: what it reads,
  /// what it writes, and what later steps still read. Logits leave for DRAM.
  public func peakWords(alignedTo alignment: Int = 1) -> Int {
    steps.indices.reduce(0) { peak, index in
      let written = slots.indices.filter { slot in
        slot == 0 || steps[...index].contains { $0.target == slot }
      }
      let live = written.filter { slot in
        steps[index...].contains { $0.sources.contains(slot) }
          || (slot == steps[index].target && index < steps.count - 1)
      }
      return max(peak, live.reduce(0) { $0 + slots[$1].shape.count.aligned(to: alignment) })
    }
  }
}

extension IntegerOperation {
  /// Comparisons or additions for an output.
  ///
  /// - Parameter positions: words that are read for an output, of a pooling of all positions.
  fileprivate func vectorOperations(positions: Int) -> Int {
    switch self {
    case .maxPooling(let pooling), .averagePooling(let pooling):
      pooling.kernel * pooling.kernel - 1
    case .globalAveragePooling: positions - 1
    case .clamp, .add: 1
    case .linear, .groupNormalization: 0
    }
  }
}
