import ErrorTables
import Quantities

extension EvaluationSetup {
  /// The supplies of the logic that each step of a point's training draws one of; none where its method
  /// draws none, or leaves them out.
  public func drawnSupplies(of point: DesignPoint) -> [Voltage] {
    // Asked of every point: most sweeps draw none.
    guard !training.drawnSupplies.isEmpty else { return [] }
    return training.methodSettings.leavingOut(point.without).drawsRates(point.method)
      ? training.drawnSupplies : []
  }
}

extension NetworkEvaluator {
  /// One of the operating points that the steps of a training draw from.
  struct DrawnPoint: Hashable, Sendable {
    let errors: HardwareErrors
    /// Whose dies capture products there; nil where none do.
    let capture: TransitionKey?
  }

  /// Whether the memory's law is asked outside its fitted range, by a point or by what it trains for.
  ///
  /// - Throws: `InputError` 65 if a supply is outside the law's range.
  func isExtrapolated(_ point: DesignPoint, _ rates: MemoryErrors) throws -> Bool {
    try rates.isExtrapolated
      || inputs.setup.drawnSupplies(of: point).contains {
        try MemoryErrors(inputs, point.movingLogic(to: $0)).isExtrapolated
      }
  }

  /// What a point's products and memory do, with errors of products that are drawn from one of its
  /// tables.
  func errors(_ timing: TimingErrorTable.Point, _ rates: MemoryErrors) -> HardwareErrors {
    let memory = inputs.setup.memory
    return HardwareErrors(
      timing: timing.errors(inputs.setup.timingErrors.drawing), weightBitErrorRate: rates.weights,
      activationBitErrorRate: rates.activations, weightFaults: memory.weights,
      activationFaults: memory.activations)
  }

  /// What the steps of a point's training draw one of, by rising supply: the errors of training's dies
  /// and of the memory with the logic at each drawn supply, under the point's clock policy. Empty where
  /// its method draws no supply.
  ///
  /// - Throws: `InputError` 65 if the technology cannot answer or a time step is too long.
  func drawnPoints(
    of point: DesignPoint
  ) throws -> [(errors: HardwareErrors, capture: TrainingCapture?)] {
    let key = CharacterizedHardware.TableKey(multiplier: point.multiplier, clock: point.clock)
    return try inputs.setup.drawnSupplies(of: point).map { supply in
      let drawn = point.movingLogic(to: supply)
      guard let timing = hardware.trainingTiming[key]?.point(at: supply) else {
        preconditionFailure("a drawn supply was not characterized")
      }
      let errors = errors(timing, try MemoryErrors(inputs, drawn))
      // What chips capture is not drawn.
      return (
        capturesProducts(point.method) ? errors.replacingTiming(.none) : errors,
        try trainingCapture(of: drawn, clockPeriod: Delay(timing.clockPeriod))
      )
    }
  }
}
