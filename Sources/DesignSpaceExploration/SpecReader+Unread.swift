import Files
import NetworkEvaluation
import Training

extension SpecReader {
  /// The choice that is read of `training` without the settings that no method of the sweep reads, and
  /// those of them that say something: whose value is not what holds without them.
  ///
  /// - Parameters:
  ///   - given: read with all of them.
  ///   - read: without some.
  /// - Throws: `InputError` 65 at the first that says something, unless the spec stands in a manifest.
  func reading(
    _ given: EvaluationSetup.TrainingChoice, _ fields: StrictYAML.Record,
    _ read: (StrictYAML.Record) throws -> EvaluationSetup.TrainingChoice
  ) throws -> (choice: EvaluationSetup.TrainingChoice, passedOver: [String]) {
    let unread = SweepSpec.settingUsers.filter { !given.methods.contains(where: $0.isUser) }
    let choice = try read(fields.leavingOut(unread.flatMap(\.keys)))
    let (written, left) = (given.writtenSettings, choice.writtenSettings)
    var passedOver: [String] = []
    for (keys, isUser) in unread {
      for key in keys where written[key] != left[key] {
        guard let node = fields.optional(key) else { continue }
        try refuseUnlessRecorded(key, at: node.location, users: isUser)
        passedOver.append(key)
      }
    }
    return (choice, passedOver)
  }

  /// Refuses what does nothing, since the sweep has no method that reads it.
  ///
  /// - Parameters:
  ///   - setting: what the message says does nothing.
  ///   - users: the methods that read it.
  func refuseUnlessRecorded(
    _ setting: String, at location: SourceLocation, users: (TrainingMethod) -> Bool
  ) throws {
    guard !isRecorded else { return }
    let names = TrainingMethod.allCases.filter(users).map(\.rawValue)
    throw InputError(
      .badData, at: location,
      "\(setting) does nothing without method \(names.joined(separator: " or ")): add "
        + "\(names.count == 1 ? "it" : "one") to the methods, or leave the key out")
  }
}
