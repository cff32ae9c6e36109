import Technology

extension EvaluationInputs {
  /// What all results lack or rest on, a sentence each.
  public var notes: [String] {
    [technology.variationNote, memoryNote].compactMap { $0 } + technology.poorFitNotes
  }

  private var memoryNote: String? {
    guard !setup.modelsMemory else { return nil }
    let errors =
      setup.givesBitErrorRates ? "its bits are wrong at the given rates" : "its bits are read right"
    return "No memory is modelled (memory_supply: none): \(errors), and no energy is counted "
      + "for it."
  }
}
