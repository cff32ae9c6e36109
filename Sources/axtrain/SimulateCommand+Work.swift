import Accelerators
import Files
import Quantities
import Reporting

/// What may take long, with a sign of life.
extension SimulateCommand {
  /// Runs a model's images, on a chip that captures late products where one is asked for.
  ///
  /// - Throws: as `SimulateValueOptions.run` and `SimulateGateOptions.chip`.
  func runImages(
    _ folder: String, on given: AcceleratorSpec, through multiplier: ExportMultiplierOptions,
    _ supply: Voltage?
  ) throws -> SimulateValueOptions.Outcome {
    try Self.showing("running images") {
      try values.run(folder, batch: batch, on: given, through: multiplier, convention) {
        spec, jobs in
        try supply.flatMap { try gates.chip(multiplier, on: spec, at: $0, jobs: jobs) }
      }
    }
  }

  /// The layers' table with the columns of energies by gates.
  ///
  /// - Parameter outcome: of a network's images; nil: uniform words.
  /// - Throws: as `SimulateGateOptions.costs`.
  func addGates(
    of multiplier: ExportMultiplierOptions, on spec: AcceleratorSpec, at supply: Voltage,
    to table: ResultTable, of estimates: [LayerEstimate], _ outcome: SimulateValueOptions.Outcome?
  ) throws -> ResultTable {
    let costs = try Self.showing("characterizing multiplier and adder") {
      try gates.costs(
        multiplier, on: spec, at: supply, network: outcome?.model,
        depth: estimates.filter(\.isOnArray).map(\.layer.shape.k).max() ?? 1)
    }
    return Self.showing("stepping registers of a part of each layer") {
      costs.table(adding: table, of: estimates, counted: outcome?.run.layerToggles)
    }
  }

  private static func showing<Result>(
    _ what: String, _ work: () throws -> Result
  ) rethrows -> Result {
    try ElapsedLine.show(what, style: .ofStandardError(isQuiet: false), during: work)
  }
}
