/// A name that is joined only where it is shown: the bits of a vector share what stands before
/// their index, so that a bit costs no memory of its own.
struct IndexedName: Sendable {
  let base: String
  /// The bit of a vector; nil for what has no index.
  let index: Int?

  init(_ base: String, index: Int? = nil) {
    self.base = base
    self.index = index
  }

  var shown: String { index.map { "\(base)[\($0)]" } ?? base }
}
