import Files
import ModelFiles

/// The arrays of a checkpoint, each with its length and range: a damaged file must not trap.
struct CheckpointReader {
  let file: SafetensorsFile

  /// - Throws: `InputError` 65 if there is no such array of so many finite numbers.
  func vector(_ name: String, count: Int) throws -> [Float] {
    guard case .float32(let values) = try payload(name, shape: [count]),
      Finiteness.holds(for: values)
    else { throw damaged(name) }
    return values
  }

  /// - Throws: as `vector(_:count:)`.
  func reals(_ name: String, count: Int) throws -> [Double] {
    guard case .float64(let values) = try payload(name, shape: [count]),
      values.allSatisfy(\.isFinite)
    else { throw damaged(name) }
    return values
  }

  /// Counts of 0 or more.
  ///
  /// - Throws: as `vector(_:count:)`, and of a number above its limit.
  func counts(_ name: String, atMost limits: [Int]) throws -> [Int] {
    try counts(name, shape: [limits.count], in: limits.map { 0...$0 })
  }

  /// - Throws: as `vector(_:count:)`, and of a number outside the range.
  func count(_ name: String, in range: ClosedRange<Int>) throws -> Int {
    try counts(name, shape: [], in: [range])[0]
  }

  private func counts(_ name: String, shape: [Int], in ranges: [ClosedRange<Int>]) throws -> [Int] {
    guard case .int64(let values) = try payload(name, shape: shape),
      zip(values, ranges).allSatisfy({ $1.contains(Int($0)) })
    else { throw damaged(name) }
    return values.map { Int($0) }
  }

  private func payload(_ name: String, shape: [Int]) throws -> SafetensorsArray.Payload {
    let array = try file.array(name)
    guard array.shape == shape else { throw damaged(name) }
    return array.payload
  }

  private func damaged(_ name: String) -> InputError {
    InputError(
      .badData, at: SourceLocation(file: file.file),
      "is damaged: '\(name)' is not what a checkpoint of this training has; remove it to begin anew"
    )
  }
}
