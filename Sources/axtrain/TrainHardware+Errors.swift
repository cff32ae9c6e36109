import Datasets
import ErrorTables
import Files
import NetworkEvaluation
import Networks
import QuantizedNetworks
import Training

extension TrainHardware {
  /// What a network feels.
  struct Point: Sendable {
    /// For the method: one, or one a drawn supply.
    let points: [TrainingPoint]
    /// The rate of wrong bits of weights, of several the highest; nil where none is given.
    let weightBitErrorRate: Double?
    /// The errors of captured products, of several points those at the lowest supply; nil where none were
    /// counted.
    let timing: ProductErrorModel?
    /// What was found, by the keys of `training.yaml`.
    let entries: [(key: String, value: String)]
  }

  /// What was found at one operating point; nil is what was not asked for.
  private struct Found {
    var memory: (rate: Double, isExtrapolated: Bool)?
    var products: ModelHardware.Errors?
    var chips: TrainingChips?
  }

  /// Training examples whose operands timing errors are counted on, at most.
  private static let examples = 32

  /// The errors of the point, or of each drawn supply; timing errors are counted on the operands of a
  /// network.
  ///
  /// - Parameters:
  ///   - start: where training begins.
  ///   - training: the training part: no example of the test is looked at.
  /// - Throws: `InputError` 65 if the network does not fit the hardware, the technology cannot answer
  ///   at a supply, or nothing errs that act's penalty would weigh.
  func point(
    for start: Network, _ method: TrainingMethod, _ settings: MethodSettings,
    spec: QuantizationSpec, training: Dataset, work: ChunkedWork
  ) throws -> Point {
    var model: ModelUnderTest?
    if chips != nil, multiplier != nil, method.usesTimingErrors {
      let few = training.selecting(Array(0..<min(Self.examples, training.count)))
      model = try ModelUnderTest(
        network: start, training: training, test: few,
        ranges: .calibration(examples: IntegerPass.calibrationExamples), spec: spec,
        file: start.topology.name, work: work)
    }
    let found = try operatingPoints.map { try self.found(at: $0, countingOn: model) }
    let (weights, activations) = (buffers != .activations, buffers != .weights)
    let points = (found.isEmpty ? [Found()] : found).map { found in
      // Where rates are drawn, and no supplies, only which buffers err matters.
      let rate =
        settings.drawsRates(method) && drawn.isEmpty
        ? 1 : bitErrorRate ?? found.memory?.rate ?? 0
      return TrainingPoint(
        errors: HardwareErrors(
          timing: found.products?.products ?? .none, weightBitErrorRate: weights ? rate : 0,
          activationBitErrorRate: activations ? rate : 0
        ).scalingRates(by: rateFactor), chips: found.chips)
    }
    var entries = entries(of: found)
    if method.usesPenalty {
      let noise = PenaltyNoise.sources(multiplier?.table ?? .exact(spec), points[0].errors)
      guard !noise.isEmpty else { throw noNoise(method) }
      // What every training before had is left out.
      if noise != [.weightBits] { entries.append(("penalty_noise", PenaltyNoise.text(of: noise))) }
    }
    let known = bitErrorRate ?? found.compactMap { $0.memory?.rate }.max()
    return Point(
      points: points, weightBitErrorRate: weights ? known : nil,
      timing: found.first?.products?.products, entries: entries)
  }

  /// - Parameter model: on whose operands timing errors are counted; nil: they do not matter.
  private func found(
    at hardware: ModelHardware, countingOn model: ModelUnderTest?
  ) throws -> Found {
    var found = Found()
    guard let files = chips?.files else { return found }
    if hardware.memorySupply != nil {
      found.memory = try hardware.memoryErrors(file: files.technology)
    }
    guard let model, let multiplier else { return found }
    let products = try hardware.errors(model, multiplier, files: files)
    found.products = products
    if let trainingVariants {
      found.chips = try hardware.trainingChips(
        multiplier, clockPeriod: products.clockPeriod, variants: trainingVariants,
        file: files.technology)
    }
    return found
  }

  /// By the keys of `training.yaml`; of several operating points their values joined by commas.
  private func entries(of found: [Found]) -> [(key: String, value: String)] {
    func joined(_ values: [Double]) -> String {
      values.map { CellValue.real($0).formatted }.joined(separator: ",")
    }
    var entries: [(key: String, value: String)] = []
    let memory = found.compactMap(\.memory)
    if !memory.isEmpty {
      entries += [
        ("bit_error_rate", joined(memory.map(\.rate))),
        ("extrapolated", "\(memory.contains(where: \.isExtrapolated))"),
      ]
      if let probability = chips?.hardware.technology.rejectedMemoryLawProbability {
        entries.append(("memory_law_probability", joined([probability])))
      }
    }
    let products = found.compactMap(\.products)
    guard !products.isEmpty else { return entries }
    entries += [
      ("clock_period_ns", joined(products.map { $0.clockPeriod.in(.nano) })),
      ("product_error_rate", joined(products.map(\.timing.proportion.value))),
    ]
    if trainingVariants == nil {
      entries.append(("product_error_model", TimingErrorChoice.standard.drawing.rawValue))
    }
    return entries
  }
}
