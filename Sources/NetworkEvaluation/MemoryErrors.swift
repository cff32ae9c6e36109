import Files
import Quantities
import Technology

/// The rates of wrong bits of a point's buffers.
struct MemoryErrors: Hashable, Sendable {
  let weights: Double
  let activations: Double
  /// Where the memory's law has the rate that the point gives; nil where it gives none, or 0, and where
  /// the law has no such supply, or one outside its range that the setup does not ask for.
  let supplyOfRate: Voltage?
  /// Whether the memory's law was asked outside its fitted range.
  let isExtrapolated: Bool

  /// Those that the point gives, else those of the memory's law at its supply; none where the setup has
  /// no memory.
  ///
  /// - Parameters:
  ///   - prefix: what a message begins with where the supply is no point's own.
  ///   - place: where the sweep has the supply of the memory.
  /// - Throws: `InputError` 65 there if the supply is outside the law's range.
  init(
    _ inputs: EvaluationInputs, _ point: DesignPoint, as prefix: String = "",
    at place: SourceLocation? = nil
  ) throws {
    do throws(TechnologyError) {
      if let rate = point.bitErrorRate {
        let buffers = inputs.setup.faultyBuffers
        weights = buffers == .activations ? 0 : rate
        activations = buffers == .weights ? 0 : rate
        let inverse =
          inputs.setup.modelsMemory
          ? try inputs.technology.memorySupply(
            ofBitErrorRate: rate, extrapolating: inputs.setup.extrapolatesMemoryLaw) : nil
        (supplyOfRate, isExtrapolated) = (inverse?.supply, inverse?.isExtrapolated ?? false)
        return
      }
      guard inputs.setup.modelsMemory else {
        (weights, activations, supplyOfRate, isExtrapolated) = (0, 0, nil, false)
        return
      }
      let law = try inputs.technology.bitErrorRate(
        at: point.memorySupply, extrapolating: inputs.setup.extrapolatesMemoryLaw)
      (weights, activations, isExtrapolated) = (law.rate, law.rate, law.isExtrapolated)
      supplyOfRate = nil
    } catch {
      throw InputError(
        .badData, at: error.location(ofSupply: place, technology: inputs.setup.technology),
        "\(prefix)memory rail: \(error), or set extrapolate_memory_law: true")
    }
  }
}
