import Files
import Foundation
import Netlists

/// How the operands of a multiplier are read, and why.
public struct MultiplierSign: Hashable, Sendable {
  public let isSigned: Bool
  /// Whether neither the circuit nor the user says so.
  public let isGuessed: Bool

  /// Finds out in this order: what the user says; `signed` in the declarations; the module's name
  /// (`mul8s_…`, `mul16x4u_…`, `s_…`, `u_…`, `…signed…`); else two's complement only if it gives less
  /// than an eighth of the mean error on 8,192 pairs, so that coarse unsigned circuits stay unsigned.
  ///
  /// - Throws: `InputError` 65 if one operand is declared signed and the other is not.
  public init(
    of simulation: MultiplierSimulation, _ sign: ValidationOptions.Sign, file: String
  ) throws {
    switch sign {
    case .signed, .unsigned:
      self.init(isSigned: sign == .signed, isGuessed: false)
      return
    case .automatic: break
    }
    let ports = simulation.ports
    guard ports.operandA.isSigned == ports.operandB.isSigned else {
      throw InputError(
        .badData, at: SourceLocation(file: file),
        "operands '\(ports.operandA.name)' and '\(ports.operandB.name)' are declared one signed and "
          + "one not: multipliers of mixed signs are not measured; say --sign if both are alike")
    }
    if ports.operandA.isSigned {
      self.init(isSigned: true, isGuessed: false)
    } else if let named = Self.sign(inName: simulation.netlist.name) {
      self.init(isSigned: named, isGuessed: false)
    } else {
      let sample = MultiplierSimulation.Sample(count: 8192, seed: 1)
      func error(_ isSigned: Bool) throws -> UInt128 {
        try simulation.sums(
          of: sample, isSigned: isSigned, convention: .nonzeroExact, jobs: 1
        ).absoluteErrors
      }
      self.init(isSigned: try error(true) < error(false) / 8, isGuessed: true)
    }
  }

  private init(isSigned: Bool, isGuessed: Bool) {
    self.isSigned = isSigned
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
