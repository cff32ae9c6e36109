import ErrorTables
import Foundation
import Netlists

/// How the operands of a multiplier are read, and why.
public struct MultiplierSign: Hashable, Sendable {
  public let signs: OperandSigns
  /// Whether neither the circuit nor the user says so.
  public let isGuessed: Bool

  /// Whether products are in two's complement.
  public var isSigned: Bool { signs.product }

  /// Finds out in this order: what the user says; `signed` in the declarations, of one operand or of
  /// both; the module's name (`mul8s_…`, `mul16x4u_…`, `s_…`, `u_…`, `…signed…`); else two's
  /// complement only if it gives less than an eighth of the mean error on 8,192 pairs, so that coarse
  /// unsigned circuits stay unsigned, and one operand alone in two's complement by the same rule.
  public init(of simulation: MultiplierSimulation, _ sign: ValidationOptions.Sign) throws {
    let ports = simulation.ports
    let declared = OperandSigns(a: ports.operandA.isSigned, b: ports.operandB.isSigned)
    if let said = sign.signs {
      self.init(said, isGuessed: false)
    } else if declared.product {
      self.init(declared, isGuessed: false)
    } else if let named = Self.sign(inName: simulation.netlist.name) {
      self.init(named ? .signed : .unsigned, isGuessed: false)
    } else {
      let sample = MultiplierSimulation.Sample(count: 8192, seed: 1)
      var best = OperandSigns.unsigned
      var least = UInt128.max
      let mixed = [OperandSigns(a: true, b: false), OperandSigns(a: false, b: true)]
      for signs in [.unsigned, .signed] + mixed {
        let error = try simulation.sums(
          of: sample, signs: signs, convention: .nonzeroExact, jobs: 1
        ).absoluteErrors
        if signs == .unsigned || error < least / 8 { (best, least) = (signs, error) }
      }
      self.init(best, isGuessed: true)
    }
  }

  private init(_ signs: OperandSigns, isGuessed: Bool) {
    self.signs = signs
    self.isGuessed = isGuessed
  }

  /// What a module's name says of its operands.
  static func sign(inName name: String) -> Bool? {
    let lower = name.lowercased()
    if lower.contains("unsigned") { return false }
    if lower.contains("signed") { return true }
    if lower.hasPrefix("u_") { return false }
    if lower.hasPrefix("s_") { return true }
    if let match = lower.firstMatch(of: /^mul(?:t)?[0-9]+(?:x[0-9]+)?([us])(?:_|$)/) {
      return match.output.1 == "s"
    }
    return nil
  }
}
