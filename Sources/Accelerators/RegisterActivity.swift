import QuantizedNetworks
import Randomness
import TableArithmetic

/// How often the data of an array's registers changes: the share of clocked bits, 0 to 1.
///
/// The closed form knows which flip-flops get a clock edge, and how often valid bits change, but no
/// values. The rate at which data changes is measured on the registers, on a part of a product, and
/// taken for the whole of it: an estimate, exact where the part is the whole.
public struct RegisterActivity: Sendable, Hashable {
  /// Of the bits of operands, products, sums and the bank.
  public let data: Double

  /// The rate of some work, its own toggles included.
  ///
  /// - Parameters:
  ///   - counts: of the register level.
  ///   - shapes: the products that they are of.
  public init(of counts: AccessCounts, _ shapes: [MatrixShape], on model: AnalyticalModel) {
    let valid = shapes.reduce(0) { $0 + model.validToggles($1) }
    let clocks = model.dataClocks(counts)
    data = clocks == 0 ? 0 : Double(counts.registerBitToggles - valid) / Double(clocks)
  }

  /// The most vectors of a sample, fewer than a large bank's, and the most folds along K.
  private static let (vectors, depths) = (32, 32)
  /// The most steps of a sample where sums stay: a drain, once a fold, is then a small part.
  private static let steps = 4096

  /// The part of a product that is stepped: a tile's vectors (of N, input stationary), 32 folds along K,
  /// two along N (along M, input stationary). Output stationary: up to 4,096 steps of two folds along
  /// N, or along M where N has one.
  public static func sample(of shape: MatrixShape, on spec: AcceleratorSpec) -> MatrixShape {
    let vectors = min(spec.bankVectors, vectors)
    let depth = min(shape.k, depths * spec.rows)
    return switch spec.dataflow {
    case .weightStationary:
      MatrixShape(m: min(shape.m, vectors), k: depth, n: min(shape.n, 2 * spec.columns))
    case .inputStationary:
      MatrixShape(m: min(shape.m, 2 * spec.columns), k: depth, n: min(shape.n, vectors))
    case .outputStationary:
      MatrixShape(
        m: min(shape.m, shape.n > spec.columns ? spec.rows : 2 * spec.rows),
        k: min(shape.k, steps), n: min(shape.n, 2 * spec.columns))
    }
  }

  /// The first of two folds of a sample; nil of one.
  private static func firstFold(of sample: MatrixShape, on spec: AcceleratorSpec) -> MatrixShape? {
    let rows = spec.dataflow == .outputStationary ? spec.rows : spec.columns
    if spec.dataflow != .inputStationary, sample.n > spec.columns {
      return MatrixShape(m: sample.m, k: sample.k, n: spec.columns)
    }
    guard spec.dataflow != .weightStationary, sample.m > rows else { return nil }
    return MatrixShape(m: rows, k: sample.k, n: sample.n)
  }

  /// The rate of a product under uniform words, of which a sample is stepped.
  ///
  /// Where the sample is less than the product, and has two folds along N (or M), the first one is left
  /// out: its registers begin with zeros.
  /// - Parameter seed: of the stream (seed, stimulus).
  /// - Precondition: a multiplier for the array's words.
  public init(
    uniform shape: MatrixShape, products: ArrayCapture, on spec: AcceleratorSpec, seed: UInt64
  ) {
    data =
      spec.hasWideWords
      ? Self.uniformData(UInt16.self, shape, products, on: spec, seed: seed)
      : Self.uniformData(UInt8.self, shape, products, on: spec, seed: seed)
  }

  private static func uniformData<Word: ArrayWord>(
    _ type: Word.Type, _ shape: MatrixShape, _ products: ArrayCapture, on spec: AcceleratorSpec,
    seed: UInt64
  ) -> Double {
    let sample = sample(of: shape, on: spec)
    func words(_ count: Int, _ bits: Int, _ index: UInt64) -> [Word] {
      var stream = RandomStream(seed: seed, purpose: .stimulus, index: index)
      return (0..<count).map { _ in
        Word(truncatingIfNeeded: stream.nextWord() >> UInt32(32 - bits))
      }
    }
    let activations = words(sample.m * sample.k, spec.operandWidth, 1)
    let weights = words(sample.k * sample.n, spec.weightWidth, 2)
    let model = AnalyticalModel(spec: spec)
    let array = RegisterLevelArray(spec: spec, capture: products)
    func data(_ shape: MatrixShape) -> (toggles: Int, clocks: Int) {
      let some = (0..<sample.k).flatMap { weights[$0 * sample.n..<$0 * sample.n + shape.n] }
      let counts = array.multiply(
        activations: Array(activations.prefix(shape.m * shape.k)), weights: some, shape: shape
      ).counts
      return (counts.registerBitToggles - model.validToggles(shape), model.dataClocks(counts))
    }
    let all = data(sample)
    let first = sample == shape ? nil : firstFold(of: sample, on: spec)
    let begin = first.map(data) ?? (0, 0)
    return Double(all.toggles - begin.0) / Double(all.clocks - begin.1)
  }

  /// The rate of each layer with weights of a network, under the words of some images.
  ///
  /// - Precondition: a multiplier for the array's words.
  public static func layers(
    of network: IntegerNetwork, inputs: [UInt8], images: Int, multiplier: EncodedMultiplier,
    on spec: AcceleratorSpec
  ) -> [RegisterActivity] {
    let array = RegisterLevelArray(spec: spec, capture: .encoded(multiplier))
    var products: [(shape: MatrixShape, counts: AccessCounts)] = []
    _ = IntegerInference(network, multiplier: multiplier).trace(inputs, count: images) { product in
      let (sums, counts) = array.multiply(
        activations: product.activations, weights: product.weights, shape: product.shape)
      products.append((product.shape, counts))
      return sums
    }
    var first = 0
    return network.linears.map { linear in
      let groups = products[first..<first + linear.convolution.groups]
      first += groups.count
      return RegisterActivity(
        of: groups.reduce(into: AccessCounts()) { $0 += $1.counts }, groups.map(\.shape),
        on: AnalyticalModel(spec: spec))
    }
  }
}

extension AnalyticalModel {
  /// How often valid bits change: each rises and falls once a fold, in used columns; in rows without
  /// work only that of the partial sum, which passes them.
  func validToggles(_ shape: MatrixShape) -> Int {
    func stationary(vectors: Int, outputs: Int) -> Int {
      let folds = Self.ceiling(shape.k, spec.rows)
      return 2 * Self.ceiling(vectors, spec.bankVectors) * outputs
        * ((2 + spec.pipelineRegisters) * shape.k + spec.rows * folds)
    }
    return switch spec.dataflow {
    case .weightStationary: stationary(vectors: shape.m, outputs: shape.n)
    case .inputStationary: stationary(vectors: shape.n, outputs: shape.m)
    case .outputStationary: 2 * (2 + spec.pipelineRegisters) * shape.m * shape.n
    }
  }

  /// Clocked bits that are no valid bits.
  func dataClocks(_ counts: AccessCounts) -> Int {
    counts.registerBitClocks - validBits * counts.cycles
  }

  /// The flip-flops that change in a layer, data at a rate.
  public func toggles(of estimate: LayerEstimate, at activity: RegisterActivity) -> Int {
    estimate.layer.repetitions * validToggles(estimate.layer.shape)
      + Int((activity.data * Double(dataClocks(estimate.counts))).rounded())
  }
}
