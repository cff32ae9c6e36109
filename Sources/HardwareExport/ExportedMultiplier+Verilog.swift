import Characterization
import Files
import Netlists
import QuantizedNetworks

extension ExportedMultiplier {
  /// The module `axtrain_multiply`, which gives the product of a row's and a column's word.
  ///
  /// - Parameter rowIsActivation: whether the row's word is the activation, the multiplier's first
  ///   operand.
  func multiplyModule(rowIsActivation: Bool) -> String {
    let (rowBits, columnBits) =
      rowIsActivation ? (activationBits, weightBits) : (weightBits, activationBits)
    let (a, w) = rowIsActivation ? ("row_word", "column_word") : ("column_word", "row_word")
    return """
      // The product of two words as they are stored (\(encoding.rawValue)): \(sentence)
      module axtrain_multiply (
        input [\(rowBits - 1):0] row_word,
        input [\(columnBits - 1):0] column_word,
        output [\(productBits - 1):0] product
      );
        wire [\(activationBits - 1):0] activation = \(a);
        wire [\(weightBits - 1):0] weight = \(w);
      \(body.map { "  \($0)\n" }.joined())endmodule

      """
  }

  private var sentence: String {
    switch encoding {
    case .offset: "an unsigned number."
    case .twosComplement: "in two's complement."
    case .signMagnitude:
      "in two's complement;\n// the multiplier takes the magnitudes, and the signs are XORed."
    }
  }

  private var body: [String] {
    switch encoding {
    case .offset, .twosComplement:
      return operands("activation", activationBits, "weight", weightBits)
        + (isOperator ? ["assign product = a * b;"] : ["assign product = p[\(productBits - 1):0];"])
    case .signMagnitude:
      let magnitudes = [
        "wire [\(activationBits - 2):0] activation_magnitude = activation[\(activationBits - 2):0];",
        "wire [\(weightBits - 2):0] weight_magnitude = weight[\(weightBits - 2):0];",
      ]
      return magnitudes
        + operands(
          "activation_magnitude", activationBits - 1, "weight_magnitude", weightBits - 1)
        + [
          "wire negative = \(sign);",
          "wire [\(productBits - 1):0] magnitude = \(magnitude);",
          "assign product = negative ? -magnitude : magnitude;",
        ]
    }
  }

  private var isOperator: Bool {
    if case .exactOperator = circuit { true } else { false }
  }

  /// A word of sign and magnitude is negative only if it is not 0.
  private var sign: String {
    guard zeroHasProduct else {
      return "activation[\(activationBits - 1)] ^ weight[\(weightBits - 1)]"
    }
    return "(activation[\(activationBits - 1)] & (|activation_magnitude))"
      + " ^ (weight[\(weightBits - 1)] & (|weight_magnitude))"
  }

  private var magnitude: String {
    let bits = isOperator ? productBits : multiplierProductBits
    let word = isOperator ? "a * b" : "p"
    return bits < productBits
      ? "{\(productBits - bits)'b0, \(word)}"
      : bits > productBits ? "\(word)[\(productBits - 1):0]" : word
  }

  private var multiplierProductBits: Int {
    if case .netlist(_, let ports, _) = circuit { ports.product.bits.count } else { productBits }
  }

  /// Declares the operands `a` and `b`, and the netlist's product `p` where there is a netlist.
  private func operands(
    _ activation: String, _ activationWidth: Int, _ weight: String, _ weightWidth: Int
  ) -> [String] {
    switch circuit {
    case .exactOperator:
      let sign = encoding == .twosComplement ? "signed " : ""
      return [
        "wire \(sign)[\(productBits - 1):0] a = \(extended(activation, activationWidth, productBits));",
        "wire \(sign)[\(productBits - 1):0] b = \(extended(weight, weightWidth, productBits));",
      ]
    case .netlist(let netlist, let ports, _):
      let (widthA, widthB) = (ports.operandA.bits.count, ports.operandB.bits.count)
      return [
        "wire [\(widthA - 1):0] a = \(extended(activation, activationWidth, widthA));",
        "wire [\(widthB - 1):0] b = \(extended(weight, weightWidth, widthB));",
        "wire [\(widthA + widthB - 1):0] p;",
        "\(VerilogWriter.identifier(netlist.name)) multiplier (",
        connections(netlist, ports).map { "  \($0)" }.joined(separator: ",\n  "),
        ");",
      ]
    }
  }

  /// A word in as many bits as an operand has, or in its low bits where it has more.
  private func extended(_ word: String, _ bits: Int, _ width: Int) -> String {
    guard width > bits else { return width == bits ? word : "\(word)[\(width - 1):0]" }
    return encoding == .twosComplement
      ? "{{\(width - bits){\(word)[\(bits - 1)]}}, \(word)}" : "{\(width - bits)'b0, \(word)}"
  }

  /// Each port of the netlist: an operand, the product, or a bit of one.
  private func connections(_ netlist: Netlist, _ ports: MultiplierPorts) -> [String] {
    let wires = [("a", ports.operandA), ("b", ports.operandB), ("p", ports.product)]
    var free: [NetID: [String]] = [:]
    for (wire, port) in wires {
      // Bits of a product that share a net are equal: any of them may stand for any other.
      for (index, bit) in port.bits.enumerated() {
        free[bit, default: []].append("\(wire)[\(index)]")
      }
    }
    return (netlist.inputs + netlist.outputs).map { port in
      let name = VerilogWriter.identifier(port.name)
      if let (wire, _) = wires.first(where: { $0.1 == port }) { return ".\(name)(\(wire))" }
      let bits = port.bits.compactMap { free[$0]?.popLast() }
      return ".\(name)({\(bits.reversed().joined(separator: ", "))})"
    }
  }
}
