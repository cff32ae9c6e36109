import Files
import Networks
import Quantities
import Randomness
import TableArithmetic
import TestSupport
import Testing

@testable import Accelerators

@Suite("A convolution's words from DRAM")
struct ConvolutionTrafficTests {
  /// The address of an activation of the patch matrix in a group's input, by the loops of a
  /// convolution; nil outside the image.
  static func address(_ layer: ConvolutionLayer, _ geometry: (rows: Int, columns: Int))
    -> (_ m: Int, _ k: Int) -> Int?
  {
    let channels = layer.channels / layer.groups
    return { m, k in
      let image = m / (geometry.rows * geometry.columns)
      let position = m % (geometry.rows * geometry.columns)
      let channel = k / (layer.kernelRows * layer.kernelColumns)
      let tap = k % (layer.kernelRows * layer.kernelColumns)
      let row =
        position / geometry.columns * layer.strideRows
        + tap / layer.kernelColumns * layer.dilationRows - layer.paddingRows
      let column =
        position % geometry.columns * layer.strideColumns
        + tap % layer.kernelColumns * layer.dilationColumns - layer.paddingColumns
      guard row >= 0, row < layer.inputRows, column >= 0, column < layer.inputColumns else {
        return nil
      }
      return ((image * channels + channel) * layer.inputRows + row) * layer.inputColumns + column
    }
  }

  /// A convolution, often with stride, padding, dilation, groups or one channel a group.
  static func layer(_ stream: inout RandomStream, side: ClosedRange<Int>) -> ConvolutionLayer {
    func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &stream) }
    let groups = draw(1...3)
    var layer = ConvolutionLayer(
      channels: groups * draw(1...3), inputRows: draw(side), inputColumns: draw(side),
      filters: groups * draw(1...8), kernelRows: draw(1...3), kernelColumns: draw(1...4))
    (layer.strideRows, layer.strideColumns) = (draw(1...3), draw(1...3))
    (layer.paddingRows, layer.paddingColumns) = (draw(0...2), draw(0...2))
    (layer.dilationRows, layer.dilationColumns) = (draw(1...2), draw(1...2))
    (layer.groups, layer.roundsUp) = (groups, draw(0...3) == 0)
    return layer
  }

  /// Rows and columns of positions, counted one by one.
  static func positions(_ layer: ConvolutionLayer) -> (rows: Int, columns: Int)? {
    func count(_ length: Int, _ kernel: Int, _ stride: Int) -> Int {
      guard kernel <= length else { return 0 }
      let last = length - kernel + (layer.roundsUp ? stride - 1 : 0)
      return Array(Swift.stride(from: 0, through: last, by: stride)).count
    }
    let rows = count(
      layer.inputRows + 2 * layer.paddingRows, layer.dilationRows * (layer.kernelRows - 1) + 1,
      layer.strideRows)
    let columns = count(
      layer.inputColumns + 2 * layer.paddingColumns,
      layer.dilationColumns * (layer.kernelColumns - 1) + 1, layer.strideColumns)
    return rows > 0 && columns > 0 ? (rows, columns) : nil
  }

  @Test(
    "300 random convolutions: closed form and stepped memory = a simulation that knows each address",
    arguments: Dataflow.allCases)
  func traffic(dataflow: Dataflow) throws {
    var stream = RandomStream(seed: 51, purpose: .test, index: UInt64(dataflow.rawValue.count))
    var levels: [FoldInputs.Reuse: Int] = [:]
    var (stalled, parted, fewer, cases) = (0, 0, 0, 0)
    while cases < 100 {
      let spec = MemoryTests.spec(dataflow, &stream)
      let layer = Self.layer(&stream, side: 1...9)
      guard let size = Self.positions(layer) else { continue }
      let batch = Int.random(in: 1...3, using: &stream)
      let gemm = try layer.gemm(name: "layer", batch: batch)
      let shape = gemm.shape
      guard shape.m <= 90, let convolution = gemm.convolution else { continue }
      cases += 1
      var machine = ClosedFormTests.machine(spec, .physical)
      machine.banks = [
        MemoryTests.banks(spec.ports.activations, bits: spec.operandWidth),
        MemoryTests.banks(spec.ports.weights, bits: spec.weightWidth),
        MemoryTests.banks(spec.ports.outputs, bits: spec.operandWidth),
      ]
      let naive = NaiveMemoryTraffic(
        machine, m: shape.m, k: shape.k, n: shape.n, input: Self.address(layer, size))
      let place = Comment(rawValue: "\(layer), batch \(batch), \(spec)")
      let schedule = FoldSchedule(spec, shape, .physical, convolution: convolution)
      let closed = schedule.totals(bitsPerCycle: spec.dramBitsPerCycle)
      #expect(closed.bitsRead == naive.bitsRead, place)
      #expect(closed.bitsWritten == naive.bitsWritten, place)
      #expect(closed.computeCycles == naive.computeCycles, place)
      #expect(closed.stalls.dramCycles == naive.stallCycles, place)
      #expect(closed.stalls.bankCycles == naive.bankStallCycles, place)
      var memory = SteppedMemory(spec, shape, convolution: convolution)
      memory.advance(Int64(closed.computeCycles))
      _ = memory.finish()
      #expect(memory.stalls == closed.stalls, place)
      #expect(memory.dramBits == closed.bitsRead + closed.bitsWritten, place)
      for (most, words) in zip(naive.most, machine.words) { #expect(most <= words, place) }
      let estimate = try AnalyticalModel(spec: spec).estimate(gemm, .physical)
      #expect(estimate.dramBitsRead == closed.bitsRead * layer.groups, place)
      let plain = FoldSchedule(spec, shape, .physical).totals(bitsPerCycle: nil)
      if closed.bitsRead < plain.bitsRead { fewer += 1 }
      if let inputs = schedule.inputs { levels[inputs.reuse, default: 0] += 1 }
      if closed.stalls.dramCycles > 0 { stalled += 1 }
      if naive.steps > naive.folds { parted += 1 }
    }
    let tiles = levels[.tile, default: 0]
    #expect(dataflow == .inputStationary ? tiles == 0 : tiles > 2, "\(levels)")
    #expect(levels[.layer, default: 0] > 10 && levels[.fold, default: 0] > 25, "\(levels)")
    #expect(stalled > 50 && parted > 15 && fewer > 60, "\(stalled) \(parted) \(fewer)")
  }

  @Test("large images, whose tiles repeat: as many words as the sets of addresses of all folds")
  func repeating() throws {
    var stream = RandomStream(seed: 52, purpose: .test)
    var (repeated, tiled) = (0, 0)
    for trial in 0..<60 {
      let layer = Self.layer(&stream, side: 12...40)
      guard let size = Self.positions(layer) else { continue }
      let gemm = try layer.gemm(name: "layer", batch: Int.random(in: 1...4, using: &stream))
      let (m, k) = (gemm.shape.m, gemm.shape.k)
      guard let convolution = gemm.convolution else { continue }
      let part = [1, 4, 8, 10, 32, 200][Int.random(in: 0..<6, using: &stream)]
      let steps = Int.random(in: 1...12, using: &stream)
      // All sizes of buffers: all words are kept, a tile's, or those of a fold.
      let words = [1 << 20, 900, 2 * part * steps][trial % 3]
      let spec = AcceleratorSpec(
        name: "test", rows: steps, columns: 2,
        accumulator: AccumulatorSpec(width: 32, overflow: .wrap),
        bankVectors: part, weightBufferWords: 64, activationBufferWords: words,
        outputBufferWords: 1 << 20, dramBitsPerCycle: 40, guardBand: 1, nominalSupply: Voltage(1))
      let schedule = FoldSchedule(spec, gemm.shape, .physical, convolution: convolution)
      let inputs = try #require(schedule.inputs)
      let address = Self.address(layer, size)
      var all = Set<Int>()
      var read = 0
      for start in stride(from: 0, to: m, by: part) {
        var tile = Set<Int>()
        for first in stride(from: 0, to: k, by: steps) {
          let fold = Set(
            (start..<min(m, start + part)).flatMap { row in
              (first..<min(k, first + steps)).compactMap { address(row, $0) }
            })
          if inputs.reuse == .fold { read += fold.count * schedule.middle.count }
          tile.formUnion(fold)
        }
        if inputs.reuse == .tile { read += tile.count }
        all.formUnion(tile)
      }
      if inputs.reuse == .layer { read = all.count }
      let weights = k * gemm.shape.n * (schedule.keepsHeld ? 1 : schedule.outer.count)
      let place = Comment(
        rawValue: "\(layer), \(gemm.shape), tiles of \(part), \(steps) rows, \(words)")
      let totals = schedule.totals(bitsPerCycle: spec.dramBitsPerCycle)
      #expect(totals.bitsRead == 8 * (read + weights), place)
      var memory = SteppedMemory(spec, gemm.shape, convolution: convolution)
      memory.advance(Int64(totals.computeCycles))
      _ = memory.finish()
      #expect(memory.stalls == totals.stalls, place)
      let kinds = inputs.tiles.representatives(withNeighbors: true, isFirstApart: true)
      #expect(kinds.reduce(0) { $0 + $1.weight } == schedule.outer.count, place)
      if kinds.count < schedule.outer.count / 2 { repeated += 1 }
      if inputs.reuse == .tile { tiled += 1 }
    }
    #expect(repeated > 10 && tiled > 5, "\(repeated) \(tiled)")
  }

  /// 3 × 3 over an image of 4 × 4 with padding: 16 positions of 9 taps, 144 entries, 16 words.
  private static func byHand(
    rows: Int, tile: Int, words: Int, dataflow: Dataflow = .weightStationary
  ) throws -> Int {
    let spec = AcceleratorSpec(
      name: "test", rows: rows, columns: dataflow == .inputStationary ? tile : 1,
      dataflow: dataflow, accumulator: AccumulatorSpec(width: 32, overflow: .wrap),
      bankVectors: tile, weightBufferWords: 16, activationBufferWords: words,
      outputBufferWords: 64, isDoubleBuffered: false, guardBand: 1, nominalSupply: Voltage(1))
    var layer = ConvolutionLayer(
      channels: 1, inputRows: 4, inputColumns: 4, filters: 1, kernelRows: 3, kernelColumns: 3)
    (layer.paddingRows, layer.paddingColumns) = (1, 1)
    let gemm = try layer.gemm(name: "layer")
    #expect(gemm.shape == MatrixShape(m: 16, k: 9, n: 1))
    let estimate = try AnalyticalModel(spec: spec).estimate(gemm, .physical)
    // The array reads the patch matrix as before.
    #expect(estimate.counts.activationBitsRead == 8 * 144)
    return estimate.dramBitsRead / 8 - 9
  }

  @Test("Models.md's image of 4×4, by hand")
  func byHand() throws {
    // All 16 words fit: each comes once, whatever the tiles and folds.
    #expect(try Self.byHand(rows: 9, tile: 4, words: 16) == 16)
    #expect(try Self.byHand(rows: 4, tile: 4, words: 16) == 16)
    // A row of positions takes two rows of the image at the edges, three between.
    #expect(try Self.byHand(rows: 9, tile: 4, words: 12) == 8 + 12 + 12 + 8)
    // In parts of two positions, whose second one needs one column more.
    #expect(try Self.byHand(rows: 9, tile: 4, words: 9) == 8 + 12 + 12 + 8)
    // Four taps: three rows and, below them, three words; four taps: all; the last tap: 3 × 3.
    #expect(try Self.byHand(rows: 4, tile: 16, words: 15) == 15 + 16 + 9)
    #expect(
      try Self.byHand(rows: 9, tile: 4, words: 12, dataflow: .inputStationary) == 8 + 12 + 12 + 8)
    #expect(
      try Self.byHand(rows: 4, tile: 1, words: 12, dataflow: .outputStationary) == 8 + 12 + 12 + 8)
    let few = try #require(throws: InputError.self) {
      try Self.byHand(rows: 9, tile: 4, words: 8)
    }
    #expect(few.message.contains("needs 9 different words of the activation buffer, which has 8"))
  }

  @Test("patches without common words are fetched as any matrix; strides skip words")
  func strides() throws {
    var layer = ConvolutionLayer(
      channels: 2, inputRows: 9, inputColumns: 9, filters: 1, kernelRows: 1, kernelColumns: 1)
    layer.strideRows = 2
    layer.strideColumns = 2
    #expect(try layer.gemm(name: "pointwise").convolution == nil)
    (layer.kernelRows, layer.kernelColumns) = (3, 3)
    (layer.strideRows, layer.strideColumns) = (3, 3)
    #expect(try layer.gemm(name: "apart").convolution == nil)
    layer.paddingRows = 1
    #expect(try layer.gemm(name: "padded").convolution != nil)
    layer.paddingRows = 0
    layer.strideRows = 4
    layer.strideColumns = 1
    // Rows 0 to 2 and 4 to 6 of nine, all columns, of two channels.
    let gemm = try layer.gemm(name: "skipping")
    let axes = try #require(gemm.convolution)
    #expect(axes.rows.covered == 6 && axes.columns.covered == 9)
    let spec = AcceleratorSpec(
      name: "test", rows: 18, columns: 1, accumulator: AccumulatorSpec(width: 32, overflow: .wrap),
      bankVectors: 7, weightBufferWords: 18, activationBufferWords: 200, guardBand: 1,
      nominalSupply: Voltage(1))
    let estimate = try AnalyticalModel(spec: spec).estimate(gemm, .physical)
    #expect(estimate.dramBitsRead == 8 * (2 * 6 * 9 + 18))
    // SCALE-Sim's convention knows no such buffer.
    let plain = try GEMM(name: "plain", m: gemm.shape.m, k: gemm.shape.k, n: gemm.shape.n)
    let model = AnalyticalModel(spec: spec)
    #expect(
      try model.estimate(gemm, .scalesim).dramBitsRead
        == model.estimate(plain, .scalesim).dramBitsRead)
  }

  @Test("a buffer for a layer's input reads each of ResNet-50's and LeNet-5's words once")
  func networks() throws {
    let spec = try AcceleratorSpec(
      contentsOf: Repository.path("HardwareSpecs/Accelerators/tpu128x128.yaml"), for: .simulation)
    let model = AnalyticalModel(spec: spec)
    func words(_ layers: [GEMM]) throws -> Int {
      try model.estimates(layers.map { .product($0) }, .physical)
        .reduce(0) { $0 + $1.dramBitsRead / 8 }
    }
    // torchvision's weights without normalization and biases; rows × columns that some tap has, of all
    // layers' inputs: 9,610,752 words, which stand 21,816,064 times in the patch matrices.
    #expect(try words(ResNet50.gemms(batch: 1)) == 25_557_032 - 2 * 26_560 - 1000 + 9_610_752)
    let plain = try ResNet50.gemms(batch: 1).map {
      try GEMM(name: $0.name, m: $0.shape.m, k: $0.shape.k, n: $0.shape.n)
    }
    #expect(try words(plain) - words(ResNet50.gemms(batch: 1)) == 21_816_064 - 9_610_752)
    // 28², 6 · 14², and the inputs of the dense layers.
    #expect(
      try words(Preset.leNet5.topology().gemms(batch: 1))
        == 61_470 + 784 + 6 * 196 + 400 + 120 + 84)
  }

  @Test("readers carry a convolution's geometry; what is too large to count is refused")
  func readers() throws {
    let scaleSim = try ScaleSimTopology.read(
      text: "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, "
        + "Num Filter, Strides,\nConv1, 224, 224, 7, 7, 3, 64, 2,\nFC, 1, 1, 1, 1, 2048, 1000, 1,\n",
      file: "t.csv")
    let first = try #require(scaleSim[0].convolution)
    #expect(first.rows.padding == 0 && first.rows.input == 224 && first.rows.positions == 110)
    #expect(first.rows.covered == 224 && scaleSim[1].convolution == nil)
    let timeloop = try TimeloopProblem.read(
      try StrictYAML(
        text: "problem: {C: 3, M: 8, N: 2, P: 10, Q: 5, R: 3, S: 2, Wstride: 2, Hdilation: 4}\n",
        file: "t.yaml"))
    let problem = try #require(timeloop[0].convolution)
    #expect(problem.columns.input == 21 && problem.columns.covered == 21)
    #expect(problem.rows.input == 9 && problem.rows.positions == 5 && problem.rows.taps == 2)
    let large = try TimeloopProblem.read(
      try StrictYAML(
        text: "problem: {C: 1, M: 1, N: 1, P: 20000, Q: 20000, R: 300, S: 300}\n", file: "t.yaml"))
    let spec = try AcceleratorSpec(
      contentsOf: Repository.path("HardwareSpecs/Accelerators/ntc16x16.yaml"))
    let error = try #require(throws: InputError.self) {
      try AnalyticalModel(spec: spec).estimate(large[0], .physical)
    }
    #expect(error.message.contains("are too many to count"))
    #expect(throws: Never.self) {
      try AnalyticalModel(spec: spec).estimate(large[0], .scalesim)
    }
  }

  @Test(
    "the registers wait for a convolution's words as the closed form says",
    arguments: Dataflow.allCases)
  func registers(dataflow: Dataflow) throws {
    var stream = RandomStream(seed: 53, purpose: .test)
    var less = 0
    for _ in 0..<20 {
      let spec = MemoryTests.spec(dataflow, &stream)
      let gemm = try? Self.layer(&stream, side: 3...7).gemm(name: "layer")
      guard let gemm, let convolution = gemm.convolution else { continue }
      let shape = gemm.shape
      let array = RegisterLevelArray(
        spec: spec,
        capture: .encoded(
          .exact(.offset, activationBits: spec.operandWidth, weightBits: spec.weightWidth)))
      let activations = [UInt8](repeating: 1, count: shape.m * shape.k)
      let weights = [UInt8](repeating: 1, count: shape.k * shape.n)
      let run = array.multiplyWaiting(
        activations: activations, weights: weights, shape: shape, convolution: convolution)
      let plain = array.multiplyWaiting(activations: activations, weights: weights, shape: shape)
      let closed = try AnalyticalModel(spec: spec).estimate(gemm, .physical)
      #expect(run.stalls.times(gemm.repetitions) == closed.stalls)
      #expect(run.sums == plain.sums && run.counts == plain.counts)
      if run.stalls.dramCycles < plain.stalls.dramCycles { less += 1 }
    }
    #expect(less > 5, "\(less)")
  }
}
