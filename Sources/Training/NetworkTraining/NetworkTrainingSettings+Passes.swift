extension NetworkTrainingSettings {
  /// Makes the training as long as so many passes over the examples, whatever a step takes of them.
  ///
  /// - Parameters:
  ///   - passes: 1 … 10⁶.
  ///   - perStep: `GradientMethod.passes`.
  public mutating func take(passes: Int, perStep: Int) {
    let (whole, rest) = passes.quotientAndRemainder(dividingBy: perStep)
    epochs = whole + (rest > 0 ? 1 : 0)
    lastEpochPart = rest > 0 ? Part(rest, of: perStep) : nil
  }

  /// Last epochs that take as many passes as these do with two a step.
  ///
  /// - Parameter perStep: 1 or 2.
  public static func ending(_ twoPasses: Ending, perStep: Int) -> Ending {
    precondition(perStep == 1 || perStep == 2, "the recipe takes one or two passes a step")
    return Ending(epochs: twoPasses.epochs * 2 / perStep, learningRate: twoPasses.learningRate)
  }

  /// Examples that an epoch, from 0, trains on where there are so many.
  func examples(ofEpoch epoch: Int, of count: Int) -> Int {
    guard let part = lastEpochPart, epoch == epochs - 1 else { return count }
    let batches = count * part.numerator / part.denominator / batchSize
    return min(count, max(1, batches) * batchSize)
  }

  /// Passes over so many examples that a training without patience takes: those of `take`, to within a
  /// step.
  ///
  /// - Parameter perStep: `GradientMethod.passes`.
  public func passes(over count: Int, perStep: Int) -> Double {
    let examples = (epochs - 1) * count + examples(ofEpoch: epochs - 1, of: count)
    return Double(perStep * examples) / Double(count)
  }
}
