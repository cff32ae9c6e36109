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
  private let circuit: PairSimulator?

  /// The bits of a product register.
  public var productBits: Int { activationBits + weightBits }

  /// The multiplier whose products are exact.
  ///
  /// - Precondition: words of 2 to 16 bits.
  public init(exact encoding: OperandEncoding, activationBits: Int, weightBits: Int) {
    self.init(encoding, activationBits, weightBits, nil)
  }

  private init(
    _ encoding: OperandEncoding, _ activationBits: Int, _ weightBits: Int, _ circuit: PairSimulator?
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
  /// - Throws: `InputError` 65 if its operands have other signs than the words need, or are not as wide
  ///   as they are (a bit less for sign-magnitude), or its product has not as many bits as both.
  /// - Precondition: the ports are the netlist's; words of 2 to 16 bits.
  public init(
    _ netlist: Netlist, ports: MultiplierPorts, signs: OperandSigns, file: String,
    encoding: OperandEncoding, activationBits: Int, weightBits: Int
  ) throws {
    let location = SourceLocation(file: file)
    let needed = encoding == .twosComplement ? OperandSigns.signed : .unsigned
    guard signs == needed else {
      throw InputError(
        .badData, at: location,
        "\(encoding.rawValue) words need \(needed.description) operands, this multiplier has "
          + "\(signs.description) ones")
    }
    let sign = encoding == .signMagnitude ? 1 : 0
    let widths = (activationBits - sign, weightBits - sign)
    let found = [ports.operandA, ports.operandB, ports.product].map(\.bits.count)
    guard found == [widths.0, widths.1, widths.0 + widths.1] else {
      throw InputError(
        .badData, at: location,
        "has operands of \(found[0]) and \(found[1]) bits and a product of \(found[2]): "
          + "\(activationBits)-bit activations and \(weightBits)-bit weights in \(encoding.rawValue) "
          + "words need \(widths.0) and \(widths.1) bits, and \(widths.0 + widths.1)")
    }
    self.init(
      encoding, activationBits, weightBits,
      PairSimulator(
        netlist, operandA: ports.operandA.bits, operandB: ports.operandB.bits,
        output: ports.product.bits))
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
    circuit.run(activations, weights, into: products)
    // Of sign-magnitude words the operands have no sign bit, and the circuit does not look at it.
    switch encoding {
    case .offset: return
    case .twosComplement:
      let unused = Int32(32 - productBits)
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

  /// The product register's number for two stored words.
  public func product(_ activation: UInt16, _ weight: UInt16) -> Int64 {
    let product = products([activation], [weight])[0]
    return encoding == .offset ? Int64(product) : Int64(Int32(bitPattern: product))
  }
}
