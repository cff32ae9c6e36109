#if arch(x86_64)
  import CTableKernels
#endif

extension TableProduct {
  /// Multiplies factors instead of looking products up, two steps at a time.
  func runPairs(_ method: TableMethod) {
    #if arch(x86_64)
      guard let factors = tables.factors else {
        preconditionFailure("a table without factors has no pairs")
      }
      let terms = factors.terms.count
      // The pairs of a chunk's 64 lanes, all terms together, stay in the first-level cache.
      let stepsPerChunk = method.stepsPerChunk / terms & ~1
      let chunks = chunks(of: stepsPerChunk)
      let longest = terms * (stepsPerChunk / 2)
      let scalars = Scratch<UInt32>(count: longest * shape.outputs * chunks.count)
      for (number, steps) in chunks.enumerated() {
        pairWeights(
          steps, factors, into: scalars.start + number * longest * shape.outputs)
      }
      let columns = Scratch<UInt8>(
        count: method.lanesPerBlock * stepsPerChunk + ConvolutionPatches.slack)
      let pairs = Scratch<UInt32>(count: longest * 64)
      let sums = Scratch<UInt32>(count: method.lanesPerBlock * shape.outputs)
      for first in stride(from: 0, to: shape.vectors, by: method.lanesPerBlock) {
        let vectors = first..<min(first + method.lanesPerBlock, shape.vectors)
        let lanes = method.paddedLanes(vectors.count)
        sums.start.update(repeating: 0, count: lanes * shape.outputs)
        for (number, steps) in chunks.enumerated() {
          source.fill(columns.start, row: lanes, vectors: vectors, steps: steps)
          let weights = scalars.start + number * longest * shape.outputs
          let count = terms * ((steps.count + 1) / 2)
          for lane in stride(from: 0, to: lanes, by: 64) {
            pairActivations(
              columns.start + lane, row: lanes, steps: steps.count, into: pairs.start)
            switch tables.kernels {
            case .avx512:
              ax_add_pairs_avx512(
                pairs.start, count, weights, shape.outputs, sums.start + lane, lanes)
            case .portable: preconditionFailure("the portable set multiplies no pairs")
            case .avx2:
              ax_add_pairs_avx2(
                pairs.start, count, weights, shape.outputs, sums.start + lane, lanes)
            }
          }
        }
        places.store(
          sums.start, vectors: vectors, vectorStep: 1, outputs: 0..<shape.outputs,
          outputStep: lanes)
      }
    #else
      preconditionFailure("pairs are multiplied on x86-64 only")
    #endif
  }

  #if arch(x86_64)
    /// The factors of weights: for each output the pairs of all terms. A step too many counts 0.
    private func pairWeights(
      _ steps: Range<Int>, _ factors: IntegerFactors, into pairs: UnsafeMutablePointer<UInt32>
    ) {
      let half = (steps.count + 1) / 2
      let length = factors.terms.count * half
      for (number, term) in factors.terms.enumerated() {
        term.weights.withUnsafeBufferPointer { factor in
          for pair in 0..<half {
            let first = weights + (steps.lowerBound + 2 * pair) * shape.outputs
            let hasSecond = 2 * pair + 1 < steps.count
            for output in 0..<shape.outputs {
              let low = UInt16(bitPattern: factor[Int(first[output])])
              let high =
                hasSecond
                ? UInt16(bitPattern: factor[Int(first[shape.outputs &+ output])]) : 0
              pairs[output &* length &+ number &* half &+ pair] =
                UInt32(low) | UInt32(high) &<< 16
            }
          }
        }
      }
    }

    /// The factors of 64 vectors' activations, a row for each pair of steps and term.
    private func pairActivations(
      _ columns: UnsafePointer<UInt8>, row: Int, steps: Int,
      into pairs: UnsafeMutablePointer<UInt32>
    ) {
      let half = (steps + 1) / 2
      for (number, factor) in tables.activationFactors.enumerated() {
        for pair in 0..<half {
          let first = columns + 2 &* pair &* row
          // The weight of a step too many is 0.
          let second = 2 &* pair &+ 1 < steps ? first + row : first
          let to = pairs + 64 &* (number &* half &+ pair)
          switch factor {
          case .activation: ax_pair_bytes_avx2(first, second, to)
          case .words(let words): ax_pair_factors_avx2(first, second, words.start, to)
          case .planes(let planes): ax_pair_factors_avx512(first, second, planes.start, to)
          }
        }
      }
    }
  #endif
}
