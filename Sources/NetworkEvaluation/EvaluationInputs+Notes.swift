import Technology

extension EvaluationInputs {
  /// What all results lack or rest on, a sentence each.
  public var notes: [String] {
    [technology.variationNote, dieNote, memoryNote, networkNote].compactMap { $0 }
      + technology.poorFitNotes
  }

  private var networkNote: String? {
    setup.network.model.map {
      "Method conventional is the network of \($0) as it is, and the others begin with it: "
        + "training_passes are those of this sweep."
    }
  }

  private var dieNote: String? {
    let dies = setup.characterization.dies
    guard dies < 4, technology.variation != nil else { return nil }
    return "Error tables of one die evaluate (characterization: {dies: \(dies)}, the other half is "
      + "for training): intervals of their rates hold nothing of how dies differ. Give at least 4."
  }

  private var memoryNote: String? {
    guard !setup.modelsMemory else { return nil }
    let errors =
      setup.givesBitErrorRates ? "its bits are wrong at the given rates" : "its bits are read right"
    return "No memory is modelled (memory_supply: none): \(errors), and no energy is counted "
      + "for it."
  }
}
