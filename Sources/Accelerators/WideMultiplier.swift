import Characterization
import ErrorTables
import Files
import LogicSimulation
import Netlists
import QuantizedNetworks

/// A multiplier of words of which a table would be too large: of 2 to 16 bits, computed as an array
/// needs them.
///
/// Words are read as `EncodedMultiplier` reads them.
public struct WideMultiplier: Sendable {
  public let encoding: OperandEncoding
  public let activationBits: Int
  public let weightBits: Int
  /// The settled products of a netlist; nil: exact ones.
  private let circuit: Circuit?

  private struct Circuit: Sendable {
    let simulator: PairSimulator
    /// Of its operands and its product, in bits.
    let widths: (activation: Int, weight: Int, product: Int)
  }

  /// Bits of both words up to which a netlist may have wider operands, since all its products are
  /// looked at.
  private static let enumerable = 24

  /// The bits of a product register.
  public var productBits: Int { activationBits + weightBits }

  /// The multiplier whose products are exact.
  ///
  /// - Precondition: words of 2 to 16 bits.
  public init(exact encoding: OperandEncoding, activationBits: Int, weightBits: Int) {
    self.init(encoding, activationBits, weightBits, nil)
  }

  private init(
    _ encoding: OperandEncoding, _ activationBits: Int, _ weightBits: Int, _ circuit: Circuit?
  ) {
    precondition(
      OperandEncoding.widths.contains(activationBits)
        && OperandEncoding.widths.contains(weightBits), "words outside 2…16 bits")
    self.encoding = encoding
    self.activationBits = activationBits
    self.weightBits = weightBits
    self.circuit = circuit
  }

  /// A multiplier by its netlist.
  ///
  /// - Parameters:
  ///   - signs: how its operands are read.
  ///   - file: the netlist's, for messages.
  /// - Throws: `InputError` 65 if its operands have other signs than the words need, or are narrower
  ///   than they are (a bit less for sign-magnitude), or wider where the words have more than 24 bits
  ///   together, or its product has not as many bits as both or does not fit a product register.
  /// - Precondition: the ports are the netlist's; words of 2 to 16 bits.
  public init(
    _ netlist: Netlist, ports: MultiplierPorts, signs: OperandSigns, file: String,
    encoding: OperandEncoding, activationBits: Int, weightBits: Int
  ) throws {
    let location = SourceLocation(file: file)
    let neededSigns = encoding == .twosComplement ? OperandSigns.signed : .unsigned
    guard signs == neededSigns else {
      throw InputError(
        .badData, at: location,
        "\(encoding.rawValue) words need \(neededSigns.description) operands, this multiplier has "
          + "\(signs.description) ones")
    }
    let sign = encoding == .signMagnitude ? 1 : 0
    let needed = (activation: activationBits - sign, weight: weightBits - sign)
    let found = (
      activation: ports.operandA.bits.count, weight: ports.operandB.bits.count,
      product: ports.product.bits.count
    )
    let isAsWide = found.activation == needed.activation && found.weight == needed.weight
    let mayBeWider =
      activationBits + weightBits <= Self.enumerable
      && (needed.activation...16).contains(found.activation)
      && (needed.weight...16).contains(found.weight)
    guard isAsWide || mayBeWider, found.product == found.activation + found.weight else {
      throw InputError(
        .badData, at: location,
        "has operands of \(found.activation) and \(found.weight) bits and a product of "
          + "\(found.product): \(activationBits)-bit activations and \(weightBits)-bit weights in "
          + "\(encoding.rawValue) words need \(needed.activation) and \(needed.weight) bits, and "
          + "\(needed.activation + needed.weight)")
    }
    self.init(
      encoding, activationBits, weightBits,
      Circuit(
        simulator: PairSimulator(
          netlist, operandA: ports.operandA.bits, operandB: ports.operandB.bits,
          output: ports.product.bits), widths: found))
    if !isAsWide { try checkFit(location) }
  }

  /// A product register must hold every product.
  private func checkFit(_ location: SourceLocation) throws {
    let activations = (0..<1 << activationBits).map { UInt16($0) }
    let range: ClosedRange<Int64> =
      encoding == .offset
      ? 0...(1 << Int64(productBits)) - 1
      : -(1 << Int64(productBits - 1))...(1 << Int64(productBits - 1)) - 1
    for weight in (0..<1 << weightBits).map({ UInt16($0) }) {
      let products = products(activations, [UInt16](repeating: weight, count: activations.count))
      guard let wrong = products.firstIndex(where: { !range.contains(number($0)) }) else {
        continue
      }
      throw InputError(
        .badData, at: location,
        "the product of words \(wrong) and \(weight) is \(number(products[wrong])), which does not "
          + "fit a register of \(activationBits) + \(weightBits) bits")
    }
  }

  /// What product registers take: numbers, in 32 bits of two's complement where the encoding has signs.
  ///
  /// - Parameters:
  ///   - activations: stored words.
  ///   - weights: as many.
  ///   - products: takes as many.
  public func multiply(
    _ activations: UnsafeBufferPointer<UInt16>, _ weights: UnsafeBufferPointer<UInt16>,
    into products: UnsafeMutableBufferPointer<UInt32>
  ) {
    precondition(
      activations.count == weights.count && weights.count == products.count, "not as many words")
    guard let circuit else { return multiplyExactly(activations, weights, products) }
    simulate(circuit, activations, weights, products)
    switch encoding {
    case .offset: return
    case .twosComplement:
      let unused = Int32(32 - circuit.widths.product)
      for place in products.indices {
        products[place] = UInt32(
          bitPattern: (Int32(bitPattern: products[place]) &<< unused) &>> unused)
      }
    case .signMagnitude:
      for place in products.indices
      where isNegative(activations[place], activationBits)
        != isNegative(weights[place], weightBits)
      {
        products[place] = 0 &- products[place]
      }
    }
  }

  /// What a circuit gives for the operands that stand for stored words.
  private func simulate(
    _ circuit: Circuit, _ activations: UnsafeBufferPointer<UInt16>,
    _ weights: UnsafeBufferPointer<UInt16>, _ products: UnsafeMutableBufferPointer<UInt32>
  ) {
    // A circuit does not look at bits above its operands: a sign above a magnitude, for one.
    let sign = encoding == .signMagnitude ? 1 : 0
    guard
      circuit.widths.activation > activationBits - sign
        || circuit.widths.weight > weightBits - sign
    else { return circuit.simulator.run(activations, weights, into: products) }
    func operands(
      _ words: UnsafeBufferPointer<UInt16>, _ bits: Int, _ width: Int
    ) -> [UInt16] {
      words.map { UInt16(encoding.operand($0, bits: bits, width: width)) }
    }
    operands(activations, activationBits, circuit.widths.activation)
      .withUnsafeBufferPointer { activations in
        operands(weights, weightBits, circuit.widths.weight).withUnsafeBufferPointer {
          circuit.simulator.run(activations, $0, into: products)
        }
      }
  }

  private func isNegative(_ word: UInt16, _ bits: Int) -> Bool {
    encoding.integer(word, bits: bits) < 0
  }

  private func multiplyExactly(
    _ activations: UnsafeBufferPointer<UInt16>, _ weights: UnsafeBufferPointer<UInt16>,
    _ products: UnsafeMutableBufferPointer<UInt32>
  ) {
    guard encoding != .offset else {
      for place in products.indices {
        products[place] = UInt32(activations[place]) &* UInt32(weights[place])
      }
      return
    }
    for place in products.indices {
      products[place] = UInt32(
        bitPattern: encoding.integer(activations[place], bits: activationBits)
          &* encoding.integer(weights[place], bits: weightBits))
    }
  }

  /// Whether a word of 0 ever gives a product.
  public var zeroHasProduct: Bool {
    func gives(_ bits: Int, _ multiply: (_ zeros: [UInt16], _ words: [UInt16]) -> [UInt32]) -> Bool
    {
      let words = (0..<1 << bits).map { UInt16($0) }
      return multiply([UInt16](repeating: 0, count: words.count), words).contains { $0 != 0 }
    }
    return gives(weightBits) { products($0, $1) } || gives(activationBits) { products($1, $0) }
  }

  /// What product registers take for lists of stored words.
  public func products(_ activations: [UInt16], _ weights: [UInt16]) -> [UInt32] {
    [UInt32](unsafeUninitializedCapacity: activations.count) { products, count in
      products.initialize(repeating: 0)
      activations.withUnsafeBufferPointer { activations in
        weights.withUnsafeBufferPointer { weights in
          multiply(
            activations, weights,
            into: UnsafeMutableBufferPointer(rebasing: products[..<activations.count]))
        }
      }
      count = activations.count
    }
  }

  /// The numbers of product registers for lists of stored words.
  public func numbers(_ activations: [UInt16], _ weights: [UInt16]) -> [Int64] {
    products(activations, weights).map(number)
  }

  private func number(_ product: UInt32) -> Int64 {
    encoding == .offset ? Int64(product) : Int64(Int32(bitPattern: product))
  }
}
