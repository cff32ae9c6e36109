import Accelerators
import ArgumentParser
import Files
import NetworkEvaluation

/// The late products of a chip on which `axtrain simulate` runs a network.
struct SimulateTimingOptions: ParsableArguments {
  @Option(
    help: """
      Values with the products that one chip captures too early at --supply: gate (each element's own \
      gates, threshold shifts and operands) or transition (tables of --dies dies; not where sums \
      stay). Needs --network DIR, --level register and --multiplier FILE of 8×8 bits. Default: values \
      without such errors.
      """)
  var timingErrors: SimulatedChip.Fidelity?

  @Option(
    help: "Dies that stand for all elements with --timing-errors transition, 1 to 64 (default: 16)."
  )
  var dies: Int?

  @Option(help: "The seed of the chip of --timing-errors, 0 or more (default: 1).")
  var chipSeed: String?

  /// Options that are given.
  var given: [String] {
    let options: [(String, Bool)] = [
      ("--timing-errors", timingErrors != nil), ("--dies", dies != nil),
      ("--chip-seed", chipSeed != nil),
    ]
    return options.filter(\.1).map(\.0)
  }

  /// Refuses what no run can have.
  ///
  /// - Parameter runsRegisters: whether a network's values are computed register by register.
  /// - Throws: `ValidationError`.
  func check(runsRegisters: Bool) throws {
    guard let first = given.first else { return }
    guard let timingErrors else { throw ValidationError("\(first) needs --timing-errors.") }
    guard runsRegisters else {
      throw ValidationError("--timing-errors needs --network DIR and --level register.")
    }
    guard dies == nil || timingErrors == .transition else {
      throw ValidationError("--dies needs --timing-errors transition.")
    }
    guard (1...64).contains(dies ?? 1) else { throw ValidationError("--dies must be 1 to 64.") }
  }

  /// - Throws: `InputError` 64 for a text that is no seed.
  func seed() throws -> UInt64 { try Seed.value(chipSeed, option: "--chip-seed") ?? 1 }
}

extension SimulatedChip.Fidelity: ExpressibleByArgument {}
