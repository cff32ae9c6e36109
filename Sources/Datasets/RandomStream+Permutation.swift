import Randomness

extension RandomStream {
  /// A random order of 0 ..< `count`, each equally likely, by Fisher and Yates' shuffle.
  ///
  /// Written out because the standard library may change its own shuffle from one version to the
  /// next, and the order is part of a result's identity. The modulo of a 64-bit word is off from
  /// uniform by less than `count` / 2⁶⁴.
  public mutating func permutation(of count: Int) -> [Int] {
    precondition(count >= 0, "a count is not negative")
    var order = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(last, Int(next() % UInt64(last + 1)))
    }
    return order
  }
}
