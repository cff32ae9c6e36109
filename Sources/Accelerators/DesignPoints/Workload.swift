/// Layers that many accelerators are to work on: those that differ by their names alone are estimated
/// once.
public struct Workload: Sendable {
  /// The first layer of each kind.
  let kinds: [LayerWork]
  /// Each layer's kind.
  let order: [Int]
  /// Of convolutions: what one accelerator's tiles take, the next one's may take too.
  let tileWords = TileWordsStore()

  public init(_ layers: [LayerWork]) {
    var known: [LayerWork: Int] = [:]
    var kinds: [LayerWork] = []
    order = layers.map { layer in
      let unnamed = layer.unnamed
      if let kind = known[unnamed] { return kind }
      known[unnamed] = kinds.count
      kinds.append(layer)
      return kinds.count - 1
    }
    self.kinds = kinds
  }

  /// Layers, those of the vector unit too.
  public var count: Int { order.count }
}

extension LayerWork {
  /// The same work of no name.
  fileprivate var unnamed: LayerWork {
    switch self {
    case .product(let layer): .product(layer.named(""))
    case .vector(let layer): .vector(layer.named(""))
    }
  }
}
