extension NetworkTrainingSettings {
  /// Each setting by its key in `training.yaml`, in its order there.
  public var entries: [(key: String, value: String)] {
    var entries: [(key: String, value: String)] = [("epochs", "\(epochs)")]
    if let part = lastEpochPart {
      entries.append(("last_epoch_part", "\(part.numerator)/\(part.denominator)"))
    }
    entries.append(("batch_size", "\(batchSize)"))
    switch optimizer {
    case .adam: entries.append(("optimizer", "adam"))
    case .gradientDescent(let momentum, let nesterov):
      entries += [("optimizer", "sgd"), ("momentum", "\(momentum)"), ("nesterov", "\(nesterov)")]
    }
    entries += [
      ("learning_rate", "\(learningRate)"), ("schedule", schedule.text),
    ]
    if let ending {
      entries += [
        ("last_epochs", "\(ending.epochs)"), ("last_learning_rate", "\(ending.learningRate)"),
      ]
    }
    entries += [
      ("weight_decay", "\(weightDecay)"), ("label_smoothing", "\(labelSmoothing)"),
    ]
    if let gradientClip { entries.append(("gradient_clip", "\(gradientClip)")) }
    if let averageDecay { entries.append(("average_decay", "\(averageDecay)")) }
    if let weightClip { entries.append(("weight_clip", "\(weightClip)")) }
    entries += [
      ("shift", "\(shift)"), ("standardize", "\(standardizes)"),
      ("validation_fraction", "\(validationFraction)"),
    ]
    if let patience { entries.append(("patience", "\(patience)")) }
    return entries
  }
}
