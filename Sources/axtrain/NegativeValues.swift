/// Values below zero on the command line.
enum NegativeValues {
  /// The arguments with each negative number tied to the option before it: `--rows=-1` for
  /// `--rows -1`.
  ///
  /// The parser takes what begins with a dash for an option, and would say that the value is missing
  /// where the value is wrong. No option of ours is named by a digit. Arguments after `--` stay as they
  /// are.
  static func joined(_ arguments: [String]) -> [String] {
    var joined: [String] = []
    for (index, argument) in arguments.enumerated() {
      if argument == "--" { return joined + arguments[index...] }
      guard isNegativeNumber(argument), let option = joined.last, isOption(option) else {
        joined.append(argument)
        continue
      }
      joined[joined.count - 1] = option + "=" + argument
    }
    return joined
  }

  /// Whether digits, perhaps after a point, follow a dash; a unit may follow them.
  private static func isNegativeNumber(_ text: String) -> Bool {
    guard text.first == "-" else { return false }
    let digits = text.dropFirst(text.hasPrefix("-.") ? 2 : 1)
    return digits.first.map { ("0"..."9").contains($0) } ?? false
  }

  /// Whether a name of a letter or more follows one or two dashes, and no value.
  private static func isOption(_ text: String) -> Bool {
    guard text.hasPrefix("-"), !text.contains("=") else { return false }
    return text.drop { $0 == "-" }.first?.isLetter ?? false
  }
}
