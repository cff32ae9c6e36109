import Datasets
import Networks
import Training

/// A training so small that its checkpoint is a few hundred numbers.
enum SmallTraining {
  static func trainer() throws -> NetworkTrainer {
    let topology = try NetworkTopology(
      name: "small", input: FeatureShape(channels: 3),
      layers: [
        .dense(outputs: 4, hasBias: true), .batchNormalization(epsilon: 1e-5, momentum: 0.1), .relu,
        .dense(outputs: 2, hasBias: true),
      ])
    let data = Dataset(
      name: "small", features: (0..<48).map { UInt8($0 * 5) }, featureCount: 3,
      featureMaximum: 255, labels: (0..<16).map { UInt8($0 % 2) }, classCount: 2)
    return try NetworkTrainer(
      topology: topology,
      settings: NetworkTrainingSettings(epochs: 3, batchSize: 4, validationFraction: 0.25), seed: 1,
      data: (training: data, test: data), file: "small")
  }

  static func checkpoint(_ path: String, of trainer: NetworkTrainer) -> TrainingCheckpoint {
    TrainingCheckpoint(path: path, settings: trainer.settings.entries)
  }

  /// The checkpoints after no epoch and after two, as FOLDER/begun and FOLDER/trained.
  static func writeSeeds(to folder: String) throws {
    let trainer = try trainer()
    var state = trainer.start()
    try checkpoint("\(folder)/begun", of: trainer).write(state)
    for _ in 0..<2 { state = try trainer.epoch(after: state) }
    try checkpoint("\(folder)/trained", of: trainer).write(state)
  }
}
