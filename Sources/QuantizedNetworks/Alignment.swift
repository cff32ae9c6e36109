extension Int {
  /// The least multiple of `alignment` that is not below this number of words.
  ///
  /// - Precondition: not negative; a positive alignment.
  package func aligned(to alignment: Int) -> Int {
    (self + alignment - 1) / alignment * alignment
  }
}
