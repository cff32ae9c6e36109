/// What a product of matrices asks for.
struct TableProductShape: Hashable, Sendable {
  /// Input vectors, steps of each sum, and outputs of each vector.
  let vectors: Int
  let steps: Int
  let outputs: Int
}

extension TableMethod {
  /// All methods that give the right sums.
  ///
  /// - Parameter factors: those of the table, if it has any.
  static func candidates(
    kernels: TableKernels, isExact: Bool, factors: IntegerFactors?
  ) -> [TableMethod] {
    var candidates = Lanes.allCases.map { TableMethod(kernel: .lookups, lanes: $0) }
    if isExact { candidates += Lanes.allCases.map { TableMethod(kernel: .exact, lanes: $0) } }
    switch kernels {
    case .portable: return candidates
    case .avx2: candidates += Lanes.allCases.map { TableMethod(kernel: .expansion, lanes: $0) }
    case .avx512: candidates += Lanes.allCases.map { TableMethod(kernel: .rows, lanes: $0) }
    }
    if factors != nil { candidates.append(TableMethod(kernel: .pairs, lanes: .vectors)) }
    return candidates
  }

  /// The time that the method takes in nanoseconds, to choose between methods by.
  ///
  /// Each constant is the measured time of one inner loop on one core of an AMD EPYC of the Zen 5
  /// generation at 4.2 GHz (Validation.md, networks and the array); on other processors only the choice
  /// changes, never a result.
  func nanoseconds(
    _ shape: TableProductShape, kernels: TableKernels, factors: IntegerFactors?
  ) -> Double {
    let (lanes, scalars) =
      lanes == .vectors ? (shape.vectors, shape.outputs) : (shape.outputs, shape.vectors)
    let steps = Double(shape.steps)
    // Input vectors along the lanes are transposed; weights along the lanes are copied once.
    let layout = Double(lanes) * (self.lanes == .vectors ? 0.12 : 0.05)
    return steps * (layout + kernelTime(lanes, scalars, kernels, factors))
  }

  /// One step for all lanes and scalars.
  private func kernelTime(
    _ lanes: Int, _ scalars: Int, _ kernels: TableKernels, _ factors: IntegerFactors?
  ) -> Double {
    let (count, blocks) = (Double(scalars), (lanes + 63) / 64)
    switch kernel {
    case .lookups: return count * (0.6 + 0.27 * Double(lanes))
    case .exact: return count * (0.6 + 0.05 * Double(lanes))
    case .rows:
      // Up to two vectors wait for the row, four share it.
      let byBlocks = [0, 3.7, 3.8, 4.3]
      return count * (5.1 * Double(blocks / 4) + byBlocks[blocks % 4])
    case .expansion:
      let (whole, rest) = lanes.quotientAndRemainder(dividingBy: 32)
      let narrow = rest > 0 && rest <= 16 ? 1.0 : 0
      let wide = Double(whole) + (rest > 16 ? 1 : 0)
      return wide * (330 + 0.58 * count) + narrow * (165 + 0.4 * count)
    case .pairs:
      let terms = factors?.terms ?? []
      return terms.reduce(0) { sum, term in
        let layout = kernels == .avx2 && !term.isActivation ? 11.4 : 1.3
        let products = kernels == .avx2 ? 0.55 : 0.25
        // Each weight becomes a factor once.
        return sum + count + Double(blocks) * (layout + products * count)
      }
    }
  }

  /// The method that takes the least time.
  static func fastest(
    _ shape: TableProductShape, kernels: TableKernels, isExact: Bool, factors: IntegerFactors?
  ) -> TableMethod {
    let candidates = candidates(kernels: kernels, isExact: isExact, factors: factors)
    let times = candidates.map { $0.nanoseconds(shape, kernels: kernels, factors: factors) }
    return zip(candidates, times).min { $0.1 < $1.1 }?.0
      ?? TableMethod(kernel: .lookups, lanes: .vectors)
  }
}
