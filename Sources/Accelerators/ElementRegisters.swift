import QuantizedNetworks

/// The registers of a processing element, which the register level steps and the exported Verilog
/// declares.
struct ElementRegisters: Sendable, Hashable {
  /// Widths of the registers that a valid bit, or a load, lets take a clock edge: the shadow of the
  /// operand that is held, both operands, product and the registers behind it, partial sum.
  let gated: [Int]
  /// Flip-flops with a clock edge in every cycle: of operand, product and each register behind it, and of
  /// the partial sum where that moves.
  let validBits: Int

  init(of spec: AcceleratorSpec) {
    let shadow: [Int] =
      switch spec.dataflow {
      case .weightStationary: [spec.weightWidth]
      case .inputStationary: [spec.operandWidth]
      case .outputStationary: []
      }
    let products = [Int](repeating: spec.productWidth, count: 1 + spec.pipelineRegisters)
    gated =
      shadow + [spec.operandWidth, spec.weightWidth] + products + [spec.accumulator.width]
    validBits = Self.validBits(of: spec)
  }

  static func validBits(of spec: AcceleratorSpec) -> Int {
    (spec.dataflow == .outputStationary ? 2 : 3) + spec.pipelineRegisters
  }

  var flipFlops: Int { gated.reduce(0, +) + validBits }
}
