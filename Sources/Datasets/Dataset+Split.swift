import Randomness

extension Dataset {
  /// Splits the examples into a training and a test part that hold each class in the same share.
  ///
  /// Of a class with n examples, `testFraction` × n (rounded, half away from zero) go to the test
  /// part, picked by the stream (seed, `.datasetSplit`, class). Both parts keep the order of the
  /// whole.
  ///
  /// - Precondition: `testFraction` in 0 … 1.
  public func split(testFraction: Double, seed: UInt64) -> (training: Dataset, test: Dataset) {
    let positions = splitPositions(testFraction: testFraction, seed: seed)
    return (selecting(positions.training), selecting(positions.test))
  }

  /// The ascending positions of the examples of each part of `split(testFraction:seed:)`.
  ///
  /// - Precondition: `testFraction` in 0 … 1.
  public func splitPositions(
    testFraction: Double, seed: UInt64
  ) -> (training: [Int], test: [Int]) {
    Self.splitPositions(
      of: labels, classCount: classCount, testFraction: testFraction, seed: seed)
  }

  /// The same from labels alone, before features become bytes.
  static func splitPositions(
    of labels: [UInt8], classCount: Int, testFraction: Double, seed: UInt64
  ) -> (training: [Int], test: [Int]) {
    precondition((0...1).contains(testFraction), "fraction outside 0…1")
    var isTest = [Bool](repeating: false, count: labels.count)
    for label in 0..<classCount {
      let members = labels.indices.filter { Int(labels[$0]) == label }
      var stream = RandomStream(seed: seed, purpose: .datasetSplit, index: UInt64(label))
      let order = stream.permutation(of: members.count)
      for pick in order.prefix(Int((testFraction * Double(members.count)).rounded())) {
        isTest[members[pick]] = true
      }
    }
    return (labels.indices.filter { !isTest[$0] }, labels.indices.filter { isTest[$0] })
  }
}
