import Accelerators
import ModelFiles

extension SimulateCommand {
  /// Prints what each field of the accelerator is taken as, with the words of a network's folder.
  ///
  /// - Throws: `InputError` 66 or 65 at what is missing or wrong in the folder, 64 if the model's words
  ///   do not fit those of the buffers.
  func printExplanation(
    _ spec: AcceleratorSpec, flags: AcceleratorSpec.Operation.Overrides
  ) throws {
    let given = [
      ("clock.policy", flags.clock != nil), ("rails.logic", flags.logicSupply != nil),
      ("rails.memory", flags.memorySupply != nil), ("energy_table", flags.energyTable != nil),
      ("multiplier", flags.multiplier != nil),
    ]
    let array = try folder.map { try TrainedModel.array(spec, for: $0) } ?? spec
    let words = try folder.map { try QuantizationFile(folder: $0) == nil ? "default" : "model" }
    let explanation = try accelerator.explanation(
      array, flags: Set(given.filter(\.1).map(\.0)), words: words)
    TrainedModel.noteWords(spec, array)
    try table.print(explanation, people: explanation)
  }
}
