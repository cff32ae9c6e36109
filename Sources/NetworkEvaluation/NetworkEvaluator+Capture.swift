import ErrorTables
import Quantities
import Training

extension NetworkEvaluator {
  /// The chips whose captured products a point's training sees, and what identifies them; nil where
  /// training draws errors from tables, or where no die of the pool has a path longer than the period.
  struct TrainingCapture: Sendable {
    let key: TransitionKey
    let simulation: ElementSimulation
  }

  /// - Throws: `InputError` 65 if the technology cannot answer or a time step is too long.
  func trainingCapture(
    of point: DesignPoint, clockPeriod: Delay
  ) throws -> TrainingCapture? {
    let choice = inputs.setup.timingErrors
    guard choice.training == .transition, point.method.trainsAlone, point.method.drawsErrors
    else { return nil }
    let simulation = try ElementSimulation(
      inputs: inputs, multiplier: point.multiplier, supply: point.logicSupply,
      clockPeriod: clockPeriod, steps: choice.steps, pulses: choice.pulses)
    guard simulation.canErr(variants: choice.trainingVariants, of: .training) else { return nil }
    return TrainingCapture(
      key: TransitionKey(
        multiplier: point.multiplier, supply: point.logicSupply, clock: point.clock),
      simulation: simulation)
  }

  /// The chips themselves: the tables of one point at a time are kept.
  func trainingChips(_ capture: TrainingCapture) throws -> TrainingChips {
    let tables = try trainingTables.value(for: capture.key) {
      try capture.simulation.tables(
        variants: inputs.setup.timingErrors.trainingVariants, jobs: 1, of: .training)
    }
    return TrainingChips(spec: inputs.accelerator, tables: tables)
  }
}
