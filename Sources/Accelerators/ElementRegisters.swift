import QuantizedNetworks

/// The registers of a processing element, which the register level steps and the exported Verilog
/// declares.
struct ElementRegisters: Sendable, Hashable {
  /// Bits behind each clock gate: the shadow of the operand that is held and that operand, the one that
  /// moves (where sums stay both, which move together), product and each register behind it, partial sum.
  let gated: [Int]
  /// Flip-flops with a clock edge in every cycle: of operand, product and each register behind it, and of
  /// the partial sum where that moves.
  let validBits: Int

  init(of spec: AcceleratorSpec) {
    let operands =
      switch spec.dataflow {
      case .weightStationary: [spec.weightWidth, spec.weightWidth, spec.operandWidth]
      case .inputStationary: [spec.operandWidth, spec.operandWidth, spec.weightWidth]
      case .outputStationary: [spec.operandWidth + spec.weightWidth]
      }
    let products = [Int](repeating: spec.productWidth, count: 1 + spec.pipelineRegisters)
    gated = operands + products + [spec.accumulator.width]
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
    let operands =
      switch dataflow {
      case .weightStationary: ["shadow of the weight", "weight", "activation"]
      case .inputStationary: ["shadow of the activation", "activation", "weight"]
      case .outputStationary: ["activation and weight"]
      }
    let products = (0...pipelineRegisters).map { $0 == 0 ? "product" : "product_\($0)" }
    return zip(operands + products + ["sum"], registers.gated).map { (name: $0, bits: $1) } + [
      (name: "valid bits", bits: registers.validBits)
    ]
  }
}
