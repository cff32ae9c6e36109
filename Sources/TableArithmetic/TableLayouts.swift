/// All layouts of one table that an instruction set's kernels read, and the table's factors.
struct TableLayouts: Sendable {
  /// What the factor of an activation is read from.
  enum ActivationFactor: Sendable {
    /// The factor is the activation.
    case activation
    /// 256 factors.
    case words(AlignedMemory<Int16>)
    /// 256 low bytes, then 256 high bytes.
    case planes(AlignedMemory<UInt8>)
  }

  let kernels: TableKernels
  let factors: IntegerFactors?
  /// One for each term of the factors.
  let activationFactors: [ActivationFactor]
  private let vectors: TableLayout
  private let outputs: TableLayout

  /// - Parameter products: at `[w << 8 | a]`.
  init(products: [UInt16], kernels: TableKernels) {
    self.kernels = kernels
    vectors = TableLayout(products: products, lanes: .vectors, kernels: kernels)
    outputs = TableLayout(products: products, lanes: .outputs, kernels: kernels)
    let factors = kernels == .portable ? nil : IntegerFactors(products: products)
    self.factors = factors
    activationFactors = (factors?.terms ?? []).map { term in
      if term.isActivation { return .activation }
      if kernels == .avx512 {
        return .planes(
          AlignedMemory<UInt8>(count: 512) { planes in
            for (value, factor) in term.activations.enumerated() {
              planes[value] = UInt8(truncatingIfNeeded: factor)
              planes[256 + value] = UInt8(truncatingIfNeeded: factor >> 8)
            }
          })
      }
      return .words(
        AlignedMemory<Int16>(count: 256) { words in
          for (value, factor) in term.activations.enumerated() { words[value] = factor }
        })
    }
  }

  func layout(_ lanes: TableMethod.Lanes) -> TableLayout {
    lanes == .vectors ? vectors : outputs
  }
}
