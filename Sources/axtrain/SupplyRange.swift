import Characterization
import Files
import Quantities

/// Supply voltages as a command line gives them: `0.4:0.6:0.05 V` or `0.45,0.5,0.55 V`.
enum SupplyRange {
  /// The supplies, ascending.
  ///
  /// - Throws: `InputError` 64 if the text is not a range or a list, or holds a supply twice,
  ///   or two that are printed alike.
  static func supplies(_ text: String, option: String) throws -> [Voltage] {
    let isRange = text.contains(":")
    let parts = text.split(separator: isRange ? ":" : ",", omittingEmptySubsequences: false)
    // The unit of the last number holds for all that have none.
    let unit = parts.last.map { String($0.drop { !"pnumkMGV".contains($0) }) } ?? ""
    let values = try parts.map { part -> Voltage in
      let hasUnit = part.contains { $0.isLetter && $0 != "e" && $0 != "E" }
      do {
        return try Voltage(parsing: hasUnit ? String(part) : "\(part) \(unit)")
      } catch {
        throw InputError(.usage, "\(option): \(error)")
      }
    }
    guard isRange else { return try checked(values, option) }
    guard values.count == 3 else {
      throw InputError(.usage, "\(option): a range is FROM:TO:STEP, such as 0.4:0.6:0.05 V")
    }
    let (first, last, step) = (values[0].value, values[1].value, values[2].value)
    guard step > 0, last >= first, (last - first) / step < Double(TimingStudy.maximumSupplies)
    else {
      throw InputError(
        .usage,
        "\(option): a range rises by a positive step, in at most "
          + "\(TimingStudy.maximumSupplies) steps")
    }
    let count = Int(((last - first) / step + 1e-6).rounded(.down))
    // Rounded to a microvolt, so that 0.4 + 3·0.05 is 0.55.
    return try checked(
      (0...count).map { Voltage(((first + Double($0) * step) * 1e6).rounded() / 1e6) }, option)
  }

  private static func checked(_ supplies: [Voltage], _ option: String) throws -> [Voltage] {
    let sorted = supplies.sorted()
    guard sorted.count <= TimingStudy.maximumSupplies, sorted.allSatisfy({ $0.value > 0 }) else {
      throw InputError(.usage, "\(option): \(TimingStudy.suppliesNeeded)")
    }
    for (lower, upper) in zip(sorted, sorted.dropFirst()) where lower.printsAs(upper) {
      throw InputError(
        .usage,
        lower == upper
          ? "\(option): \(lower) stands there twice"
          : "\(option): \(lower) and \(upper) are one supply in tables: give one of them")
    }
    return sorted
  }
}
