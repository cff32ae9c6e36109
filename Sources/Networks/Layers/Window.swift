/// How a window moves over rows or columns.
enum Window {
  /// Refuses a setting outside `least` … 65,536: what is read must not trap.
  static func check(_ name: String, _ value: Int, from least: Int) throws(ShapeError) {
    guard (least...65_536).contains(value) else {
      throw ShapeError("\(name) of \(value) is outside \(least) … 65536")
    }
  }

  /// The number of places of a window: ⌊(length + 2·padding − extent) / stride⌋ + 1.
  static func positions(
    _ length: Int, extent: Int, stride: Int, padding: Int, name: String
  ) throws(ShapeError) -> Int {
    let room = length + 2 * padding - extent
    guard room >= 0 else {
      throw ShapeError("a window of \(extent) is larger than \(length + 2 * padding) \(name)")
    }
    return room / stride + 1
  }
}
