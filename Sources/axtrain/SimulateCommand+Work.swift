import Accelerators
import Files
import NetworkEvaluation
import Quantities
import Reporting

/// What may take long, with a sign of life.
extension SimulateCommand {
  /// Runs a model's images, on a chip that captures late products where one is asked for.
  ///
  /// - Throws: as `SimulateValueOptions.run` and `SimulateGateOptions.chip`.
  func runImages(
    _ folder: String, on given: AcceleratorSpec, through multiplier: ChosenMultiplier,
    _ supply: Voltage?
  ) throws -> SimulateValueOptions.Outcome {
    try Self.showing("running images") {
      try values.run(folder, batch: batch, on: given, through: multiplier, convention) {
        spec, jobs in
        try supply.flatMap { try gates.chip(multiplier, on: spec, at: $0, jobs: jobs) }
      }
    }
  }

  /// What the layers cost by gates.
  ///
  /// - Parameter network: whose operands the gates see; nil: uniform words.
  /// - Throws: as `SimulateGateOptions.costs`.
  func costsByGates(
    _ multiplier: ChosenMultiplier, on spec: AcceleratorSpec, at supply: Voltage,
    of estimates: [LayerEstimate], network: ModelUnderTest?
  ) throws -> GateLevelCosts {
    try Self.showing("characterizing multiplier and adder") {
      try gates.costs(
        multiplier, on: spec, at: supply, network: network,
        depth: estimates.filter(\.isOnArray).map(\.layer.shape.k).max() ?? 1)
    }
  }

  /// The layers' registers, stepped with random words where that is asked for and no network gives any.
  ///
  /// - Throws: as `SteppedLayers`.
  func stepLayers(
    _ estimates: [LayerEstimate], on spec: AcceleratorSpec, products: ArrayCapture, seed: UInt64
  ) throws -> SteppedLayers? {
    guard stepsLayers else { return nil }
    return try Self.showing("stepping registers") {
      try SteppedLayers(
        estimates, on: spec, products: products, seed: seed,
        jobs: values.threads)
    }
  }

  /// The layers' table with the columns of energies by gates.
  ///
  /// - Parameter counted: flip-flops that changed, of each layer that the array does, where they were
  ///   counted.
  func adding(
    _ costs: GateLevelCosts, to table: ResultTable, of estimates: [LayerEstimate],
    counted: [RegisterToggles]?
  ) -> ResultTable {
    Self.showing("stepping registers of a part of each layer") {
      costs.table(adding: table, of: estimates, counted: counted)
    }
  }

  private static func showing<Result>(
    _ what: String, _ work: () throws -> Result
  ) rethrows -> Result {
    try ElapsedLine.show(what, style: .ofStandardError(isQuiet: false), during: work)
  }
}
