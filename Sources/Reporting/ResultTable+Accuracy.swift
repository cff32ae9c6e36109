import Files

extension ResultTable {
  /// The half-width of a row's 95 % interval of accuracy, in percentage points: the larger distance of
  /// its ends, one of which may be cut at 0 or 100 %; nil where there is none.
  public func accuracyHalfWidth(_ row: Int) -> Double? {
    guard let mean = self[row, "accuracy_percent"].number,
      let low = self[row, "accuracy_low_percent"].number,
      let high = self[row, "accuracy_high_percent"].number
    else { return nil }
    return max(high - mean, mean - low)
  }
}
