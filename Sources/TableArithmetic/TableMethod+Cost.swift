/// What a product of matrices asks for.
struct TableProductShape: Hashable, Sendable {
  /// Input vectors, steps of each sum, and outputs of each vector.
  let vectors: Int
  let steps: Int
  let outputs: Int
  /// Whether the vectors are patches, laid out before any kernel reads them.
  var hasPatches = false
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
  /// The constants were fitted, in the logarithm, to the times of every method for 30 shapes of six
  /// tables on each instruction set, on one core of an AMD EPYC of the Zen 5 generation at 4.2 GHz
  /// (Validation.md, networks and the array). On other processors only the choice changes, never a
  /// result.
  func nanoseconds(
    _ shape: TableProductShape, kernels: TableKernels, factors: IntegerFactors?
  ) -> Double {
    let (lanes, scalars) =
      lanes == .vectors ? (shape.vectors, shape.outputs) : (shape.outputs, shape.vectors)
    let steps = Double(shape.steps)
    // Input vectors along the lanes are transposed; weights along the lanes are copied, row by row.
    let vectors =
      self.lanes == .vectors || shape.hasPatches ? 0.12 * Double(shape.vectors) : 0
    let weights = self.lanes == .outputs ? 4.3 + 0.012 * Double(shape.outputs) : 0
    return steps * (vectors + weights + kernelTime(lanes, scalars, kernels, factors))
  }

  /// One step for all lanes and scalars.
  private func kernelTime(
    _ lanes: Int, _ scalars: Int, _ kernels: TableKernels, _ factors: IntegerFactors?
  ) -> Double {
    let (count, blocks) = (Double(scalars), (lanes + 63) / 64)
    switch kernel {
    case .lookups: return count * (0.52 + 0.2 * Double(lanes))
    case .exact: return count * (0.88 + 0.063 * Double(lanes))
    case .rows:
      // One or two vectors wait for the row, four share it.
      let byBlocks = [0, 2.6, 3.8, 4.3]
      return count * (4.5 * Double(blocks / 4) + byBlocks[blocks % 4])
    case .expansion:
      let (whole, rest) = lanes.quotientAndRemainder(dividingBy: 32)
      let narrow = rest > 0 && rest <= 16 ? 1.0 : 0
      let wide = Double(whole) + (rest > 16 ? 1 : 0)
      return wide * (307 + 0.68 * count) + narrow * (154 + 0.26 * count)
    case .pairs:
      let terms = factors?.terms ?? []
      return terms.reduce(0) { sum, term in
        let layout = kernels == .avx2 && !term.isActivation ? 19.3 : 4.3
        let products = kernels == .avx2 ? 0.64 : 0.29
        // Each weight becomes a factor once.
        return sum + 0.27 * count + Double(blocks) * (layout + products * count)
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
