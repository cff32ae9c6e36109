import Files

/// A method's settings as sweeps and specs of trainings write them.
extension MethodSettings {
  /// What act's penalty keeps small.
  public static func actPenalty(_ node: StrictYAML) throws -> ActPenalty { try node.choice() }

  /// λ of act.
  public static func actStrength(_ node: StrictYAML) throws -> Float {
    Float(try node.number(in: actStrengths))
  }

  /// A text that `StrengthSchedule` reads.
  public static func actSchedule(_ node: StrictYAML) throws -> StrengthSchedule {
    let text = try node.text()
    guard let schedule = StrengthSchedule(parsing: text) else {
      throw InputError(
        .badData, at: node.location, "'\(text)' is not \(StrengthSchedule.forms)")
    }
    return schedule
  }

  /// `[lowest, highest]`.
  public static func drawnRates(_ node: StrictYAML) throws -> ClosedRange<Double> {
    let ends = try node.list().map { try $0.number(in: rates) }
    guard ends.count == 2, ends[0] <= ends[1] else {
      throw InputError(
        .badData, at: node.location, "a range of rates is [lowest, highest], such as [0.01, 0.2]")
    }
    return ends[0]...ends[1]
  }

  /// ρ of sharpness-aware minimization.
  public static func sharpnessRadius(_ node: StrictYAML) throws -> Float {
    Float(try node.number(in: sharpnessRadii))
  }

  /// Words to each side that the difference gradient smooths over, or `search`.
  public static func gradientWindow(_ node: StrictYAML) throws -> GradientWindow {
    if GradientWindow(parsing: try node.text()) == .searched { return .searched }
    return .words(try node.integer(in: GradientWindow.range))
  }
}
