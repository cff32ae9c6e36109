import Files
import Quantities

extension PowerLaw {
  /// Reads a list of sizes and energies: `[{bytes: 8192, energy: 10 pJ}, …]`.
  ///
  /// - Parameters:
  ///   - key: of the sizes, whole numbers in `sizes`.
  ///   - energies: which are allowed, all positive.
  /// - Throws: `InputError` 65 at the place of what is missing, unknown, out of range or out of order.
  public init(
    _ node: StrictYAML, _ key: String, _ sizes: ClosedRange<Int>, _ energies: ClosedRange<Energy>
  ) throws {
    var points: [Point] = []
    for item in try node.list() {
      let fields = try item.record([key, "energy"])
      let size = Double(try fields[key].integer(in: sizes))
      guard points.last.map({ $0.size < size }) ?? true else {
        throw InputError(
          .badData, at: try fields[key].location, "\(key) rise from one entry to the next")
      }
      points.append(Point(size: size, energy: try fields["energy"].quantity(in: energies)))
    }
    guard points.count >= 2 else {
      throw InputError(
        .badData, at: node.location,
        "needs two entries or more, between which energies are interpolated")
    }
    self.init(points)
  }
}
