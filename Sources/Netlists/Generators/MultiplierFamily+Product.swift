extension MultiplierFamily {
  /// What the unsigned multiplier of two operands of one width gives, from the family's definition.
  ///
  /// - Precondition: operands in 0..<2^width; as `netlist(width:)`.
  public func product(_ a: Int, _ b: Int, width: Int) -> Int {
    product(a, b, MultiplierShape(width: width))
  }

  /// What the multiplier gives for two operands, from the family's definition.
  ///
  /// - Returns: the product, in −2^(wa+wb−1)..<2^(wa+wb−1) if signed, else in 0..<2^(wa+wb).
  /// - Precondition: operands in the range of their widths and sign; as `netlist(_:)`.
  public func product(_ a: Int, _ b: Int, _ shape: MultiplierShape) -> Int {
    model(shape)(a, b)
  }

  /// The family's definition as a function of two operands, for many of them: constants are worked
  /// out once. Operands, result and preconditions as of `product(_:_:_:)`.
  public func model(_ shape: MultiplierShape) -> (Int, Int) -> Int {
    preconditionFits(shape)
    let definition = definition(shape)
    let (rangeA, rangeB) = (
      shape.operandRange(width: shape.widthA), shape.operandRange(width: shape.widthB)
    )
    return { a, b in
      precondition(rangeA.contains(a) && rangeB.contains(b), "an operand does not fit its width")
      return definition(a, b)
    }
  }

  private func definition(_ shape: MultiplierShape) -> (Int, Int) -> Int {
    switch self {
    case .exact: return { Self.exactProduct($0, $1) }
    case .truncated(let columns, let isCompensated):
      let constant = isCompensated ? Self.truncationConstant(columns: columns, shape: shape) : 0
      return {
        Self.truncatedProduct($0, $1, columns: columns, constant: constant, shape: shape)
      }
    case .lowBitsZero(let bits): return { Self.lowBitsZeroProduct($0, $1, bits: bits) }
    case .brokenArray(let vertical, let horizontal):
      return { Self.brokenArrayProduct($0, $1, vertical: vertical, horizontal: horizontal) }
    case .kulkarni: return { Self.kulkarniProduct($0, $1) }
    case .drum(let bits): return { Self.drumProduct($0, $1, bits: bits) }
    case .leadingOneTruncated(let bits):
      return { Self.leadingOneTruncatedProduct($0, $1, bits: bits) }
    case .staticSegment(let bits):
      return { Self.staticSegmentProduct($0, $1, bits: bits, shape: shape) }
    case .enhancedStaticSegment(let bits):
      return { Self.enhancedStaticSegmentProduct($0, $1, bits: bits, shape: shape) }
    case .mitchell: return { Self.mitchellProduct($0, $1) }
    case .minimallyBiased: return { Self.minimallyBiasedProduct($0, $1, shape: shape) }
    case .iterativeLogarithmic(let stages):
      return { Self.iterativeLogarithmicProduct($0, $1, stages: stages) }
    case .nearestOneLogarithmic: return { Self.nearestPowerProduct($0, $1, threeToFour: true) }
    case .roundingBased: return { Self.nearestPowerProduct($0, $1, threeToFour: false) }
    case .truncationScalable(let product, let sum):
      return { Self.truncationScalableProduct($0, $1, product: product, sum: sum) }
    case .lowerPartORAccumulated(let columns):
      return { Self.lowerPartORAccumulatedProduct($0, $1, columns: columns, shape: shape) }
    case .compressorTree(let compressor, let columns):
      return { Self.compressorTreeProduct($0, $1, compressor, columns: columns, shape: shape) }
    case .approximateBooth(let encoder, let columns):
      return { Self.approximateBoothProduct($0, $1, encoder, columns: columns, shape: shape) }
    case .reducedError(let segments, let bits):
      let corrections = SegmentCorrections(segments: segments, bits: bits)
      return {
        Self.reducedErrorProduct(
          $0, $1, segments: segments, corrections: corrections, bits: bits, shape: shape)
      }
    }
  }
}

extension MultiplierShape {
  /// The values that an operand of a width may have.
  func operandRange(width: Int) -> Range<Int> {
    isSigned ? -(1 << (width - 1))..<1 << (width - 1) : 0..<1 << width
  }
}
