import Files

extension Evaluation {
  /// The columns that a sweep has because its spec chose something: none for a spec that does not.
  static func chosenColumns(_ setup: EvaluationSetup) -> [Column] {
    var columns: [Column] = []
    if setup.timingErrors != .maskRun {
      let model = setup.timingErrors.rawValue
      columns.append(
        Column(
          "timing_error_model",
          "masks: whole masks are drawn; bits: output bits go wrong independently; each product's errors are keyed by image and weight."
        ) { _ in .text(model) })
    }
    return columns
  }
}
