import ConcurrentWork
import Files

/// Layers whose operands nobody gives, stepped register by register with random words: what changes, and
/// whether cycles, stalls, products, accesses of the bank and clock edges are those of the closed form.
///
/// Each repetition of a layer is stepped with words of its own. Layers of the vector unit have no
/// registers here.
public struct SteppedLayers: Sendable {
  /// Flip-flops that changed in each layer of the array, in the order of the layers.
  public let toggles: [RegisterToggles]

  /// The most elements × cycles of all layers, at 10⁹ a second on a core about four and a half minutes.
  public static let maximumElementCycles = 1 << 38
  /// The most words of an operand or of the sums.
  public static let maximumWords = 1 << 24
  /// The most products, repetitions included.
  public static let maximumProducts = 1 << 22

  /// - Parameters:
  ///   - estimates: in convention `physical`, on `spec`.
  ///   - products: of the array's words.
  ///   - seed: of the streams (seed, stimulus, product); what is counted is the same for any `jobs`.
  /// - Throws: `InputError` 65 for layers that are too large to step, 70 if the closed form gives other
  ///   counts.
  public init(
    _ estimates: [LayerEstimate], on spec: AcceleratorSpec, products: ArrayCapture, seed: UInt64,
    jobs: Int
  ) throws {
    let estimates = estimates.filter(\.isOnArray)
    try Self.check(estimates, on: spec)
    var items: [(layer: Int, index: UInt64)] = []
    for (layer, estimate) in estimates.enumerated() {
      for _ in 0..<estimate.layer.repetitions { items.append((layer, UInt64(items.count))) }
    }
    let counted = try runConcurrently(jobs: jobs, items: items) { item in
      try SteppedProduct(
        estimates[item.layer], on: spec, products: products, seed: seed, index: item.index
      ).counts.toggles
    }
    var toggles = [RegisterToggles](repeating: RegisterToggles(), count: estimates.count)
    for (item, changed) in zip(items, counted) { toggles[item.layer] += changed }
    self.toggles = toggles
  }

  private static func check(_ estimates: [LayerEstimate], on spec: AcceleratorSpec) throws {
    let products = estimates.reduce(0.0) { $0 + Double($1.layer.repetitions) }
    guard products <= Double(maximumProducts) else {
      throw InputError(
        .badData,
        "\(Int(min(products, 0x1p62))) products are too many to step: at most \(maximumProducts), or take "
          + "--level closed_form")
    }
    var work = 0.0
    for estimate in estimates {
      let (layer, shape) = (estimate.layer, estimate.layer.shape)
      let words = [(shape.m, shape.k), (shape.k, shape.n), (shape.m, shape.n)].map {
        Double($0) * Double($1)
      }
      if let most = words.max(), most > Double(maximumWords) {
        throw InputError(
          .badData,
          "layer '\(layer.name)': \(Int(most)) words of a matrix are too many to step: at most "
            + "\(maximumWords); take a smaller batch, or --level closed_form")
      }
      work += Double(estimate.computeCycles) * Double(spec.processingElements)
    }
    guard work <= Double(maximumElementCycles) else {
      throw InputError(
        .badData,
        "\(Int(min(work, 0x1p62))) element-cycles are too many to step: at most \(maximumElementCycles), or take "
          + "--level closed_form")
    }
  }
}
