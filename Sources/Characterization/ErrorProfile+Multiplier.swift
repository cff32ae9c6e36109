import ErrorTables

extension ErrorProfile {
  /// The profile of a multiplier: of all pairs where a table can be made, else of a sample.
  public init(
    of multiplier: ValidatedMultiplier, sample: MultiplierSimulation.Sample
  ) throws {
    let width = multiplier.ports.product.bits.count
    let format = multiplier.format
    if max(format.widthA, format.widthB) <= MultiplierPorts.maximumTableWidth && width <= 32 {
      self.init(
        of: try multiplier.productTable(), productWidth: width, signs: format.signs)
      return
    }
    self.init(format: format)
    let simulation = MultiplierSimulation(multiplier.netlist, ports: multiplier.ports)
    simulation.forEachPair(of: sample) { a, b, product in
      let exact = format.product(of: a, and: b)
      add(a: a, b: b, error: format.number(product: product, width: width) - exact)
    }
  }
}

extension MultiplierSimulation {
  /// The words of the operands and of the product for each pair of a sample.
  func forEachPair(
    of sample: Sample, _ body: (_ a: UInt64, _ b: UInt64, _ product: UInt64) -> Void
  ) {
    forEachPair(of: sample, blocks: 0..<sample.blockCount, body)
  }
}
