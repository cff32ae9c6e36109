import Files
import Foundation
import Quantities

/// One Liberty library at several supply voltages. The files of one supply are parts of it, as kits
/// that come in several files have them.
///
/// Between two neighbors the logarithm of a delay, an energy or a power is linear in the supply; no
/// answer is given outside the corners.
public struct LibertyCorners: Sendable {
  /// By increasing supply.
  public let libraries: [CellLibrary]

  /// The corners that a supply lies between: two libraries and the weight of the upper one, in 0…1;
  /// twice the same one, with weight 0, where a corner is at the supply.
  public struct Bracket: Sendable {
    public let lower: CellLibrary
    public let upper: CellLibrary
    public let weight: Double

    /// A value at the supply from its values at the corners: exponential between positive values,
    /// else linear.
    public func between(_ low: Double, _ high: Double) -> Double {
      if weight == 0 { return low }
      guard low > 0 && high > 0 else { return low + weight * (high - low) }
      return low * pow(high / low, weight)
    }
  }

  /// The corners in files.
  ///
  /// - Throws: `InputError` as `LibertyReader` and `init(_:files:)` do.
  public init(contentsOf paths: [String]) throws {
    try self.init(paths.map { try LibertyReader.library(contentsOf: $0) }, files: paths)
  }

  /// - Parameters:
  ///   - libraries: one or more; those of one supply have different cells and are joined.
  ///   - files: their names, for messages.
  /// - Throws: `InputError` 65 if some of several libraries state no supply, two of one supply have
  ///   a cell in common, or if they differ in temperature, or corners in cells.
  public init(_ libraries: [CellLibrary], files: [String]) throws {
    precondition(!libraries.isEmpty && libraries.count == files.count, "a name for each library")
    var parts: [(library: CellLibrary, supply: Double?, file: String)] = []
    for (library, file) in zip(libraries, files) {
      parts.append((library, library.conditions.supply?.value, file))
    }
    if let bare = parts.first(where: { $0.supply == nil }),
      parts.contains(where: { $0.supply != nil })
    {
      throw Self.error(
        bare.file,
        "states no supply, as other files do: give nom_voltage in each of several corners")
    }
    parts.sort { ($0.supply ?? 0, $0.file) < ($1.supply ?? 0, $1.file) }
    for (previous, part) in zip(parts, parts.dropFirst())
    where previous.library.conditions.temperature != part.library.conditions.temperature {
      throw Self.error(
        part.file, "is at another temperature than \(previous.file): give corners of one")
    }
    var corners: [(library: CellLibrary, file: String)] = []
    for range in Self.runs(parts.map(\.supply)) {
      corners.append(
        (try Self.joined(parts[range].map { ($0.library, $0.file) }), parts[range.lowerBound].file))
    }
    try Self.checkAlike(corners)
    self.libraries = corners.map(\.library)
  }

  /// The ranges of equal neighbors.
  private static func runs(_ supplies: [Double?]) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    var first = 0
    for index in 1...supplies.count
    where index == supplies.count || supplies[index] != supplies[first] {
      runs.append(first..<index)
      first = index
    }
    return runs
  }

  /// The files of one corner as one library.
  private static func joined(_ parts: [(library: CellLibrary, file: String)]) throws -> CellLibrary
  {
    if parts.count == 1 { return parts[0].library }
    var files: [String: String] = [:]
    var refused: [String: String] = [:]
    for (library, file) in parts {
      for cell in library.cells.map(\.name) + library.refusedCells.keys.sorted() {
        guard let other = files.updateValue(file, forKey: cell) else { continue }
        guard let supply = library.conditions.supply else {
          throw Self.error(
            file,
            "and \(other) state no supply and both have cell '\(cell)': give one of the two, or "
              + "nom_voltage in each of several corners")
        }
        throw Self.error(
          file,
          "is at \(supply.value) V as \(other) is, and both have cell '\(cell)': give one of the "
            + "two")
      }
      refused.merge(library.refusedCells) { first, _ in first }
    }
    let first = parts[0].library
    return CellLibrary(
      name: "\(first.name) and \(parts.count - 1) more",
      cells: parts.flatMap(\.library.cells), refusedCells: refused, conditions: first.conditions)
  }

  private static func checkAlike(_ corners: [(library: CellLibrary, file: String)]) throws {
    let names = Set(corners[0].library.cells.map(\.name))
    for (previous, corner) in zip(corners, corners.dropFirst()) {
      let others = Set(corner.library.cells.map(\.name))
      if let cell = names.symmetricDifference(others).min() {
        throw Self.error(
          corner.file, "and \(corners[0].file) do not have the same cells: '\(cell)' is in one")
      }
      let changed = corner.library.cells.first { cell in
        let known = previous.library[cell.name]
        return known?.inputs != cell.inputs || known?.outputs != cell.outputs
      }
      if let changed {
        throw Self.error(
          corner.file,
          "and \(previous.file) differ in the pins or functions of cell '\(changed.name)'")
      }
    }
  }

  private static func error(_ file: String, _ message: String) -> InputError {
    InputError(.badData, at: SourceLocation(file: file), message)
  }

  /// The corners around a supply.
  ///
  /// - Parameter supply: nil for the only library there is, or the lowest corner's supply.
  /// - Throws: `InputError` 64 outside the corners, or if the only library states no supply.
  public func bracket(at supply: Voltage?) throws -> Bracket {
    guard let supply else {
      return Bracket(lower: libraries[0], upper: libraries[0], weight: 0)
    }
    let supplies = libraries.map { $0.conditions.supply?.value }
    guard let first = supplies[0], let last = supplies[supplies.count - 1] else {
      throw InputError(
        .usage, "library '\(libraries[0].name)' states no supply: ask for none, or give nom_voltage"
      )
    }
    guard (first...last).contains(supply.value) else {
      let known = supplies.compactMap { $0 }.map { "\($0) V" }.joined(separator: ", ")
      throw InputError(
        .usage,
        "\(supply.value) V is outside the corners (\(known)): choose a supply between them, or add "
          + "the Liberty file of a further corner")
    }
    var upper = 0
    while (supplies[upper] ?? last) < supply.value { upper += 1 }
    let high = supplies[upper] ?? last
    if high == supply.value || upper == 0 {
      return Bracket(lower: libraries[upper], upper: libraries[upper], weight: 0)
    }
    let low = supplies[upper - 1] ?? first
    return Bracket(
      lower: libraries[upper - 1], upper: libraries[upper],
      weight: (supply.value - low) / (high - low))
  }
}
