import QuantizedNetworks

/// The registers of a processing element, which the register level steps and the exported Verilog
/// declares.
struct ElementRegisters: Sendable, Hashable {
  /// Bits behind each clock gate: the shadow of the operand that is held and that operand, the one that
  /// moves (where sums stay both, which move together), product and each register behind it, partial sum.
  let gated: [Int]
  /// What they are called.
  let names: [String]
  /// Flip-flops with a clock edge in every cycle: of operand, product and each register behind it, and of
  /// the partial sum where that moves.
  let validBits: Int

  init(of spec: AcceleratorSpec) {
    let operands: [(String, Int)] =
      switch spec.dataflow {
      case .weightStationary:
        [
          ("shadow of the weight", spec.weightWidth), ("weight", spec.weightWidth),
          ("activation", spec.operandWidth),
        ]
      case .inputStationary:
        [
          ("shadow of the activation", spec.operandWidth), ("activation", spec.operandWidth),
          ("weight", spec.weightWidth),
        ]
      case .outputStationary: [("activation and weight", spec.operandWidth + spec.weightWidth)]
      }
    let products = (0...spec.pipelineRegisters).map {
      ($0 == 0 ? "product" : "product_\($0)", spec.productWidth)
    }
    let registers = operands + products + [("sum", spec.accumulator.width)]
    (names, gated) = (registers.map(\.0), registers.map(\.1))
    validBits = Self.validBits(of: spec)
  }

  static func validBits(of spec: AcceleratorSpec) -> Int {
    (spec.dataflow == .outputStationary ? 2 : 3) + spec.pipelineRegisters
  }

  var flipFlops: Int { gated.reduce(0, +) + validBits }
}

extension AcceleratorSpec {
  /// The registers of a processing element and their bits, which follow from dataflow and widths.
  public var elementRegisters: [(name: String, bits: Int)] {
    let registers = ElementRegisters(of: self)
    return zip(registers.names, registers.gated).map { (name: $0, bits: $1) } + [
      (name: "valid bits", bits: registers.validBits)
    ]
  }
}
