import Files

/// Whole numbers as a command line gives them: one, `4,8,16`, or `8:128:8` for 8 to 128 in steps of 8.
enum CountList {
  /// The numbers, ascending.
  ///
  /// - Parameter most: how many there may be.
  /// - Throws: `InputError` 64 if the text is none of these, its numbers do not ascend, or one is
  ///   outside the range.
  static func values(
    _ text: String, option: String, in range: ClosedRange<Int>, most: Int
  ) throws -> [Int] {
    let isRange = text.contains(":")
    let parts = text.split(separator: isRange ? ":" : ",", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Int($0) }
    guard numbers.count == parts.count, !isRange || numbers.count == 3 else {
      throw InputError(
        .usage,
        "\(option): '\(text)' is no whole number, no list such as 4,8,16 and no FROM:TO:STEP such as "
          + "8:128:8")
    }
    let ends = isRange ? Array(numbers.prefix(2)) : numbers
    for number in ends { try AcceleratorOptions.check(option, number, range) }
    guard isRange else {
      for (first, second) in zip(numbers, numbers.dropFirst()) where second <= first {
        throw InputError(.usage, "\(option): \(second) follows \(first): numbers of a list ascend")
      }
      return numbers
    }
    let (from, to, step) = (numbers[0], numbers[1], numbers[2])
    guard from <= to, step > 0 else {
      throw InputError(
        .usage, "\(option): '\(text)' does not rise: FROM is at most TO, and STEP is 1 or more")
    }
    guard (to - from) / step < most else {
      throw InputError(
        .usage,
        "\(option): '\(text)' are \((to - from) / step + 1) numbers, more than \(most): take a "
          + "larger step")
    }
    return Array(stride(from: from, through: to, by: step))
  }
}
