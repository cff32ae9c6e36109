import Files
import Technology

extension TechnologyError {
  /// Where a refusal stands: at a supply that the technology does not reach, else at its file.
  ///
  /// - Parameter place: of the supply, if it is in a file.
  func location(
    ofSupply place: SourceLocation?, technology file: String
  ) -> SourceLocation {
    switch self {
    case .outsideFittedRange, .tooSlow: place ?? SourceLocation(file: file)
    case .clockTooShort, .unknownGate, .missingPart: SourceLocation(file: file)
    }
  }

  /// Why a multiplier's products cannot be captured at an operating point.
  ///
  /// - Parameters:
  ///   - multiplier: its name.
  ///   - file: of the technology, where its data are at fault.
  ///   - place: where the operating point stands, if in a file.
  func refusal(
    of multiplier: String, technology file: String, at place: SourceLocation? = nil
  ) -> InputError {
    // Only the nominal supply's period can be so short: the other is at least the longest path.
    if case .clockTooShort = self {
      return InputError(
        .badData, at: place, "\(multiplier): \(self), or a clock that tracks the supply")
    }
    return InputError(.badData, at: SourceLocation(file: file), "\(self)")
  }
}
