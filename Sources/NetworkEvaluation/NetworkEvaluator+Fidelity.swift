import Accelerators
import ErrorTables
import Files
import Quantities
import QuantizedNetworks

extension NetworkEvaluator {
  /// What one chip made of the test split.
  struct ChipRun: Sendable {
    /// In [0, 1], one a network.
    let accuracies: [Double]
    /// Of all networks' products, where the chip's elements were simulated.
    let errors: CapturedErrors?
    /// Of all networks' settled products, counted on the first images, where errors were drawn.
    let products: ProductCounts?
  }

  /// Runs every network on every chip in the fidelity that the sweep chose.
  ///
  /// - Parameter meetsTiming: whether no multiplier of any chip has a path longer than the period:
  ///   then captured products are settled ones, and every fidelity is `functional`.
  /// - Throws: `InputError` 65 if the technology cannot answer or a time step is too long.
  func run(
    _ networks: [IntegerNetwork], on chips: [InferenceHardware], hardened: [HardenedBits?],
    _ point: DesignPoint, clockPeriod: Delay, meetsTiming: Bool
  ) throws -> [ChipRun] {
    let choice = inputs.setup.timingErrors
    let multiplier = inputs.multipliers[point.multiplier].table
    if meetsTiming || choice.fidelity == .statistical {
      return try onChips(chips.indices) { index in
        let chip = chips[index]
        let inferences = zip(networks, hardened).map {
          IntegerInference($0, multiplier: multiplier, hardware: chip.hardening($1))
        }
        return ChipRun(
          accuracies: inferences.map { accuracy(of: $0) }, errors: nil,
          products: chip.timing.probability > 0 ? products(of: inferences) : nil)
      }
    }
    let simulation = try ElementSimulation(
      inputs: inputs, multiplier: point.multiplier, supply: point.logicSupply,
      clockPeriod: clockPeriod, steps: choice.steps, pulses: choice.pulses)
    if choice.fidelity == .gate {
      return try onChips(chips.indices) {
        run(networks, multiplier, simulation.gateArray(chip: $0), chips[$0], hardened)
      }
    }
    // Draw by draw, so that the tables of one need be in memory at a time.
    let runs = try (0..<choice.draws).flatMap { draw in
      let tables = try tables(ofDraw: draw, point, simulation, clockPeriod: clockPeriod)
      return try onChips(stride(from: draw, to: chips.count, by: choice.draws)) { chip in
        (
          chip,
          run(
            networks, multiplier, simulation.transitionArray(chip: chip, tables: tables),
            chips[chip], hardened)
        )
      }
    }
    return runs.sorted { $0.0 < $1.0 }.map(\.1)
  }

  /// What the dies of a draw capture wrong at a point: points that differ in their training share it.
  private func tables(
    ofDraw draw: Int, _ point: DesignPoint, _ simulation: ElementSimulation, clockPeriod: Delay
  ) throws -> DieErrors {
    let variants = inputs.setup.timingErrors.variants
    let key = TransitionKey(
      multiplier: point.multiplier, supply: point.logicSupply, clock: point.clock)
    return try transitionTables.value(for: DrawKey(point: key, draw: draw)) {
      if let made = try inputs.characterized(
        multiplier: point.multiplier, supply: point.logicSupply, clock: point.clock,
        clockPeriod: clockPeriod)
      {
        let tables = try made.folder.transitionTables(
          at: point.logicSupply, dies: draw * variants..<(draw + 1) * variants)
        return DieErrors(dies: tables.count, settled: simulation.products) { tables[$0] }
      }
      return try dieErrors(simulation, variants: variants, draw: draw, of: .evaluation)
    }
  }

  /// What dies of a pool capture wrong, from the folder that keeps it if there is one.
  ///
  /// - Throws: `ArtifactCache.Failure` if the folder can neither be read nor written.
  func dieErrors(
    _ simulation: ElementSimulation, variants: Int, draw: Int = 0,
    of pool: ElementSimulation.DiePool
  ) throws -> DieErrors {
    do {
      return try simulation.tables(
        variants: variants, draw: draw, jobs: 1, of: pool, cache: tableCache)
    } catch let error as InputError
      where [.missingInput, .cannotCreate, .inputOutput].contains(error.status)
    {
      throw ArtifactCache.Failure(cause: error)
    }
  }

  struct TransitionKey: Hashable, Sendable {
    let multiplier: Int
    let supply: Voltage
    let clock: ClockPolicy
  }

  struct DrawKey: Hashable, Sendable {
    let point: TransitionKey
    let draw: Int
  }

  private func run(
    _ networks: [IntegerNetwork], _ multiplier: EncodedMultiplier, _ array: some CapturingArray,
    _ buffers: InferenceHardware, _ hardened: [HardenedBits?]
  ) -> ChipRun {
    var errors = CapturedErrors(outputBits: 16)
    let accuracies = zip(networks, hardened).map { network, hardened in
      let (trace, wrong) = array.infer(
        IntegerInference(network, multiplier: multiplier, hardware: buffers.hardening(hardened)),
        inputs: words(of: network.spec),
        count: inputs.test.count)
      errors += wrong
      return accuracy(logits: trace.logits)
    }
    return ChipRun(accuracies: accuracies, errors: errors, products: nil)
  }
}
