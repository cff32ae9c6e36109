import Accelerators
import Characterization
import ConcurrentWork
import ErrorTables
import Files
import Fitting
import LogicSimulation
import Quantities
import QuantizedNetworks
import TableArithmetic
import Technology

/// One network by every fidelity, on chips of the same process: how far each is from the gates' own
/// simulation.
public struct FidelityComparison: Sendable {
  public let inputs: EvaluationInputs
  public let network: QuantizedNetwork
  /// Index into the inputs' multipliers.
  public let multiplier: Int
  public let supply: Voltage
  public let clockPeriod: Delay
  /// Chips, each element with threshold shifts of its own.
  public var chips = 8
  /// Time steps to the longest path of the typical die.
  public var steps = 128
  public var pulses = PulseRule.inertial
  /// How many dies stand for all elements in fidelity `transition`.
  public var variants = [1, 4, 16]
  /// Time resolutions that fidelity `gate` is repeated with.
  public var otherSteps = [64, 256, 512]
  /// Element streams on which carrying late changes into the next period is compared.
  public var carriedStreams = 48
  /// Where transition tables are kept for other runs, if they are.
  public var cache: TransitionCache?

  public init(
    inputs: EvaluationInputs, network: QuantizedNetwork, multiplier: Int, supply: Voltage,
    clock: ClockPolicy
  ) throws {
    self.inputs = inputs
    self.network = network
    self.multiplier = multiplier
    self.supply = supply
    do throws(TechnologyError) {
      clockPeriod = try inputs.clockPeriod(multiplier: multiplier, clock: clock, supply: supply)
    } catch {
      throw InputError(.badData, at: SourceLocation(file: inputs.setup.technology), "\(error)")
    }
  }

  /// What one fidelity gave.
  public struct Row: Sendable {
    public let fidelity: String
    /// What distinguishes rows of the same fidelity.
    public let detail: String
    /// Of all captured products, one a chip.
    public let errorsPerChip: [CapturedErrors]
    /// In [0, 1], one a chip; empty where only streams were compared.
    public let accuracies: [Double]
    /// Whether the entries of each are independent draws, so that they have an interval.
    public var errorsAreIndependent = false
    public var accuraciesAreIndependent = false
    /// Time of a multiplication on one thread, tables not counted, in seconds.
    public let timePerProduct: Double?
  }

  /// Compares.
  ///
  /// - Returns: rows, and whether `transition` gave the same accumulators as `gate` with the same
  ///   dies.
  /// - Throws: `InputError` 65 if the technology lacks a gate or was not fitted; 75 if stopped.
  public func run(
    jobs: Int, stopRequested: @escaping @Sendable () -> Bool = { false },
    progress: (String) -> Void = { _ in }
  ) throws -> (rows: [Row], transitionIsGate: Bool) {
    let netlist = inputs.multipliers[multiplier].netlist
    let products = inputs.multipliers[multiplier].products
    let source = try delaySource()
    let stationary = StationaryMultiplier(
      netlist, ports: try MultiplierPorts(binding: netlist, file: netlist.name))
    var rows = [try functional(products, jobs)]
    progress("statistical: characterizing dies on the network's own operands")
    rows.append(try statistical(products, stationary, jobs, stopRequested))
    let grid = TimeGrid(criticalPath: criticalPath(source), steps: steps)
    for resolution in [steps] + otherSteps {
      let coarse = TimeGrid(criticalPath: criticalPath(source), steps: resolution)
      guard captureStep(coarse) >= 1 else {
        throw TimingStudy.tooCoarse(period: clockPeriod, at: supply)
      }
    }
    var transitionIsGate = true
    for count in variants {
      progress("transition: tables of \(count) dies")
      let delays = (0..<count).map { grid.delays(source.die(Self.poolDie($0), seed: seed)) }
      let tables = try delays.map { (delays: [Int32]) -> TransitionTable in
        guard let cache else {
          return try stationary.table(
            delays: delays, captureStep: captureStep(grid), pulses: pulses, jobs: jobs,
            stopRequested: stopRequested)
        }
        return try cache.table(
          of: stationary, delays: delays, captureStep: captureStep(grid), pulses: pulses,
          jobs: jobs, stopRequested: stopRequested)
      }
      let arrays = (0..<chips).map { chip in
        TransitionArray(
          spec: inputs.accelerator,
          elements: ElementTables(
            tables: tables, settled: products, dieOfElement: dies(chip, variants: count)))
      }
      rows.append(
        try row(
          "transition", "\(count) \(count == 1 ? "die" : "dies")", arrays, jobs, stopRequested))
      if count == variants.last {
        progress("gate: the same dies")
        let sameDies = (0..<chips).map { chip in
          GateArray(
            spec: inputs.accelerator, multiplier: stationary,
            delays: dies(chip, variants: count).map { delays[$0] },
            captureStep: captureStep(grid), pulses: pulses)
        }
        for (transition, gate) in zip(arrays, sameDies) {
          transitionIsGate = transitionIsGate && accumulatorsAgree(transition, gate)
        }
        rows.append(try row("gate", "the same \(count)", sameDies, jobs, stopRequested))
      }
    }
    for resolution in [steps] + otherSteps {
      progress("gate: \(resolution) time steps")
      let grid = TimeGrid(criticalPath: criticalPath(source), steps: resolution)
      let arrays = (0..<chips).map { gateArray(chip: $0, source, grid, stationary) }
      var row = try row("gate", "\(resolution) steps", arrays, jobs, stopRequested)
      (row.errorsAreIndependent, row.accuraciesAreIndependent) = (true, true)
      rows.append(row)
    }
    progress("gate: late changes carried on")
    rows += carried(source, grid, stationary)
    return (rows, transitionIsGate)
  }

  // MARK: - Dies and clock

  private var seed: UInt64 { inputs.setup.characterization.seed }

  private func delaySource() throws -> DieDelays {
    do throws(TechnologyError) {
      return try DieDelays(
        inputs.multipliers[multiplier].netlist, technology: inputs.technology, supply: supply)
    } catch {
      throw InputError(.badData, at: SourceLocation(file: inputs.setup.technology), "\(error)")
    }
  }

  private func criticalPath(_ source: DieDelays) -> Int64 {
    max(1, StaticTiming(netlist: source.netlist, delays: source.typical).criticalPathDelay)
  }

  private func captureStep(_ grid: TimeGrid) -> Int32 {
    grid.captureStep(clockPeriod.value * 1e15)
  }

  /// Dies that are none of those that tables were characterized on.
  private static func poolDie(_ index: Int) -> UInt64 { 1 << 40 | UInt64(index) }
  private static func elementDie(_ chip: Int, _ element: Int) -> UInt64 {
    1 << 41 | UInt64(chip) << 20 | UInt64(element)
  }

  private func dies(_ chip: Int, variants: Int) -> [Int] {
    ElementTables.dies(
      elements: inputs.accelerator.processingElements, variants: variants,
      chipSeed: inputs.setup.chips.seed &+ UInt64(chip))
  }

  private func gateArray(
    chip: Int, _ source: DieDelays, _ grid: TimeGrid, _ multiplier: StationaryMultiplier
  ) -> GateArray {
    GateArray(
      spec: inputs.accelerator, multiplier: multiplier,
      delays: (0..<inputs.accelerator.processingElements).map {
        grid.delays(source.die(Self.elementDie(chip, $0), seed: seed))
      },
      captureStep: captureStep(grid), pulses: pulses)
  }

  // MARK: - Inference

  /// Infers the test split on an array.
  private func infer(_ array: some CapturingArray) -> (accuracy: Double, errors: CapturedErrors) {
    var stored = inputs.test.activations
    var errors = CapturedErrors(outputBits: 16)
    var sums: [Int32] = []
    for layer in network.layers {
      let shape = MatrixShape(m: inputs.test.count, k: layer.inputCount, n: layer.outputCount)
      let result = array.multiply(activations: stored, weights: layer.weights, shape: shape)
      errors += result.errors
      sums = layer.sums(accumulators: result.accumulators, inputs: stored)
      if let requantization = layer.requantization {
        stored = sums.map(requantization.activation)
      }
    }
    return (accuracy(sums), errors)
  }

  private func accuracy(_ logits: [Int32]) -> Double {
    Classification.accuracy(
      logits: logits, labels: inputs.test.labels, classCount: inputs.test.classCount)
  }

  /// Whether two arrays hold the same accumulators, layer by layer, on what the first one's layers
  /// give.
  private func accumulatorsAgree(
    _ left: some CapturingArray, _ right: some CapturingArray
  ) -> Bool {
    var stored = inputs.test.activations
    for layer in network.layers {
      let shape = MatrixShape(m: inputs.test.count, k: layer.inputCount, n: layer.outputCount)
      let mine = left.multiply(activations: stored, weights: layer.weights, shape: shape)
      let theirs = right.multiply(activations: stored, weights: layer.weights, shape: shape)
      guard mine.accumulators == theirs.accumulators else { return false }
      let sums = layer.sums(accumulators: mine.accumulators, inputs: stored)
      if let requantization = layer.requantization {
        stored = sums.map(requantization.activation)
      }
    }
    return true
  }

  private func row(
    _ fidelity: String, _ detail: String, _ arrays: [some CapturingArray], _ jobs: Int,
    _ stopRequested: @escaping @Sendable () -> Bool
  ) throws -> Row {
    let clock = ContinuousClock()
    let results = try runConcurrently(
      jobs: jobs, items: arrays, stopRequested: stopRequested
    ) { array in
      let start = clock.now
      let result = infer(array)
      return (result, start.duration(to: clock.now))
    }
    let products = results.reduce(0) { $0 + $1.0.errors.transitions }
    let seconds = results.reduce(0.0) {
      $0 + Double($1.1.components.seconds) + Double($1.1.components.attoseconds) * 1e-18
    }
    return Row(
      fidelity: fidelity, detail: detail, errorsPerChip: results.map(\.0.errors),
      accuracies: results.map(\.0.accuracy), timePerProduct: seconds / Double(products))
  }

  // MARK: - The fidelities without transitions

  private func functional(_ products: ProductTable, _ jobs: Int) throws -> Row {
    let hardware = InferenceHardware(
      arithmetic: TableMatrixMultiplication(table: products),
      accumulator: inputs.accelerator.accumulator)
    let logits = network.infer(
      inputs: inputs.test.activations, count: inputs.test.count, on: hardware)
    var errors = CapturedErrors(outputBits: 16)
    errors.addRight(network.layers.reduce(0) { $0 + $1.weights.count } * inputs.test.count)
    return Row(
      fidelity: "functional", detail: "settled", errorsPerChip: [errors],
      accuracies: [accuracy(logits)], timePerProduct: nil)
  }

  /// Error masks drawn from a table of dies, characterized on the network's operands.
  private func statistical(
    _ products: ProductTable, _ multiplier: StationaryMultiplier, _ jobs: Int,
    _ stopRequested: @escaping @Sendable () -> Bool
  ) throws -> Row {
    let setup = inputs.setup
    let trace = OperandTrace(
      networks: [network], inputs: inputs.test.activations, vectors: inputs.test.count,
      accumulator: inputs.accelerator.accumulator, count: setup.characterization.transitions,
      seed: seed)
    let netlist = inputs.multipliers[self.multiplier].netlist
    var study = TimingStudy(
      netlist: netlist, ports: try MultiplierPorts(binding: netlist, file: netlist.name),
      isSigned: false, technology: inputs.technology, supplies: [supply],
      clock: .fixed(clockPeriod), transitions: .trace(trace.multiplier))
    (study.dies, study.seed, study.steps) = (setup.characterization.dies, seed, steps)
    study.pulses = pulses
    let point = try study.run(jobs: jobs, stopRequested: stopRequested)[0]
    let arithmetic = TableMatrixMultiplication(table: products)
    let accuracies = (0..<chips).map { chip in
      let hardware = InferenceHardware(
        arithmetic: arithmetic, accumulator: inputs.accelerator.accumulator,
        timing: .maskRun(point.tablePoint.distribution), timingSeed: setup.chips.seed,
        timingIndex: UInt64(chip))
      return accuracy(
        network.infer(inputs: inputs.test.activations, count: inputs.test.count, on: hardware))
    }
    return Row(
      fidelity: "statistical", detail: "\(study.dies) dies", errorsPerChip: point.errors,
      accuracies: accuracies, errorsAreIndependent: true, timePerProduct: nil)
  }

  // MARK: - Carried state

  /// The same element streams, each product from settled operands, and with what a period leaves
  /// behind carried into the next, event by event.
  private func carried(
    _ source: DieDelays, _ grid: TimeGrid, _ multiplier: StationaryMultiplier
  ) -> [Row] {
    let layer = network.layers[0]
    let shape = MatrixShape(m: inputs.test.count, k: layer.inputCount, n: layer.outputCount)
    var streams: [ElementStreams.Stream] = []
    ElementStreams(spec: inputs.accelerator, shape: shape).forEach(
      activations: inputs.test.activations
    ) { streams.append($0) }
    let period = captureStep(grid)
    let simulator = EventDrivenSimulator(netlist: source.netlist)
    var (alone, together) = (CapturedErrors(outputBits: 16), CapturedErrors(outputBits: 16))
    for index in 0..<carriedStreams {
      let stream = streams[index * streams.count / carriedStreams]
      let weight = Int(layer.weights[stream.k * shape.n + stream.n])
      // One tile after the other: what other folds put between them is left out.
      let moving = [stream.previous[0]] + stream.current
      let words = moving.map { multiplier.word(moving: Int($0), stationary: weight) }
      let delays = grid.delays(source.die(Self.elementDie(0, stream.element), seed: seed)).map {
        Int64(min($0, period))
      }
      // The netlist's own order of input bits is that of the words: a, then b.
      let run = simulator.run(
        previous: Array(words.dropLast()), current: Array(words.dropFirst()), delays: delays,
        captureTimes: [Int64(period)], pulses: pulses)
      let carried = simulator.stream(
        words, delays: delays, period: Int64(period), pulses: pulses)
      alone.add(settled: run.settled, captured: run.captured[0])
      together.add(settled: carried.settled, captured: carried.captured[0])
    }
    let what = "\(carriedStreams) streams"
    alone.compact()
    together.compact()
    return [
      Row(
        fidelity: "gate", detail: "\(what), alone", errorsPerChip: [alone],
        accuracies: [], timePerProduct: nil),
      Row(
        fidelity: "gate", detail: "\(what), carried", errorsPerChip: [together],
        accuracies: [], timePerProduct: nil),
    ]
  }
}

extension CapturedErrors {
  /// Counts words of the event-driven simulator.
  fileprivate mutating func add(settled: [UInt64], captured: [UInt64]) {
    let right = settled.map { UInt32(truncatingIfNeeded: $0) }
    let seen = captured.map { UInt32(truncatingIfNeeded: $0) }
    right.withUnsafeBufferPointer { right in
      seen.withUnsafeBufferPointer { add(settled: right, captured: $0, lanes: right.count) }
    }
  }
}
