import ErrorTables

extension TimingErrorTable.Point {
  /// What the network side draws timing errors from.
  func errors(_ drawing: TimingErrorChoice.Drawing) -> ProductErrorModel {
    switch drawing {
    case .maskRun: .maskRun(distribution)
    case .masks: .masks(MaskErrors(distribution))
    case .differences:
      .differences(
        DifferenceErrors(
          probability: proportion.value, differences: differences.map(Int32.init),
          counts: differenceCounts, outputBits: min(16, bitErrors.count)))
    case .bits: .bits(BitErrors(probabilities: bitProbabilities))
    }
  }

  /// The share of products in which each bit was wrong.
  private var bitProbabilities: [Double] {
    bitErrors.map { Double($0) / Double(proportion.trials) }
  }
}
