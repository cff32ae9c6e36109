import Accelerators
import Characterization
import Datasets
import ErrorTables
import LogicSimulation
import Netlists
import Networks
import Quantities
import QuantizedNetworks
import Randomness
import TableArithmetic
import Technology
import TestSupport
import Testing

@testable import NetworkEvaluation
@testable import Training

@Suite("Products that training captures", .serialized)
struct TrainingChipsTests {
  let spec: AcceleratorSpec
  let simulation: ElementSimulation
  let data: Dataset
  let network: Network

  init() throws {
    spec = try AcceleratorSpec(
      contentsOf: Repository.path("HardwareSpecs/Accelerators/ntc16x16.yaml"))
    let netlist = MultiplierFamily.exact(.dadda).netlist(width: 8)
    let node = try TechnologyReader.read(
      Repository.path("HardwareSpecs/Technology/ptm45_hp.yaml")
    ).node
    let characterizer = Characterizer(netlist: netlist, technology: node, dies: 2, seed: 1)
    let supply = Voltage(0.45)
    simulation = try ElementSimulation(
      netlist, products: .exact(widthA: 8, widthB: 8), accelerator: spec,
      technology: (node, "technology"), supply: supply,
      clockPeriod: 0.9 * characterizer.criticalPath(at: supply), steps: 32, pulses: .inertial,
      chips: EvaluationSetup.ChipChoice(count: 2, seed: 1), poolSeed: 1)
    data = try Dataset.digits().selecting(Array(0..<50))
    network = Network(topology: .perceptron([64, 12, 10]), seed: 2)
  }

  private func integers() -> IntegerPass {
    IntegerPass(
      multiplier: .exact(.offset), spec: QuantizationSpec(), accumulator: spec.accumulator,
      calibration: data)
  }

  private func loss(_ method: PAS, step: Int) throws -> (loss: Double, gradient: [Float]) {
    var (network, gradient) = (network, [Float](repeating: 0, count: network.parameters.count))
    let batch = TrainingBatch(
      source: BatchSource(data: data, shape: network.input),
      positions: Array(0..<50)[...], epoch: 0, labelSmoothing: 0, seed: 7, step: step)
    let loss = method.gradient(
      of: batch, in: try method.epoch(from: network, work: .serial), network: &network,
      into: &gradient, work: .serial
    ).loss
    return (loss, gradient)
  }

  @Test("a perturbed pass runs forward as fidelity transition does on the step's chip, faults too")
  func forward() throws {
    let tables = try simulation.tables(variants: 2, jobs: 2, of: .training)
    let chips = TrainingChips(spec: spec, tables: tables)
    let errors = HardwareErrors(weightBitErrorRate: 0.01, activationBitErrorRate: 0.01)
    let pas = PAS(integers(), errors: errors, chips: chips)
    let batch = TrainingBatch(
      source: BatchSource(data: data, shape: network.input),
      positions: Array(0..<50)[...], epoch: 0, labelSmoothing: 0, seed: 7, step: 3)
    let quantized = try IntegerNetwork(
      quantizing: network, spec: QuantizationSpec(),
      calibration: Calibration(of: network, on: data, examples: 50, rule: .maximum))
    let array = TransitionArray(
      spec: spec, dies: tables, dieOfElement: chips.dies(seed: 7, step: 3))
    let (trace, captured) = array.infer(
      IntegerInference(
        quantized, multiplier: .exact(.offset), hardware: pas.hardware(quantized, batch)),
      inputs: quantized.words(of: data), count: 50)
    #expect(captured.errors > 0)
    let clean = IntegerInference(
      quantized, multiplier: .exact(.offset),
      hardware: InferenceHardware(accumulator: spec.accumulator)
    ).logits(quantized.words(of: data), count: 50)
    let losses = [clean, trace.logits].map { logits in
      ClassificationLoss(
        logits: Tensor(
          count: 50, shape: FeatureShape(channels: 10),
          values: logits.map { Float(Double($0) * quantized.logitScale) }),
        labels: data.labels, scale: 1
      ).loss
    }
    #expect(losses[0] != losses[1])
    #expect(try loss(pas, step: 3).loss == (losses[0] + losses[1]) / 2)
  }

  @Test("dies without a late path give the bytes of training without errors of products")
  func settled() throws {
    let tables = DieErrors(dies: 2, settled: .exact(widthA: 8, widthB: 8)) { _ in nil }
    let errors = HardwareErrors(weightBitErrorRate: 0.01)
    let captured = try loss(
      PAS(integers(), errors: errors, chips: TrainingChips(spec: spec, tables: tables)), step: 5)
    let plain = try loss(PAS(integers(), errors: errors), step: 5)
    #expect(captured.loss == plain.loss && captured.gradient == plain.gradient)
  }

  @Test("each step's elements draw their dies anew, evenly, and the same at every run")
  func fresh() {
    let tables = DieErrors(dies: 4, settled: .exact(widthA: 8, widthB: 8)) { _ in nil }
    let chips = TrainingChips(spec: spec, tables: tables)
    let steps = (0..<100).map { chips.dies(seed: 3, step: $0) }
    #expect(steps[7] == chips.dies(seed: 3, step: 7) && steps[7] != chips.dies(seed: 4, step: 7))
    #expect(Set(steps).count == 100)
    // 25,600 draws of four dies: within five standard errors of a quarter each.
    for die in 0..<4 {
      let count = steps.joined().count { $0 == die }
      #expect(abs(Double(count) - 6_400) < 5 * (25_600.0 * 3 / 16).squareRoot())
    }
  }

  @Test("no die of training is one of the evaluation's tables or chips")
  func heldOut() {
    let training = Set(simulation.poolDelays(16, of: .training))
    #expect(training.count == 16)
    #expect(training.isDisjoint(with: simulation.poolDelays(16, of: .evaluation)))
    let accelerator = spec
    for chip in 0..<2 {
      let dies = EvaluationSetup.ChipChoice(count: 2, seed: 1).multiplierDies(
        ofChip: chip, accelerator)
      #expect(
        training.isDisjoint(
          with: dies.map { simulation.grid.delays(simulation.source.delays(of: $0)) }))
    }
  }

  @Test("what chips capture differs from what the tables settle to, and follows the dies")
  func captured() throws {
    let tables = try simulation.tables(variants: 2, jobs: 2, of: .training)
    let chips = TrainingChips(spec: spec, tables: tables)
    var stream = RandomStream(seed: 5, purpose: .test)
    func words(_ count: Int) -> [UInt8] {
      (0..<count).map { _ in UInt8(truncatingIfNeeded: stream.next()) }
    }
    let (activations, weights) = (words(20 * 40), words(40 * 18))
    let shape = MatrixShape(m: 20, k: 40, n: 18)
    let results = (0..<4).map { step in
      TransitionArray(
        spec: spec, dies: tables, dieOfElement: chips.dies(seed: 1, step: step)
      ).multiply(activations: activations, weights: weights, shape: shape)
    }
    #expect(Set(results.map(\.accumulators)).count == 4)
    #expect(results.allSatisfy { $0.errors.errors > 0 })
  }
}
