/// How a window moves over rows or columns.
enum Window {
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
