import ArgumentParser
import NetworkEvaluation

/// The chips and the operating point that a network is run on.
struct ChipOptions: ParsableArguments {
  @OptionGroup var point: OperatingPointOptions

  @Option(help: "Chips, each with faults of its own, at least 2 (default: 8).")
  var chips: Int?

  @Option(
    help: "The first chip's seed; also that of the dies that errors are counted on (default: 1).")
  var chipSeed: UInt64?

  func validate() throws {
    guard (2...10_000).contains(chips ?? 8) else {
      throw ValidationError("--chips must be 2 to 10,000.")
    }
    if let problem = point.problem { throw ValidationError(problem) }
    let given = [("--chips", chips != nil), ("--chip-seed", chipSeed != nil)]
    if point.accelerator == nil, let option = given.first(where: \.1)?.0 {
      throw ValidationError("\(option) needs --hardware.")
    }
  }

  /// The chips, and the files for messages; nil without hardware.
  ///
  /// - Parameter cells: the library of an accumulator's netlist; the shipped one unless given.
  func hardware(
    cells: String?
  ) throws -> (ModelHardware, files: (accelerator: String, technology: String))? {
    try point.hardware(chips: chips ?? 8, seed: chipSeed ?? 1, cells: cells)
  }
}
