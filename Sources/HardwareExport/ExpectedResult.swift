import Accelerators

/// What an exported array must give: the result of the register-level simulator.
package struct ExpectedResult: Hashable, Sendable {
  /// M×N, row-major.
  package let sums: [Int64]
  package let cycles: Int

  /// - Precondition: a multiplier for the array's words.
  package init(_ words: MatrixWords, on spec: AcceleratorSpec, multiplier: ExportedMultiplier) {
    let array = RegisterLevelArray(spec: spec, capture: multiplier.products)
    func run<Word: ArrayWord>(_ type: Word.Type) -> (sums: [Int64], counts: AccessCounts) {
      let (sums, counts) = array.multiply(
        activations: words.activations.map { Word(truncatingIfNeeded: $0) },
        weights: words.weights.map { Word(truncatingIfNeeded: $0) }, shape: words.shape)
      return (sums.map { Int64($0) }, counts)
    }
    let (sums, counts) = spec.hasWideWords ? run(UInt16.self) : run(UInt8.self)
    self.sums = sums
    cycles = counts.cycles
  }
}
