/// From logits to classes.
public enum Classification {
  /// The class of the largest logit of each row; of equal ones the lowest class.
  ///
  /// - Parameter logits: row-major, `classCount` a row.
  /// - Precondition: `classCount` is in 1 … 256 and divides the number of logits.
  public static func predictions<Logit: Comparable>(
    logits: [Logit], classCount: Int
  ) -> [UInt8] {
    precondition((1...256).contains(classCount) && logits.count.isMultiple(of: classCount))
    return stride(from: 0, to: logits.count, by: classCount).map { start in
      var best = 0
      for label in 1..<classCount where logits[start + label] > logits[start + best] {
        best = label
      }
      return UInt8(best)
    }
  }

  /// The share of rows whose prediction is their label, in 0 … 1.
  ///
  /// - Precondition: one label a row, and at least one row.
  public static func accuracy<Logit: Comparable>(
    logits: [Logit], labels: [UInt8], classCount: Int
  ) -> Double {
    let predicted = predictions(logits: logits, classCount: classCount)
    precondition(predicted.count == labels.count && !labels.isEmpty, "one label a row")
    return Double(zip(predicted, labels).count { $0 == $1 }) / Double(labels.count)
  }
}
