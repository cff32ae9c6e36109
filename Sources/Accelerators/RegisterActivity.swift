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
  /// Of the bits that go on to a neighboring element or to the bank.
  public let links: Double

  /// The rate of some work, its own toggles included.
  ///
  /// - Parameters:
  ///   - counts: of the register level.
  ///   - shapes: the products that they are of.
  public init(of counts: AccessCounts, _ shapes: [MatrixShape], on model: AnalyticalModel) {
    let valid = shapes.reduce(into: RegisterToggles()) { $0 += model.validToggles($1) }
    self.init(
      toggles: counts.toggles - valid,
      clocks: RegisterToggles(
        all: model.dataClocks(counts), links: shapes.reduce(0) { $0 + model.linkClocks($1) }))
  }

  /// - Parameters:
  ///   - toggles: of data.
  ///   - clocks: of its bits, as if all changed.
  private init(toggles: RegisterToggles, clocks: RegisterToggles) {
    data = clocks.all == 0 ? 0 : Double(toggles.all) / Double(clocks.all)
    links = clocks.links == 0 ? 0 : Double(toggles.links) / Double(clocks.links)
  }

  /// What is stepped in the place of a product: all of it, or a part, on an array that may have fewer
  /// columns, since columns are alike.
  public struct Sample: Hashable, Sendable {
    public let shape: MatrixShape
    public let spec: AcceleratorSpec
    /// The beginning whose registers are left out, since they begin with zeros: the first of two folds,
    /// or tiles; nil where there is one.
    let first: MatrixShape?
  }

  /// Element-cycles up to which a product is stepped as a whole, and a part has more folds than two.
  private static let littleWork = 1 << 25
  /// Columns, vectors and folds along K of a part, at most.
  private static let (columns, vectors, depths) = (16, 4096, 32)
  /// Steps of a part where sums stay, at most: a drain, once a fold, is then little of it.
  private static let steps = 4096

  /// The part of a product that is stepped: all of it where that is little work; else, on at most 16
  /// columns, the vectors of a tile (of N, input stationary), up to 4,096; two folds along N (along M,
  /// input stationary) where it has more than one, else two tiles if it has them; along K as many as are
  /// little work, 2 to 32. Output stationary: up to 4,096 steps of two folds along N, or along M where N
  /// has one.
  public static func sample(of shape: MatrixShape, on spec: AcceleratorSpec) -> Sample {
    sample(of: shape, on: spec, wholeUpTo: littleWork)
  }

  /// - Parameter limit: element-cycles of a product that is stepped as a whole.
  static func sample(
    of shape: MatrixShape, on spec: AcceleratorSpec, wholeUpTo limit: Int
  ) -> Sample {
    let cycles = AnalyticalModel(spec: spec).arrayCounts(shape).cycles
    if Double(cycles) * Double(spec.processingElements) <= Double(limit) {
      return Sample(shape: shape, spec: spec, first: nil)
    }
    var fields = AcceleratorSpec.Overrides()
    fields.columns = min(spec.columns, columns)
    let array = spec.overriding(fields)
    func part(vectors: Int, outputs: Int) -> (all: Extent, first: Extent?, depth: Int) {
      let (all, first) = Self.part(vectors: vectors, outputs: outputs, of: spec, on: array)
      let steps = 2 * array.processingElements * (all.vectors + 2 * spec.rows + array.columns)
      return (all, first, min(shape.k, spec.rows * max(2, min(depths, littleWork / steps))))
    }
    switch spec.dataflow {
    case .weightStationary:
      let part = part(vectors: shape.m, outputs: shape.n)
      return Sample(
        shape: MatrixShape(m: part.all.vectors, k: part.depth, n: part.all.outputs), spec: array,
        first: part.first.map { MatrixShape(m: $0.vectors, k: part.depth, n: $0.outputs) })
    case .inputStationary:
      let part = part(vectors: shape.n, outputs: shape.m)
      return Sample(
        shape: MatrixShape(m: part.all.outputs, k: part.depth, n: part.all.vectors), spec: array,
        first: part.first.map { MatrixShape(m: $0.outputs, k: part.depth, n: $0.vectors) })
    case .outputStationary:
      let depth = min(shape.k, steps)
      let outputs = outputs(shape.n, of: spec, on: array)
      let rows = min(shape.m, outputs.first == nil ? 2 * spec.rows : spec.rows)
      let first =
        outputs.first.map { MatrixShape(m: rows, k: depth, n: $0) }
        ?? (rows > spec.rows ? MatrixShape(m: spec.rows, k: depth, n: outputs.all) : nil)
      return Sample(
        shape: MatrixShape(m: rows, k: depth, n: outputs.all), spec: array, first: first)
    }
  }

  private typealias Extent = (vectors: Int, outputs: Int)

  /// The part of a product of which one operand is held, and what of it is left out.
  private static func part(
    vectors: Int, outputs: Int, of spec: AcceleratorSpec, on array: AcceleratorSpec
  ) -> (all: Extent, first: Extent?) {
    let tile = min(vectors, spec.bankVectors, Self.vectors)
    let outputs = Self.outputs(outputs, of: spec, on: array)
    if let first = outputs.first { return ((tile, outputs.all), (tile, first)) }
    guard tile == spec.bankVectors, vectors > tile else { return ((tile, outputs.all), nil) }
    return ((min(vectors, 2 * tile), outputs.all), (tile, outputs.all))
  }

  /// One fold or two of an array's columns, and the first of two.
  private static func outputs(
    _ count: Int, of spec: AcceleratorSpec, on array: AcceleratorSpec
  ) -> (all: Int, first: Int?) {
    count > spec.columns
      ? (min(count, 2 * array.columns), array.columns) : (min(count, array.columns), nil)
  }

  /// The rate of a product under uniform words, of which a sample is stepped.
  ///
  /// - Parameter seed: of the stream (seed, stimulus).
  /// - Precondition: a multiplier for the array's words.
  public init(
    uniform shape: MatrixShape, products: ArrayCapture, on spec: AcceleratorSpec, seed: UInt64
  ) {
    self.init(uniform: Self.sample(of: shape, on: spec), products: products, seed: seed)
  }

  /// The rate of a sample under uniform words.
  ///
  /// - Precondition: a multiplier for the array's words.
  public init(uniform sample: Sample, products: ArrayCapture, seed: UInt64) {
    let (toggles, clocks) =
      sample.spec.hasWideWords
      ? Self.uniformData(UInt16.self, sample, products, seed: seed)
      : Self.uniformData(UInt8.self, sample, products, seed: seed)
    self.init(toggles: toggles, clocks: clocks)
  }

  private static func uniformData<Word: ArrayWord>(
    _ type: Word.Type, _ part: Sample, _ products: ArrayCapture, seed: UInt64
  ) -> (toggles: RegisterToggles, clocks: RegisterToggles) {
    let (sample, spec) = (part.shape, part.spec)
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
    func data(_ shape: MatrixShape) -> (toggles: RegisterToggles, clocks: RegisterToggles) {
      let some = (0..<sample.k).flatMap { weights[$0 * sample.n..<$0 * sample.n + shape.n] }
      let counts = array.multiply(
        activations: Array(activations.prefix(shape.m * shape.k)), weights: some, shape: shape
      ).counts
      return (
        counts.toggles - model.validToggles(shape),
        RegisterToggles(all: model.dataClocks(counts), links: model.linkClocks(shape))
      )
    }
    let all = data(sample)
    let begin = part.first.map(data) ?? (RegisterToggles(), RegisterToggles())
    return (all.toggles - begin.0, all.clocks - begin.1)
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
  /// work only that of the partial sum, which passes them. Those of operand and partial sum go on to a
  /// neighbor.
  func validToggles(_ shape: MatrixShape) -> RegisterToggles {
    func stationary(vectors: Int, outputs: Int) -> RegisterToggles {
      let folds = Self.ceiling(shape.k, spec.rows)
      let times = 2 * Self.ceiling(vectors, spec.bankVectors) * outputs
      return RegisterToggles(
        all: times * ((2 + spec.pipelineRegisters) * shape.k + spec.rows * folds),
        links: times * (shape.k + spec.rows * folds))
    }
    return switch spec.dataflow {
    case .weightStationary: stationary(vectors: shape.m, outputs: shape.n)
    case .inputStationary: stationary(vectors: shape.n, outputs: shape.m)
    case .outputStationary:
      RegisterToggles(
        all: 2 * (2 + spec.pipelineRegisters) * shape.m * shape.n, links: 2 * shape.m * shape.n)
    }
  }

  /// Clocked bits that are no valid bits.
  func dataClocks(_ counts: AccessCounts) -> Int {
    counts.registerBitClocks - validBits * counts.clockedCycles
  }

  /// Of these, the bits of registers that go on to a neighboring element or to the bank: operands that
  /// move, the way of those that are held to their elements, partial sums.
  func linkClocks(_ shape: MatrixShape) -> Int {
    let (rows, width) = (spec.rows, spec.accumulator.width)
    let (products, sums) = (shape.m * shape.k * shape.n, shape.m * shape.n)
    func stationary(vectors: Int, outputs: Int, heldBits: Int, movingBits: Int) -> Int {
      let tiles = Self.ceiling(vectors, spec.bankVectors)
      let foldsK = Self.ceiling(shape.k, rows)
      return heldBits * rows * rows * outputs * foldsK * tiles + movingBits * products
        + width * sums * rows * foldsK
    }
    return switch spec.dataflow {
    case .weightStationary:
      stationary(
        vectors: shape.m, outputs: shape.n, heldBits: spec.weightWidth,
        movingBits: spec.operandWidth)
    case .inputStationary:
      stationary(
        vectors: shape.n, outputs: shape.m, heldBits: spec.operandWidth,
        movingBits: spec.weightWidth)
    case .outputStationary:
      (spec.productWidth + width) * products
        + width * rows * rows * shape.n * Self.ceiling(shape.m, rows)
    }
  }

  /// The bits that change in a layer, data at a rate.
  public func toggles(of estimate: LayerEstimate, at activity: RegisterActivity) -> RegisterToggles
  {
    let shape = estimate.layer.shape
    let clocks = Double(dataClocks(estimate.counts))
    let linkClocks = Double(estimate.layer.repetitions * linkClocks(shape))
    var toggles = validToggles(shape) * estimate.layer.repetitions
    toggles += RegisterToggles(
      all: Int((activity.data * clocks).rounded()),
      links: Int((activity.links * linkClocks).rounded()))
    return toggles
  }
}
