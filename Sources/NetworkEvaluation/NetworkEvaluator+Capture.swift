import ConcurrentWork
import ErrorTables
import Quantities
import Training

extension NetworkEvaluator {
  /// Elements of training's dies at an operating point, and what identifies it.
  struct TrainingCapture: Sendable {
    let key: TransitionKey
    let simulation: ElementSimulation
  }

  /// Whether a method's products are captured in training: then none of their errors is drawn.
  func capturesProducts(_ method: TrainingMethod) -> Bool {
    inputs.setup.timingErrors.capturesProducts(for: method)
  }

  /// The elements whose captured products a point's training sees; nil where it sees none, or where
  /// no die of the pool has a path longer than the period.
  ///
  /// - Throws: `InputError` 65 if the technology cannot answer or a time step is too long.
  func trainingCapture(
    of point: DesignPoint, clockPeriod: Delay
  ) throws -> TrainingCapture? {
    guard capturesProducts(point.method) else { return nil }
    let choice = inputs.setup.timingErrors
    let simulation = try ElementSimulation(
      inputs: inputs, multiplier: point.multiplier, supply: point.logicSupply,
      clockPeriod: clockPeriod, steps: choice.steps, pulses: choice.pulses)
    guard simulation.canErr(variants: choice.trainingVariants, of: .training) else { return nil }
    return TrainingCapture(
      key: TransitionKey(
        multiplier: point.multiplier, supply: point.logicSupply, clock: point.clock),
      simulation: simulation)
  }

  /// The tables of the operating points that the trainings of a point's networks capture products at.
  typealias HeldTables = [TransitionKey: SharedResults<TransitionKey, DieErrors>.Held]

  /// The chips themselves, one for each of a training's operating points. Nil where no product is
  /// captured.
  ///
  /// - Parameter held: gets the tables, so that no other training makes them anew meanwhile.
  func trainingChips(
    _ captures: [TrainingCapture?], holding held: inout HeldTables
  ) throws -> [TrainingChips?] {
    try captures.map { capture in
      guard let capture else { return nil }
      let tables =
        try held[capture.key]
        ?? trainingTables.held(for: capture.key) {
          try dieErrors(
            capture.simulation, variants: inputs.setup.timingErrors.trainingVariants,
            of: .training)
        }
      held[capture.key] = tables
      return TrainingChips(spec: inputs.accelerator, tables: tables.value)
    }
  }
}
