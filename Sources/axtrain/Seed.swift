import Files

/// A seed as a command line has it.
enum Seed {
  /// - Throws: `InputError` 64 if the text is no whole number of 0 to 2⁶⁴ − 1.
  static func value(_ text: String?, option: String) throws -> UInt64? {
    guard let text else { return nil }
    guard let seed = UInt64(text), !text.hasPrefix("+") else {
      throw InputError(
        .usage, "\(option): '\(text)' is no whole number of 0 to \(UInt64.max)")
    }
    return seed
  }
}
