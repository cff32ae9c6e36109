import Files
import ModelFiles
import NetworkEvaluation
import Networks
import Training

/// The network that a student learns from, and how.
struct TrainTeacher: Sendable {
  /// Without batch normalization and dropout.
  let network: Network
  /// Of the weights of its folder.
  let digest: String
  let choice: EvaluationSetup.TrainingChoice.DistillationChoice

  /// By the keys of `training.yaml`.
  var entries: [(key: String, value: String)] {
    [
      ("teacher_sha256", digest), ("temperature", "\(choice.temperature)"),
      ("teacher_share", "\(choice.share)"),
    ]
  }
}

extension TrainCommand {
  /// The teacher that the options name, for a student of a topology; nil for methods without one.
  ///
  /// - Throws: `InputError` 64 if the method lacks one or has none, 65 or 66 at what is wrong in its
  ///   folder, and if it has not the student's features and classes.
  func teacher(for student: NetworkTopology) throws -> TrainTeacher? {
    guard method.chosen == .distillation else { return nil }
    guard let folder = method.teacher else {
      throw InputError(.usage, "--method distillation needs --teacher: a trained model's folder")
    }
    try TrainedModel.check(folder)
    let network = try ModelFolder.read(folder)
    let topology = network.topology
    guard topology.input.count == student.input.count, topology.classCount == student.classCount
    else {
      throw InputError(
        .badData, at: SourceLocation(file: folder),
        "makes \(topology.classCount) logits of \(topology.input.count) features where the student "
          + "makes \(student.classCount) of \(student.input.count): name a teacher of the same dataset"
      )
    }
    let standard = EvaluationSetup.TrainingChoice.standard.distillation
    return TrainTeacher(
      network: try TrainPlan.folded(network), digest: try TrainRun.digest(ofModel: folder),
      choice: .init(
        temperature: method.temperature ?? standard.temperature,
        share: method.teacherShare ?? standard.share))
  }
}
