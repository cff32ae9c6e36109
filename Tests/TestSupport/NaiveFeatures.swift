/// The features of a batch in double precision: [example][channel][row][column].
public struct NaiveFeatures: Sendable {
  public let count: Int
  public let channels: Int
  public let rows: Int
  public let columns: Int
  public var values: [Double]

  /// - Precondition: `values`, if given, fit the lengths; all are 0 otherwise.
  public init(count: Int, channels: Int, rows: Int = 1, columns: Int = 1, values: [Double]? = nil) {
    let size = count * channels * rows * columns
    self.count = count
    self.channels = channels
    self.rows = rows
    self.columns = columns
    self.values = values ?? [Double](repeating: 0, count: size)
    precondition(self.values.count == size, "values do not fit the lengths")
  }

  public subscript(example: Int, channel: Int, row: Int, column: Int) -> Double {
    get { values[index(example, channel, row, column)] }
    set { values[index(example, channel, row, column)] = newValue }
  }

  /// Whether a row and column, which may be negative, are in an image.
  public func contains(row: Int, column: Int) -> Bool {
    (0..<rows).contains(row) && (0..<columns).contains(column)
  }

  private func index(_ example: Int, _ channel: Int, _ row: Int, _ column: Int) -> Int {
    precondition(contains(row: row, column: column), "outside the image")
    return ((example * channels + channel) * rows + row) * columns + column
  }

  /// Calls the body with the place of each feature.
  public func forEachPlace(_ body: (_ n: Int, _ c: Int, _ y: Int, _ x: Int) -> Void) {
    for n in 0..<count {
      for c in 0..<channels {
        for y in 0..<rows {
          for x in 0..<columns { body(n, c, y, x) }
        }
      }
    }
  }

  /// The same features, each through a function.
  public func mapped(_ function: (Double) -> Double) -> NaiveFeatures {
    var result = self
    result.values = values.map(function)
    return result
  }
}
