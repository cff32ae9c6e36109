/// A characteristic of a cell against the transition time at its input and the load at its output,
/// as measured at the crossings of two axes (non-linear delay model).
public struct LookupTable: Hashable, Sendable {
  /// Input transition times in seconds, increasing; empty if the characteristic has none.
  public let slews: [Double]
  /// Output loads in farads, increasing; empty if the characteristic does not depend on one.
  public let loads: [Double]
  /// For each slew, the values at each load: seconds, or joules.
  public let values: [Double]

  /// - Precondition: finite, strictly increasing axes of at least 0, and one value for each crossing.
  public init(slews: [Double], loads: [Double], values: [Double]) {
    precondition(values.count == max(1, slews.count) * max(1, loads.count), "a value a crossing")
    precondition(Self.isAxis(slews) && Self.isAxis(loads), "an axis does not increase")
    self.slews = slews
    self.loads = loads
    self.values = values
  }

  static func isAxis(_ axis: [Double]) -> Bool {
    axis.allSatisfy { $0.isFinite } && zip(axis, axis.dropFirst()).allSatisfy { $0 < $1 }
  }

  /// The value between the crossings, linear in each axis; beyond the axes the line through the last
  /// two points goes on, as is the norm in static timing, and the result says so.
  ///
  /// - Parameters:
  ///   - slew: seconds, at least 0.
  ///   - load: farads, at least 0.
  public func value(slew: Double, load: Double) -> (value: Double, isExtrapolated: Bool) {
    let row = Self.place(slew, slews)
    let column = Self.place(load, loads)
    let width = max(1, loads.count)
    func between(_ row: Int) -> Double {
      let first = values[row * width + column.index]
      guard column.fraction != 0 else { return first }
      let second = values[row * width + column.index + 1]
      return first + column.fraction * (second - first)
    }
    let first = between(row.index)
    let isOutside = row.isOutside || column.isOutside
    guard row.fraction != 0 else { return (first, isOutside) }
    return (first + row.fraction * (between(row.index + 1) - first), isOutside)
  }

  /// The crossing before a position, how far it is to the next one, and whether it is outside.
  private static func place(
    _ position: Double, _ axis: [Double]
  ) -> (index: Int, fraction: Double, isOutside: Bool) {
    guard axis.count >= 2 else {
      // One point: the characteristic is known there alone, and taken as constant.
      return (0, 0, axis.count == 1 && axis[0] != position)
    }
    var index = 0
    while index < axis.count - 2 && axis[index + 1] <= position { index += 1 }
    let fraction = (position - axis[index]) / (axis[index + 1] - axis[index])
    return (index, fraction, position < axis[0] || position > axis[axis.count - 1])
  }
}
