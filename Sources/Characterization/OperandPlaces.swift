import Netlists

/// Where the bits of two operands stand among a netlist's inputs, whatever the order of its ports.
public struct OperandPlaces: Sendable {
  private let a: [UInt64]
  private let b: [UInt64]

  /// - Precondition: the ports are the netlist's, whose inputs have at most 64 bits.
  public init(_ ports: MultiplierPorts, in netlist: Netlist) {
    let inputs = netlist.inputs.flatMap(\.bits)
    precondition(inputs.count <= 64, "more than 64 input bits")
    func places(of port: Port) -> [UInt64] {
      port.bits.map { bit in
        guard let place = inputs.firstIndex(of: bit) else {
          preconditionFailure("not the netlist's port")
        }
        return UInt64(place)
      }
    }
    (a, b) = (places(of: ports.operandA), places(of: ports.operandB))
  }

  /// The netlist's inputs while words stand at its operands: the first port in the low bits.
  public func inputs(_ a: UInt64, _ b: UInt64) -> UInt64 {
    Self.placed(a, at: self.a) | Self.placed(b, at: self.b)
  }

  private static func placed(_ word: UInt64, at places: [UInt64]) -> UInt64 {
    var (word, inputs) = (word, UInt64(0))
    for place in places {
      inputs |= (word & 1) << place
      word >>= 1
    }
    return inputs
  }
}
