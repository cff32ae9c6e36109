import ErrorTables
import QuantizedNetworks

extension NetworkEvaluator {
  /// Products that are counted of all networks and chips together, about: those of the first test
  /// images, but for networks of which even `countedImages` have more.
  static let countedProducts = 1 << 26
  /// So many images of each network on each chip at least, or all.
  static let countedImages = 8

  /// The settled products of networks on a chip, its faults and its drawn errors in their operands.
  ///
  /// - Parameter inferences: at least one; all of the same words.
  func products(of inferences: [IntegerInference]) -> ProductCounts {
    let counts = inferences.map { inference in
      let network = inference.network
      let runs = inferences.count * inputs.setup.chips.count
      let images = min(
        inputs.test.count,
        max(Self.countedImages, Self.countedProducts / (network.multiplyAccumulates * runs)))
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
