import ErrorTables
import QuantizedNetworks

extension NetworkEvaluator {
  /// Products of each network on a chip that are counted, at most: those of the first test images.
  static let countedProducts = 1 << 26

  /// The settled products of networks on a chip, its faults and its drawn errors in their operands.
  ///
  /// - Parameter inferences: at least one; all of the same words.
  func products(of inferences: [IntegerInference]) -> ProductCounts {
    let counts = inferences.map { inference in
      let network = inference.network
      let images = max(
        1, min(inputs.test.count, Self.countedProducts / network.multiplyAccumulates))
      let words = words(of: network.spec).prefix(images * inputs.test.featureCount)
      return inference.productCounts(
        of: inference.trace(Array(words), count: images), images: images)
    }
    return counts.dropFirst().reduce(into: counts[0]) { $0 += $1 }
  }

  /// What drawn errors make of the products of all chips; nil where none are drawn.
  func injected(_ errors: ProductErrorModel, _ products: [ProductCounts]) -> InjectedErrors? {
    guard let first = products.first else { return nil }
    return errors.injected(into: products.dropFirst().reduce(into: first) { $0 += $1 })
  }
}
