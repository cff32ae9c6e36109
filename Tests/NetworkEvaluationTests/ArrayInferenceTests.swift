import Accelerators
import Datasets
import ErrorTables
import NetworkEvaluation
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
  let network: IntegerNetwork
  let words: [UInt8]

  init() throws {
    spec = try AcceleratorSpec(
      contentsOf: Repository.path("HardwareSpecs/Accelerators/ntc16x16.yaml"))
    let (training, test) = try Dataset.digits().split(testFraction: 0.25, seed: 1)
    self.test = test
    network = try TrainedNetworks.quantized(
      .perceptron([64, 32, 10]), training: training, test: test, epochs: 5)
    words = network.words(of: test)
  }

  /// Logits of the array and of the integer network.
  func logits(
    _ network: IntegerNetwork, _ multiplier: EncodedMultiplier, _ images: Int,
    _ hardware: InferenceHardware
  ) -> (array: [Int32], network: [Int32]) {
    let words = Array(network.words(of: test).prefix(images * network.input.shape.count))
    return (
      ArrayInference(spec: spec, multiplier: multiplier).infer(
        network, inputs: words, images: images, on: hardware
      ).logits,
      IntegerInference(network, multiplier: multiplier, hardware: hardware).logits(
        words, count: images)
    )
  }

  func chip(_ seed: UInt64) -> InferenceHardware {
    let buffers = [spec.weightBufferWords, spec.activationBufferWords].enumerated().map {
      MemoryFaultMap(chipSeed: seed, buffer: UInt64($0), words: $1, upTo: 0.02)
        .masks(atProbability: 0.02)
    }
    return InferenceHardware(
      accumulator: spec.accumulator, weightFaults: buffers[0], activationFaults: buffers[1])
  }

  static func approximate() throws -> EncodedMultiplier {
    try EncodedMultiplier(
      table: ProductTable(
        widthA: 8, widthB: 8,
        products: (0..<65_536).map { UInt32(($0 & 0xFF) * ($0 >> 8)) & ~0x1F }),
      signs: .unsigned, encoding: .offset)
  }

  @Test(
    "sign-magnitude words and narrow ones come out of the array as of the integer network",
    arguments: [(OperandEncoding.signMagnitude, 8), (.offset, 6), (.signMagnitude, 5)])
  func otherWords(encoding: OperandEncoding, bits: Int) throws {
    let (training, test) = try Dataset.digits().split(testFraction: 0.25, seed: 1)
    let network = try TrainedNetworks.quantized(
      .perceptron([64, 32, 10]), training: training, test: test, epochs: 5,
      spec: QuantizationSpec(encoding: encoding, weightBits: bits, activationBits: bits))
    var words = AcceleratorSpec.Overrides()
    (words.encoding, words.operandWidth, words.weightWidth) = (encoding, bits, bits)
    let array = spec.overriding(words)
    let truncated = try EncodedMultiplier(
      table: ProductTable(
        widthA: 8, widthB: 8,
        products: (0..<65_536).map { UInt32(($0 & 0xFF) * ($0 >> 8)) & ~0x1F }),
      signs: .unsigned, encoding: encoding, activationBits: bits, weightBits: bits)
    let inputs = Array(network.words(of: test).prefix(40 * 64))
    for multiplier in [.exact(network.spec), truncated] {
      for hardware in [InferenceHardware(accumulator: spec.accumulator), chip(3)] {
        #expect(
          ArrayInference(spec: array, multiplier: multiplier).infer(
            network, inputs: inputs, images: 40, on: hardware
          ).logits
            == IntegerInference(network, multiplier: multiplier, hardware: hardware).logits(
              inputs, count: 40))
      }
    }
  }

  @Test("with the exact multiplier and no errors: every bit of every test image")
  func exact() {
    let (array, integers) = logits(
      network, .exact(.offset), test.count, InferenceHardware(accumulator: spec.accumulator))
    #expect(array == integers)
    #expect(array.count == test.count * 10)
    let accuracy = Classification.accuracy(logits: array, labels: test.labels, classCount: 10)
    #expect(accuracy > 0.9)
  }

  @Test("with an approximate multiplier and a chip's memory faults as well")
  func approximate() throws {
    let (array, integers) = logits(network, try Self.approximate(), test.count, chip(7))
    #expect(array == integers)
    let exact = logits(
      network, .exact(.offset), test.count, InferenceHardware(accumulator: spec.accumulator))
    #expect(array != exact.array)
  }

  @Test("convolutions, groups, pooling and residual additions as well")
  func convolutions() throws {
    let network = try TrainedNetworks.quantized(
      TrainedNetworks.residuals(), training: test, test: test, epochs: 1)
    let (array, integers) = logits(network, try Self.approximate(), 4, chip(9))
    #expect(array == integers)
    let model = AnalyticalModel(spec: spec)
    let counted = ArrayInference(spec: spec, multiplier: .exact(.offset)).infer(
      network, inputs: Array(network.words(of: test).prefix(4 * 64)), images: 4,
      on: InferenceHardware(accumulator: spec.accumulator)
    ).counts
    var closed = model.counts(of: network, images: 4)
    #expect(closed.multiplications == 4 * network.multiplyAccumulates)
    closed.toggles = counted.toggles
    #expect(counted == closed)
  }

  @Test("behind every kind of fault and protection of the buffers")
  func protections() {
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
        accumulator: spec.accumulator,
        weightBuffer: buffer(0, spec.weightBufferWords, .offsetBinary),
        activationBuffer: buffer(1, spec.activationBufferWords, .unsigned))
      let (array, integers) = logits(network, .exact(.offset), test.count, hardware)
      #expect(array == integers)
      let inference = IntegerInference(network, multiplier: .exact(.offset), hardware: hardware)
      #expect(inference.wrongWeightBits > 0)
    }
  }

  @Test("a perceptron's counts are those of its matrices and buffers, by hand")
  func counts() {
    let counted = ArrayInference(spec: spec, multiplier: .exact(.offset)).infer(
      network, inputs: Array(words.prefix(32 * 64)), images: 32,
      on: InferenceHardware(accumulator: spec.accumulator)
    ).counts
    var closed = AnalyticalModel(spec: spec).counts(of: network, images: 32)
    closed.toggles = counted.toggles
    #expect(counted == closed)
    #expect(counted.registerBitToggles > 0)
    // 32 images of 64 inputs, 32 hidden units and 10 logits, in bytes; weights once.
    #expect(counted.activationBitsWritten == 8 * 32 * (64 + 32))
    #expect(counted.activationBitsRead == 8 * 32 * (64 * 2 + 32))
    #expect(counted.weightBitsRead == 8 * (64 * 32 + 32 * 10))
    #expect(counted.dramBits == 8 * 32 * 64 + 32 * 32 * 10)
    #expect(counted.corrections == 32 * 42 && counted.requantizations == 32 * 32)
  }

  @Test("a batch is what the activation buffer holds of all live tensors")
  func batch() throws {
    let model = AnalyticalModel(spec: spec)
    #expect(network.peakWords() == 64 + 32 && network.widestInput() == 64)
    #expect(model.batch(of: network) == 32)
    let residuals = try TrainedNetworks.quantized(
      TrainedNetworks.residuals(), training: test, test: test, epochs: 1)
    // The first residual's input of 6 × 8 × 8, the body's first output and its second.
    #expect(residuals.peakWords() == 3 * 384)
    #expect(model.batch(of: residuals) == min(4096 / 384, 8192 / (3 * 384)))
    #expect(model.batch(of: residuals, alignment: 8192) == 0)
  }
}
