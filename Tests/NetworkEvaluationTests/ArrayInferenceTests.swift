import Accelerators
import Datasets
import ErrorTables
import Networks
import QuantizedNetworks
import TableArithmetic
import TestSupport
import Testing
import Training

@Suite("The accelerator computes the integer network")
struct ArrayInferenceTests {
  let spec: AcceleratorSpec
  let test: Dataset
  let network: QuantizedNetwork

  init() throws {
    spec = try AcceleratorSpec(
      contentsOf: Repository.path("HardwareSpecs/Accelerators/ntc16x16.yaml"))
    let (training, test) = try Dataset.digits().split(testFraction: 0.25, seed: 1)
    self.test = test
    let (trained, _) = try Trainer.train(
      network: DenseNetwork(sizes: [64, 32, 10], seed: 1), data: training,
      spec: TrainingSpec(epochs: 5, batchSize: 32, learningRate: 0.005), seed: 1)
    let calibration = FloatMatrix(activations: training.activations, columns: 64)
    network = QuantizedNetwork(
      quantizing: trained, hiddenRanges: trained.hiddenRanges(for: calibration))
  }

  func logits(_ table: ProductTable, chip: UInt64?) -> (array: [Int32], network: [Int32]) {
    let weights = chip.map {
      MemoryFaultMap(chipSeed: $0, buffer: 0, words: spec.weightBufferWords, upTo: 0.02)
        .masks(atProbability: 0.02)
    }
    let activations = chip.map {
      MemoryFaultMap(chipSeed: $0, buffer: 1, words: spec.activationBufferWords, upTo: 0.02)
        .masks(atProbability: 0.02)
    }
    let hardware = InferenceHardware(
      arithmetic: TableMatrixMultiplication(table: table), accumulator: spec.accumulator,
      weightFaults: weights, activationFaults: activations)
    return (
      ArrayInference(spec: spec, products: table).infer(
        network, inputs: test.activations, vectors: test.count, on: hardware
      ).logits,
      network.infer(inputs: test.activations, count: test.count, on: hardware)
    )
  }

  @Test("with the exact multiplier and no errors: every bit of every test image")
  func exact() {
    let (array, integers) = logits(.exact(widthA: 8, widthB: 8), chip: nil)
    #expect(array == integers)
    #expect(array.count == test.count * 10)
    let accuracy = Classification.accuracy(logits: array, labels: test.labels, classCount: 10)
    #expect(accuracy > 0.9)
  }

  @Test("with an approximate multiplier and a chip's memory faults as well")
  func approximate() {
    let table = ProductTable(
      widthA: 8, widthB: 8,
      products: (0..<65_536).map { UInt32(($0 & 0xFF) * ($0 >> 8)) & ~0x1F })
    let (array, integers) = logits(table, chip: 7)
    #expect(array == integers)
    #expect(array != logits(.exact(widthA: 8, widthB: 8), chip: nil).array)
  }

  @Test("behind every kind of fault and protection of the buffers")
  func protections() {
    let exact = ProductTable.exact(widthA: 8, widthB: 8)
    let models = [
      BufferFaultModel(kind: .stuckAt(probabilityOfOne: 0.5)),
      BufferFaultModel(protection: .bitMasking), BufferFaultModel(protection: .wordMasking),
      BufferFaultModel(
        kind: .stuckAt(probabilityOfOne: 1), clustering: .init(blockWords: 32, correlation: 0.2),
        protection: .code(.secded72of64, onDetectedError: .keep)),
      BufferFaultModel(protection: .code(.secded22of16, onDetectedError: .zero)),
    ]
    for model in models {
      func buffer(_ number: UInt64, _ words: Int, _ encoding: StoredEncoding) -> BufferFaults {
        BufferFaultMap(
          chipSeed: 4, buffer: number, words: words, encoding: encoding, model: model,
          drawing: .banded, upTo: 0.02
        ).faults(atBitErrorRate: 0.02)
      }
      let hardware = InferenceHardware(
        arithmetic: TableMatrixMultiplication(table: exact), accumulator: spec.accumulator,
        weightBuffer: buffer(0, spec.weightBufferWords, .offsetBinary),
        activationBuffer: buffer(1, spec.activationBufferWords, .unsigned))
      let array = ArrayInference(spec: spec, products: exact).infer(
        network, inputs: test.activations, vectors: test.count, on: hardware
      ).logits
      #expect(array == network.infer(inputs: test.activations, count: test.count, on: hardware))
      #expect(network.wrongWeightBits(on: hardware) > 0)
    }
  }

  @Test("a network's counts are the sums of its layers' closed forms")
  func counts() {
    let hardware = InferenceHardware(
      arithmetic: TableMatrixMultiplication(table: .exact(widthA: 8, widthB: 8)),
      accumulator: spec.accumulator)
    let counted = ArrayInference(spec: spec, products: .exact(widthA: 8, widthB: 8)).infer(
      network, inputs: Array(test.activations.prefix(32 * 64)), vectors: 32, on: hardware
    ).counts
    let model = AnalyticalModel(spec: spec)
    var closed = model.layerCounts(MatrixShape(m: 32, k: 64, n: 32), isFirst: true, isLast: false)
    closed += model.layerCounts(MatrixShape(m: 32, k: 32, n: 10), isFirst: false, isLast: true)
    closed.registerBitToggles = counted.registerBitToggles
    #expect(counted == closed)
    #expect(counted.registerBitToggles > 0)
  }
}
