extension MultiplierFamily {
  /// The unsigned multiplier of two operands of one width, with a ripple-carry final adder.
  ///
  /// - Precondition: the width is in 4…16; each parameter is in its range in `catalog`.
  public func netlist(width: Int) -> Netlist { netlist(MultiplierShape(width: width)) }

  /// The multiplier `input [wa-1:0] a; input [wb-1:0] b; output [wa+wb-1:0] p` over
  /// `GeneratorCells`.
  ///
  /// - Precondition: each parameter is in its range in `catalog`, and the family has the shape's
  ///   sign.
  public func netlist(_ shape: MultiplierShape) -> Netlist {
    preconditionFits(shape)
    var gates = MultiplierGates(name: moduleName(shape), shape: shape)
    let product = product(&gates)
    gates.design.output("p", bits: product)
    return gates.design.finish()
  }

  private func product(_ gates: inout MultiplierGates) -> [NetID] {
    switch self {
    case .exact(let architecture): return gates.exact(architecture)
    case .truncated(let columns, let isCompensated):
      let constant =
        isCompensated ? Self.truncationConstant(columns: columns, shape: gates.shape) : 0
      return gates.truncated(columns: columns, constant: constant)
    case .lowBitsZero(let bits): return gates.lowBitsZero(bits: bits)
    case .brokenArray(let vertical, let horizontal):
      return gates.brokenArray(vertical: vertical, horizontal: horizontal)
    case .kulkarni: return gates.kulkarni()
    case .drum(let bits): return gates.drum(bits: bits)
    case .leadingOneTruncated(let bits): return gates.leadingOneTruncated(bits: bits)
    case .staticSegment(let bits): return gates.staticSegment(bits: bits)
    case .enhancedStaticSegment(let bits): return gates.enhancedStaticSegment(bits: bits)
    case .mitchell: return gates.mitchell()
    case .minimallyBiased: return gates.minimallyBiased()
    case .iterativeLogarithmic(let stages): return gates.iterativeLogarithmic(stages: stages)
    case .nearestOneLogarithmic: return gates.nearestPowers(threeToFour: true)
    case .roundingBased: return gates.nearestPowers(threeToFour: false)
    case .truncationScalable(let product, let sum):
      return gates.truncationScalable(product: product, sum: sum)
    case .lowerPartORAccumulated(let columns):
      return gates.lowerPartORAccumulated(columns: columns)
    case .compressorTree(let compressor, let columns):
      return gates.compressorTree(compressor, columns: columns)
    case .approximateBooth(let encoder, let columns):
      return gates.approximateBooth(encoder, columns: columns)
    case .reducedError(let segments, let bits):
      return gates.reducedError(segments: segments, bits: bits)
    }
  }
}
