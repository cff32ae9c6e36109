import Files

/// An option of `axtrain train` that nothing would read: refused, since it would not be looked at.
struct UnusedOption: Error {
  /// With its dashes.
  let option: String
  /// Beside what, and perhaps what to do: "does nothing with …".
  let why: String

  init(_ option: String, _ why: String) {
    self.option = option
    self.why = why
  }

  /// - Parameter places: where keys of a spec stand that gave their options, by key.
  /// - Returns: 65 at the key that gave the option; 64 if the command line did.
  func refusal(keys places: [String: SourceLocation]) -> InputError {
    let key = String(option.dropFirst(2)).replacing("-", with: "_")
    guard let place = places[key] else { return InputError(.usage, "\(option) \(why)") }
    return InputError(.badData, at: place, "\(key) \(why)")
  }
}
