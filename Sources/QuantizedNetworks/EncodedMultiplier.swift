import ErrorTables
import TableArithmetic

/// A multiplier's product table as stored words of an encoding use it.
///
/// For words a and w it gives the captured product as a number: of an unsigned multiplier for offset
/// words, of a signed one for two's complement, of the magnitudes with the signs XORed for
/// sign-magnitude.
public struct EncodedMultiplier: Sendable {
  public let encoding: OperandEncoding
  public let activationBits: Int
  public let weightBits: Int
  /// What is added to a product to make it a table's entry: 0, or 2¹⁵ where products have signs.
  let entryOffset: UInt32
  /// The largest magnitude of a product.
  let largestProduct: UInt32
  /// Whether the product of each pair of words is that of their integers.
  public let isExact: Bool
  /// The products of words, `entryOffset` added.
  public let arithmetic: TableMatrixMultiplication

  /// Why a multiplier cannot serve an encoding.
  public struct Mismatch: Error, Hashable, Sendable {
    public let reason: String
  }

  /// - Parameters:
  ///   - table: the multiplier's captured words, for operands of 1 to 8 bits.
  ///   - signs: how its operands are read.
  /// - Throws: `Mismatch` if its operands are too narrow or have other signs, or a product of words does
  ///   not fit a register of as many bits as both have.
  public init(
    table: ProductTable, signs: OperandSigns, encoding: OperandEncoding, activationBits: Int = 8,
    weightBits: Int = 8
  ) throws(Mismatch) {
    let needed = encoding == .twosComplement ? OperandSigns.signed : .unsigned
    guard signs == needed else {
      throw Mismatch(
        reason: "\(encoding.rawValue) words need \(needed.description) operands, this multiplier "
          + "has \(signs.description) ones")
    }
    let sign = encoding == .signMagnitude ? 1 : 0
    guard table.widthA <= 8, table.widthB <= 8, table.widthA >= activationBits - sign,
      table.widthB >= weightBits - sign
    else {
      throw Mismatch(
        reason: "\(activationBits)-bit activations and \(weightBits)-bit weights in "
          + "\(encoding.rawValue) words need operands of at least \(activationBits - sign) × "
          + "\(weightBits - sign) bits, and of at most 8 × 8; this multiplier has "
          + "\(table.widthA) × \(table.widthB)")
    }
    self.encoding = encoding
    self.activationBits = activationBits
    self.weightBits = weightBits
    let hasSigns = encoding != .offset
    let half = Int32(1) << Int32(activationBits + weightBits - 1)
    let register = hasSigns ? -half...half - 1 : 0...2 * half - 1
    entryOffset = hasSigns ? 1 << 15 : 0
    var entries: [UInt32] = []
    entries.reserveCapacity(1 << 16)
    var largest: UInt32 = 0
    var isExact = true
    // Every byte is a word: bits above it are no part of its integer.
    for weight in 0...255 {
      for activation in 0...255 {
        let integers = (
          encoding.integer(UInt8(activation), bits: activationBits),
          encoding.integer(UInt8(weight), bits: weightBits)
        )
        let product = Self.product(table, encoding, integers.0, integers.1)
        guard register.contains(product) else {
          throw Mismatch(
            reason:
              "the product of words \(activation) and \(weight) is \(product), which does not fit "
              + "a register of \(activationBits) + \(weightBits) bits")
        }
        largest = max(largest, product.magnitude)
        isExact = isExact && product == integers.0 * integers.1
        entries.append(UInt32(bitPattern: product) &+ (hasSigns ? 1 << 15 : 0))
      }
    }
    largestProduct = largest
    self.isExact = isExact
    arithmetic = TableMatrixMultiplication(
      table: ProductTable(widthA: 8, widthB: 8, products: entries),
      signedBits: hasSigns ? activationBits + weightBits : nil)
  }

  /// The multiplier whose products are exact.
  public static func exact(
    _ encoding: OperandEncoding, activationBits: Int = 8, weightBits: Int = 8
  ) -> EncodedMultiplier {
    let (table, signs): (ProductTable, OperandSigns) =
      switch encoding {
      case .offset, .signMagnitude: (.exact(widthA: 8, widthB: 8), .unsigned)
      case .twosComplement: (.exactSigned(width: 8), .signed)
      }
    do {
      return try EncodedMultiplier(
        table: table, signs: signs, encoding: encoding, activationBits: activationBits,
        weightBits: weightBits)
    } catch {
      preconditionFailure(error.reason)
    }
  }

  /// The one for the words of a quantization.
  public static func exact(_ quantization: QuantizationSpec) -> EncodedMultiplier {
    exact(
      quantization.encoding, activationBits: quantization.activationBits,
      weightBits: quantization.weightBits)
  }

  /// The captured product of two integers, each within the operands.
  private static func product(
    _ table: ProductTable, _ encoding: OperandEncoding, _ activation: Int32, _ weight: Int32
  ) -> Int32 {
    let (maskA, maskB) = (1 << table.widthA - 1, 1 << table.widthB - 1)
    switch encoding {
    case .offset:
      return Int32(truncatingIfNeeded: table[Int(activation), Int(weight)])
    case .twosComplement:
      let unused = UInt32(32 - table.widthA - table.widthB)
      let word = table[Int(activation) & maskA, Int(weight) & maskB]
      return Int32(bitPattern: word &<< unused) &>> Int32(unused)
    case .signMagnitude:
      let product = Int32(
        truncatingIfNeeded: table[Int(activation.magnitude), Int(weight.magnitude)])
      return (activation < 0) != (weight < 0) ? -product : product
    }
  }

  /// Whether a word of 0 ever gives a product.
  public var zeroHasProduct: Bool {
    (0...UInt8.max).contains { product(0, $0) != 0 || product($0, 0) != 0 }
  }

  /// The captured product of two stored words less that of their integers.
  public func error(_ activation: UInt8, _ weight: UInt8) -> Int32 {
    product(activation, weight)
      - encoding.integer(activation, bits: activationBits)
      * encoding.integer(weight, bits: weightBits)
  }

  /// The captured product of two stored words.
  public func product(_ activation: UInt8, _ weight: UInt8) -> Int32 {
    Int32(arithmetic[activation, weight]) - Int32(entryOffset)
  }

  /// What the accumulators hold after a convolution, some of its products captured wrong.
  ///
  /// - Parameters:
  ///   - errors: which products; each image's depend on its number and `key` alone.
  ///   - overflowed: told how many accumulators do not hold the sum; nil: nobody asks.
  /// - Returns: [image][filter][row][column].
  /// - Precondition: as for `TableMatrixMultiplication.convolve`; with errors, signed sums wrap or
  ///   cannot overflow.
  public func accumulators(
    activations: [UInt8], weights: [UInt8], images: Int, shape: ConvolutionShape, padding: UInt8,
    accumulator: AccumulatorSpec, errors: ProductErrorModel, key: ProductErrorKey,
    firstImage: Int = 0, overflowed: ((Int) -> Void)? = nil
  ) -> [Int32] {
    /// Of entries, with the errors.
    func sums() -> [UInt32] {
      arithmetic.convolutionSums(
        activations: activations, weights: weights, images: images, shape: shape, padding: padding,
        errors: errors, key: key, firstImage: firstImage)
    }
    let steps = shape.patchCount
    if mustAddInOrder(steps, accumulator) {
      precondition(errors.probability == 0, "a signed sum that saturates takes no errors")
      let held = saturating(activations, weights, images, shape, padding, accumulator)
      overflowed?(count(held, otherThan: sums(), steps))
      return held
    }
    let all = sums()
    let held = held(all, steps: steps, accumulator)
    overflowed?(count(held, otherThan: all, steps))
    return held
  }

  /// How many accumulators hold another number than the sum of products.
  ///
  /// - Parameter sums: of entries, modulo 2³², which no sum of captured products leaves.
  private func count(_ held: [Int32], otherThan sums: [UInt32], _ steps: Int) -> Int {
    guard entryOffset > 0 else { return zip(held, sums).count { Int64($0) != Int64($1) } }
    let correction = entryOffset &* UInt32(truncatingIfNeeded: steps)
    return zip(held, sums).count { UInt32(bitPattern: $0) != $1 &- correction }
  }

  /// Whether a signed sum of so many products can reach an accumulator's limit and come back: the order
  /// of additions counts then.
  public func mustAddInOrder(_ steps: Int, _ accumulator: AccumulatorSpec) -> Bool {
    accumulator.overflow == .saturate && entryOffset != 0
      && UInt64(largestProduct) * UInt64(steps) > UInt64(accumulator.maximum)
  }

  /// What an accumulator makes of sums of entries.
  private func held(_ sums: [UInt32], steps: Int, _ accumulator: AccumulatorSpec) -> [Int32] {
    let saturates = entryOffset == 0 && accumulator.overflow == .saturate
    let most = UInt32(accumulator.maximum)
    let correction = entryOffset &* UInt32(truncatingIfNeeded: steps)
    let unused = UInt32(32 - accumulator.width)
    return [Int32](unsafeUninitializedCapacity: sums.count) { held, initialized in
      sums.withUnsafeBufferPointer { sums in
        // Loops that vector units do: one limit for all, or one shift.
        if saturates {
          for index in 0..<sums.count { held[index] = Int32(bitPattern: min(sums[index], most)) }
        } else {
          for index in 0..<sums.count {
            held[index] =
              Int32(bitPattern: (sums[index] &- correction) &<< unused) &>> Int32(unused)
          }
        }
      }
      initialized = sums.count
    }
  }

  private func saturating(
    _ activations: [UInt8], _ weights: [UInt8], _ images: Int, _ shape: ConvolutionShape,
    _ padding: UInt8, _ accumulator: AccumulatorSpec
  ) -> [Int32] {
    (0..<images * shape.outputCount).map { place in
      let (plane, position) = place.quotientAndRemainder(dividingBy: shape.positionCount)
      let (image, output) = plane.quotientAndRemainder(dividingBy: shape.filters)
      let (group, filter) = output.quotientAndRemainder(dividingBy: shape.filtersPerGroup)
      let vector = image * shape.positionCount + position
      return saturated(shape.patchCount, accumulator) { step in
        let index = shape.activationIndex(vector: vector, step: step, group: group)
        return product(
          index.map { activations[$0] } ?? padding,
          weights[(group * shape.patchCount + step) * shape.filtersPerGroup + filter])
      }
    }
  }

  /// The sum of products, the accumulator's limits applied after each addition.
  private func saturated(
    _ steps: Int, _ accumulator: AccumulatorSpec, _ product: (Int) -> Int32
  ) -> Int32 {
    let (high, low) = (accumulator.maximum, -accumulator.maximum - 1)
    let sum = (0..<steps).reduce(Int64(0)) { min(high, max(low, $0 + Int64(product($1)))) }
    return Int32(sum)
  }
}

extension ProductTable {
  /// The exact products of operands in two's complement, as words of both widths together.
  ///
  /// - Parameter width: of each operand, 1 to 10 bits.
  public static func exactSigned(width: Int) -> ProductTable {
    let format = OperandFormat(widthA: width, widthB: width, signs: .signed)
    let mask = UInt32(1) << UInt32(2 * width) &- 1
    var products: [UInt32] = []
    for b in 0..<UInt64(1) << UInt64(width) {
      for a in 0..<UInt64(1) << UInt64(width) {
        products.append(UInt32(truncatingIfNeeded: format.product(of: a, and: b)) & mask)
      }
    }
    return ProductTable(widthA: width, widthB: width, products: products)
  }
}
