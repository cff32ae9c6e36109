import ErrorTables

extension IntegerInference {
  /// How often each settled product occurs in the layers with weights, those of padding among them, with
  /// the words that the chip reads.
  ///
  /// - Parameter trace: of `images` images.
  public func productCounts(of trace: Trace, images: Int) -> ProductCounts {
    // By weight · 256 + activation.
    var pairs = [Int](repeating: 0, count: 1 << 16)
    for layer in linears.indices {
      for product in products(of: trace, layer: layer, images: images) {
        for step in 0..<product.k {
          var found = [Int](repeating: 0, count: 256)
          for row in 0..<product.m { found[Int(product.activations[row * product.k + step])] += 1 }
          let words = found.indices.filter { found[$0] > 0 }
          for column in 0..<product.n {
            let weight = Int(product.weights[step * product.n + column])
            for word in words { pairs[weight << 8 | word] += found[word] }
          }
        }
      }
    }
    var counts = ProductCounts(
      bits: multiplier.activationBits + multiplier.weightBits,
      isSigned: multiplier.encoding != .offset)
    for (pair, count) in pairs.enumerated() where count > 0 {
      counts.add(
        product: Int(multiplier.product(UInt8(pair & 0xFF), UInt8(pair >> 8))), count: count)
    }
    return counts
  }
}
