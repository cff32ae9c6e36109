/// Adders for accumulators and for the last step of a multiplier: s = (a + b) modulo 2^width.
///
/// Each has two descriptions that know nothing of each other: `netlist(width:)`, gates over
/// `GeneratorCells`, and `sum(_:_:width:)`, integers by the definition.
public enum AdderFamily: Hashable, Sendable {
  /// The carry passes from bit to bit: least area, linear depth.
  case ripple
  /// Groups of four bits whose carries are computed from the group's carry at once. Source:
  /// Weinberger, Smith, *A logic for high-speed addition*, National Bureau of Standards Circular
  /// 591, 1958.
  case carryLookAhead
  /// A parallel prefix of logarithmic depth and fan-out two. Source: Kogge, Stone, *A parallel
  /// algorithm for the efficient solution of a general class of recurrence equations*, IEEE
  /// Transactions on Computers C-22(8), 1973.
  case koggeStone
  /// A parallel prefix of about two cells a bit and twice the logarithmic depth. Source: Brent,
  /// Kung, *A regular layout for parallel adders*, IEEE Transactions on Computers C-31(3), 1982.
  case brentKung
  /// The low bits are a ∨ b; the carry into the exact rest is a ∧ b of the highest of them.
  /// Source: Mahdiani, Ahmadi, Fakhraie, Lucas, *Bio-inspired imprecise computational blocks*,
  /// IEEE TCAS-I 57(4), 2010.
  case lowerPartOR(bits: Int)

  /// The widths that are generated.
  public static let widths = 2...64

  /// The adders that make no errors.
  public static let exactAdders: [AdderFamily] = [
    .ripple, .carryLookAhead, .koggeStone, .brentKung,
  ]

  /// The family's name in commands and specs: `kogge_stone`.
  public var name: String {
    switch self {
    case .ripple: "ripple"
    case .carryLookAhead: "carry_look_ahead"
    case .koggeStone: "kogge_stone"
    case .brentKung: "brent_kung"
    case .lowerPartOR: "loa"
    }
  }

  /// The family and its parameter in words, for the header of a generated file.
  public var summary: String {
    switch self {
    case .ripple: "ripple-carry"
    case .carryLookAhead: "carry-look-ahead, groups of 4 bits"
    case .koggeStone: "Kogge-Stone"
    case .brentKung: "Brent-Kung"
    case .lowerPartOR(let bits): "lower-part OR, \(bits) bits, carry-in a AND b"
    }
  }

  /// `add16_loa_l4`: the name of the module and of its file.
  public func moduleName(width: Int) -> String {
    guard case .lowerPartOR(let bits) = self else { return "add\(width)_\(name)" }
    return "add\(width)_\(name)_l\(bits)"
  }

  /// The adder `input [w-1:0] a, b; output [w-1:0] s` over `GeneratorCells`.
  ///
  /// - Precondition: the width is in 2…64; the bits of a lower part in 0…width.
  public func netlist(width: Int) -> Netlist {
    netlist(moduleName(width: width), width: width) { design, a, b in design.sum(a, b, by: self) }
  }

  /// The adder of numbers in two's complement whose sum stays at an end of its range, −2^(w−1) or
  /// 2^(w−1) − 1, where it would leave it: for accumulators that saturate.
  ///
  /// - Precondition: as `netlist(width:)`.
  public func saturatingNetlist(width: Int) -> Netlist {
    netlist(moduleName(width: width) + "_saturating", width: width) { design, a, b in
      let sum = design.sum(a, b, by: self)
      let sign = sum[width - 1]
      // The sum's sign is that of neither operand. It is the end's other bits then, and its inverse
      // the end's sign.
      let differences = [a, b].map { design.xor($0[width - 1], sign) }
      let overflows = design.and(differences[0], differences[1], name: "overflows")
      let fits = design.inverted(overflows, name: "fits")
      let end = design.nand(overflows, sign, name: "end")
      let bits = sum.dropLast().map { bit in
        let kept = design.nand(bit, fits)
        return design.nand(kept, end)
      }
      return bits + [design.xor(sign, overflows)]
    }
  }

  private func netlist(
    _ name: String, width: Int,
    _ sum: (_ design: inout GeneratedDesign, _ a: [NetID], _ b: [NetID]) -> [NetID]
  ) -> Netlist {
    precondition(Self.widths.contains(width), "width outside 2…64")
    checkParameter(width)
    var design = GeneratedDesign(name: name)
    let a = design.input("a", width: width)
    let b = design.input("b", width: width)
    design.output("s", bits: sum(&design, a, b))
    return design.finish()
  }

  /// What the adder gives for two operands in 0..<2^width, from its definition.
  ///
  /// - Precondition: as `netlist(width:)`.
  public func sum(_ a: UInt64, _ b: UInt64, width: Int) -> UInt64 {
    precondition(Self.widths.contains(width), "width outside 2…64")
    checkParameter(width)
    let mask = UInt64.max >> UInt64(64 - width)
    guard case .lowerPartOR(let bits) = self, bits > 0 else { return (a &+ b) & mask }
    let low = (a | b) & (UInt64.max >> UInt64(64 - bits))
    let carry = a & b & (1 << UInt64(bits - 1)) != 0 ? UInt64(1) : 0
    let high = (a >> UInt64(bits)) &+ (b >> UInt64(bits)) &+ carry
    return (high << UInt64(bits) | low) & mask
  }

  /// The generated adder as Verilog, with the family and its parameter in the header.
  ///
  /// - Precondition: as `netlist(width:)`.
  public func verilog(width: Int) -> String {
    VerilogWriter.text(
      of: netlist(width: width), library: GeneratorCells.library, header: header(width: width))
  }

  /// What the first lines of a generated file say.
  public func header(width: Int) -> [String] {
    [
      "\(width)-bit adder: \(summary).",
      "Generated by AxTrain (AdderFamily), width = \(width). Cells: ptm45.lib, ptm45.v.",
      "License: Apache-2.0",
    ]
  }

  private func checkParameter(_ width: Int) {
    if case .lowerPartOR(let bits) = self {
      precondition((0...width).contains(bits), "the lower part is outside 0…width")
    }
  }
}
