import Files
import Networks
import Randomness
import TestSupport
import Testing

@testable import Accelerators

@Suite("Workloads")
struct WorkloadTests {
  @Test("200 random convolutions have as many positions, weights and products as their loops")
  func convolutions() throws {
    var stream = RandomStream(seed: 31, purpose: .test)
    var refused = 0
    for _ in 0..<200 {
      func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &stream) }
      let groups = draw(1...3)
      var layer = ConvolutionLayer(
        channels: groups * draw(1...4), inputRows: draw(1...12), inputColumns: draw(1...12),
        filters: groups * draw(1...4), kernelRows: draw(1...4), kernelColumns: draw(1...4))
      (layer.strideRows, layer.strideColumns) = (draw(1...3), draw(1...3))
      (layer.paddingRows, layer.paddingColumns) = (draw(0...2), draw(0...2))
      (layer.dilationRows, layer.dilationColumns) = (draw(1...2), draw(1...2))
      layer.groups = groups
      let batch = draw(1...3)
      func places(_ length: Int, _ kernel: Int, _ stride: Int, _ padding: Int, _ dilation: Int)
        -> Int
      {
        var (count, start) = (0, -padding)
        while start + dilation * (kernel - 1) < length + padding {
          count += 1
          start += stride
        }
        return count
      }
      let rows = places(
        layer.inputRows, layer.kernelRows, layer.strideRows, layer.paddingRows,
        layer.dilationRows)
      let columns = places(
        layer.inputColumns, layer.kernelColumns, layer.strideColumns, layer.paddingColumns,
        layer.dilationColumns)
      guard rows > 0, columns > 0 else {
        refused += 1
        let error = try #require(throws: WorkloadError.self) {
          try layer.gemm(name: "convolution", batch: batch)
        }
        #expect(error.reason.contains("is larger than its input"))
        continue
      }
      let gemm = try layer.gemm(name: "convolution", batch: batch)
      #expect(gemm.shape.m == batch * rows * columns)
      #expect(gemm.shape.k * groups == layer.channels * layer.kernelRows * layer.kernelColumns)
      #expect(gemm.shape.n * groups == layer.filters)
      #expect(gemm.repetitions == groups)
    }
    #expect(refused > 0)
  }

  @Test("LeNet-5 has its 416,520 multiply-accumulates, ResNet-8 its shortcuts")
  func networks() throws {
    let leNet = try Preset.leNet5.topology().gemms(batch: 1)
    #expect(leNet.map(\.name) == ["layers.0", "layers.3", "layers.7", "layers.9", "layers.11"])
    func products(_ layers: [GEMM]) -> Int {
      layers.reduce(0) { $0 + $1.shape.m * $1.shape.k * $1.shape.n * $1.repetitions }
    }
    #expect(products(leNet) == 416_520)
    #expect(products(try Preset.leNet5.topology().gemms(batch: 7)) == 7 * 416_520)
    let resNet = try Preset.resNet8.topology().gemms(batch: 1)
    #expect(resNet.contains { $0.name.contains(".shortcut.") })
    #expect(resNet.count == 10)
  }

  @Test("ResNet-50 has the multiply-accumulates and weights that torchvision publishes")
  func resNet50() throws {
    let layers = try ResNet50.gemms(batch: 1)
    #expect(layers.count == 54 && Set(layers.map(\.name)).count == 54)
    // docs.pytorch.org, torchvision.models.resnet50: 4.09 GFLOPS (multiply-accumulates), 25,557,032
    // parameters, among which are scale and offset of each normalized channel and the dense biases.
    let products = layers.reduce(0) { $0 + $1.shape.m * $1.shape.k * $1.shape.n }
    #expect((Double(products) / 1e7).rounded() == 409)
    let weights = layers.reduce(0) { $0 + $1.shape.k * $1.shape.n }
    let normalized = layers.dropLast().reduce(0) { $0 + $1.shape.n }
    #expect(weights + 2 * normalized + 1000 == 25_557_032)
    // Table 1 of the paper: positions after each stage, 112² to 7².
    let last = ["conv1", "layer1.2.conv3", "layer2.3.conv3", "layer3.5.conv3", "layer4.2.conv3"]
    let sides = [112, 56, 28, 14, 7]
    for (name, side) in zip(last, sides) {
      #expect(layers.first { $0.name == name }?.shape.m == side * side)
    }
    let strided = try #require(layers.first { $0.name == "layer2.0.conv1" })
    #expect(strided.shape == MatrixShape(m: 56 * 56, k: 256, n: 128))
    #expect(try ResNet50.gemms(batch: 3).map(\.shape.m) == layers.map { 3 * $0.shape.m })
    #expect(throws: WorkloadError.self) { try ResNet50.gemms(batch: 1 << 17) }
  }

  @Test("SCALE-Sim's files are read in both layouts, with a comma at the end or without")
  func scaleSim() throws {
    let gemm = try ScaleSimTopology.read(
      text: "Layer, M, N, K,\nfirst, 10, 20, 30,\r\n\nsecond,1,2,3\n", file: "t.csv")
    #expect(gemm.map(\.name) == ["first", "second"])
    #expect(gemm[0].shape == MatrixShape(m: 10, k: 30, n: 20))
    let header =
      "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,\n"
    let convolution = try ScaleSimTopology.read(
      text: header + "Conv1, 224, 224, 7, 7, 3, 64, 2,\nFC, 1, 1, 1, 1, 2048, 1000, 1,\n",
      file: "t.csv")
    let strides = try ScaleSimTopology.read(
      text: header.replacing("Layer name", with: "Net").replacing(
        "Strides,", with: "Stride h, Stride w")
        + "c, 9, 9, 3, 3, 1, 1, 2, 3\n", file: "t.csv")
    #expect(strides[0].shape == MatrixShape(m: 4 * 3, k: 9, n: 1))
    // As SCALE-Sim: ⌈(224 − 7 + 2) / 2⌉ = 110 rows and columns.
    #expect(convolution[0].shape == MatrixShape(m: 110 * 110, k: 147, n: 64))
    #expect(convolution[1].shape == MatrixShape(m: 1, k: 2048, n: 1000))
  }

  @Test("SCALE-Sim's files are read with comments, notes, batches and dense sparsity")
  func publishedFeatures() throws {
    let header =
      "Net, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides"
    func shapes(_ text: String) throws -> [MatrixShape] {
      try ScaleSimTopology.read(text: text, file: "t.csv").map(\.shape)
    }
    let plain = try shapes(header + "\na,9,9,3,3,2,4,2\n")
    #expect(plain == [MatrixShape(m: 16, k: 18, n: 4)])
    for text in [
      "# a comment\n\n" + header + ",,,\n\n\ta , 9,9 ,3,3,2,4, 2 ,#dw, one\n# end\n",
      header + ",,,Eh,Ew,e2\na,9,9,3,3,2,4,2,,,4,4,16\n",
      header + ",, Target\na,9,9,3,3,2,4,2,, fast\n", header + ",\na,9,9,3,3,2,4,2,,,4\n",
      header + ", Sparsity,\na,9,9,3,3,2,4,2,4:4,\n",
      header + ",\na,9,9,3,3,2,4,2,1:1,\n", header + ",\na,9,9,3,3,2,4,2,2, 2 : 2,\n",
      header + ",\na,9,9,3,3,2,4,2, 2,\n", header + ", Batch Size\na,9,9,3,3,2,4,2,1\n",
    ] {
      #expect(try shapes(text) == plain, "\(text)")
    }
    #expect(
      try shapes(header + ",\na,9,9,3,3,2,4,2, 3,\n") == [MatrixShape(m: 12, k: 18, n: 4)])
    #expect(
      try shapes(header + ", Batch Size, Sparsity\na,9,9,3,3,2,4,2,5,1:1\n") == [
        MatrixShape(m: 80, k: 18, n: 4)
      ])
    #expect(
      try shapes("Layer,M,N,K,Batch Size\na,2,3,4,5\n") == [MatrixShape(m: 10, k: 4, n: 3)])
    // A last column of images that a line leaves out, as a file of SCALE-Sim does.
    #expect(
      try shapes("Layer,M,N,K,Batch Size,\na,2,3,4,\nb,2,3,4,5\n") == [
        MatrixShape(m: 2, k: 4, n: 3), MatrixShape(m: 10, k: 4, n: 3),
      ])
    // A title, and widths before heights: ⌈(9 − 3 + 2) / 2⌉ = 4 rows, ⌈(12 − 2 + 3) / 3⌉ = 5 columns.
    #expect(try shapes("My network,,\n\n" + header + "\na,9,9,3,3,2,4,2\n") == plain)
    let mirrored = try ScaleSimTopology.read(
      text: "Net,IFMAP Width,IFMAP Height,Filter Width,Filter Height,Channels,Num Filter,Strides\n"
        + "a,12,9,2,3,5,4,3,2\n", file: "t.csv")
    let same = try ScaleSimTopology.read(
      text: header + ", Strides\na,9,12,3,2,5,4,2,3\n", file: "t.csv")
    #expect(mirrored == same && same[0].shape == MatrixShape(m: 4 * 5, k: 30, n: 4))
    let depthwise = try ScaleSimTopology.read(
      text: header + "\nDP1,9,9,3,3,6,2,2\n", file: "t.csv")
    #expect(depthwise.map(\.shape) == [MatrixShape(m: 16, k: 9, n: 2)])
    #expect(depthwise.map(\.repetitions) == [6])
  }

  @Test("fields of SCALE-Sim's files may stand in double quotes, with commas and quotes in them")
  func quotes() throws {
    let text = """
      "Layer", "M" ,"N","K","Sparsity"
      "a, ""b"" #1" ,"2","3", "4 " , "1:1" # a "comment", two
      "" , 1,1,1,"1:1","",
      c"d,1,1,"1",1:1,#"
      """
    let layers = try ScaleSimTopology.read(text: text, file: "t.csv")
    #expect(layers.map(\.name) == ["a, \"b\" #1", "", "c\"d"])
    #expect(layers[0].shape == MatrixShape(m: 2, k: 4, n: 3))
    for (line, message) in [
      (#""a,1,1,1"#, "a field's quotes do not end"), (#""a"",1,1,1"#, "quotes do not end"),
      (#""a" b,1,1,1"#, "'b' follows the quotes of a field"),
      (#""a""b""c" "d",1,1,1"#, "'\"d\"' follows the quotes"),
      (#"a,"1,1",1,1"#, "'1,1' in column 'M' is not a whole number"),
      (##"a,"#1",1,1"##, "'#1' in column 'M' is not a whole number"),
    ] {
      let error = try #require(throws: InputError.self) {
        try ScaleSimTopology.read(text: "Layer,M,N,K\n\n\(line)\n", file: "t.csv")
      }
      #expect(error.message.contains(message), "\(error)")
      #expect(error.status == .badData && error.location?.line == 3)
    }
  }

  @Test(
    "a wrong topology is refused at its line",
    arguments: [
      ("", "is empty"), ("Layer, M, N, K\n", "no layers"),
      ("Layer, M, N\na,1,2\n", "column 'K' is missing"),
      ("Layer, M, N, K, Z\na,1,2,3,4\n", "column 'Z' is not known"),
      ("Layer, M, N, K\na,1,2\n", "'K' is missing"),
      ("Layer, M, N, K\na,1,2,3,4\n", "'4' is one too many"),
      ("Layer, M, N, K\na,1,2,-3\n", "'-3' in column 'K' is not a whole number above 0"),
      (
        "Layer, M, N, K\na,1,2,99999999999999999999\n",
        "99999999999999999999 in column 'K' is outside 1 … 2147483647"
      ),
      ("Layer, M, N, K\na,1,2,9999999999\n", "is outside 1 … 2147483647"),
      (
        "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides\nc,5,5,7,3,1,1,1\n",
        "a kernel of 7 rows is larger than its input of 5 rows"
      ),
      (
        "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter\n",
        "column 'Strides' is missing"
      ),
      ("Layer,M,N,K,Sparsity\na,1,2,3,2:4\n", "sparsity '2:4' is not dense"),
      ("Layer,M,N,K,Sparsity\na,1,2,3,1\n", "sparsity '1' is no ratio N:M"),
      ("Layer,M,N,K,Sparsity\na,1,2,3,3:2\n", "sparsity '3:2' is no ratio N:M"),
      ("Layer,M,N,K,Sparsity\na,1,2,3,0:4\n", "sparsity '0:4' is no ratio N:M"),
      ("Layer,M,N,K\na,1,2,3,2:4,\n", "write 1:1 to take the layer as dense"),
      (
        "Net,IFMAP Height,IFMAP Width,Filter Height,Filter Width,Channels,Num Filter,Strides,\na,9,9,3,3,2,4,2,1:4,\n",
        "sparsity '1:4' is not dense"
      ),
      ("Layer,M,N,K,,Sparsity\na,1,2,3,,1:4\n", "sparsity '1:4' is not dense"),
      ("Layer,M,N,K,Sparsity\na,1,2,3\n", "'Sparsity' is missing"),
      ("Layer,M,N,K,Batch Size\na,1,2,3,0\n", "'0' in column 'Batch Size' is not a whole"),
      ("Layer,M,N,K,Batch,Batch\na,1,2,3,1,1\n", "or there twice"),
      ("Layer,M,N,K\na,1,2,3\ntotal,1,2,3\n", "layer 'total': that is the name of the row of"),
      ("a,b,c\n", "is missing"), ("M, N, K\n1,2,3\n", "column 'Layer' is missing"),
      ("Layer, N, M, K\na,1,2,3\n", "columns are out of order"),
      (
        "Net,IFMAP Width,IFMAP Height,Filter Height,Filter Width,Channels,Num Filter,Strides\n",
        "columns are out of order"
      ), ("a title\n", "is empty"), ("Layer;M;N;K\n", "has semicolons"),
      ("a title\nanother\nLayer,M,N,K\n", "column 'M' is missing"),
    ])
  func refusals(text: String, message: String) throws {
    let error = try #require(throws: InputError.self) {
      try ScaleSimTopology.read(text: text, file: "t.csv")
    }
    #expect(error.message.contains(message), "\(error)")
    #expect(error.status == .badData && error.location?.file == "t.csv")
  }

  @Test("the vector unit waits for the banks of what it reads and of what it writes")
  func vectorUnitBanks() throws {
    // 18,816 words are read, 4,704 written.
    let pooling = LayerWork.vector(
      try .pooling(
        name: "pool", batch: 4, channels: 6, inputPositions: 784, window: 4, outputPositions: 196))
    func stalls(reading: BufferPorts, writing: BufferPorts) throws -> (Int, Int)? {
      var other = AcceleratorSpec.Overrides()
      other.vectorLanes = 16
      (other.ports.activations, other.ports.outputs) = (reading, writing)
      let spec = try AcceleratorSpec(
        contentsOf: Repository.path("HardwareSpecs/Accelerators/ntc16x16.yaml"))
      return try AnalyticalModel(spec: spec.overriding(other)).estimates([pooling], .physical).first
        .map { ($0.computeCycles, $0.stalls.bankCycles) }
    }
    let free = BufferPorts()
    #expect(try #require(try stalls(reading: free, writing: free)) == (1176, 0))
    // Four words of two operands a cycle.
    let half = BufferPorts(banks: 2, ports: 2, wordBits: 16)
    #expect(try #require(try stalls(reading: half, writing: free)) == (1176, 2352 - 1176))
    let one = BufferPorts(banks: 1)
    #expect(try #require(try stalls(reading: free, writing: one)) == (1176, 4704 - 1176))
    #expect(try #require(try stalls(reading: one, writing: one)) == (1176, 18_816 - 1176))
    #expect(try #require(try stalls(reading: BufferPorts(banks: 16), writing: one)) == (1176, 3528))
  }

  @Test("pooling by hand: a word a lane and cycle, each read once; DRAM beside it or after it")
  func vectorLayers() throws {
    // LeNet-5's first pooling, four images of 6 × 28 × 28.
    let pooling = LayerWork.vector(
      try .pooling(
        name: "pool", batch: 4, channels: 6, inputPositions: 784, window: 4, outputPositions: 196))
    let addition = LayerWork.vector(
      try .addition(name: "add", batch: 2, channels: 5, positions: 9))
    func run(_ layer: LayerWork, lanes: Int?, isDouble: Bool = true) throws -> LayerEstimate? {
      var other = AcceleratorSpec.Overrides()
      (other.vectorLanes, other.dramBitsPerCycle, other.isDoubleBuffered) = (lanes, 32, isDouble)
      let spec = try AcceleratorSpec(
        contentsOf: Repository.path("HardwareSpecs/Accelerators/ntc16x16.yaml"))
      return try AnalyticalModel(spec: spec.overriding(other)).estimates([layer], .physical).first
    }
    let pooled = try #require(try run(pooling, lanes: 16))
    #expect(pooled.computeCycles == 18_816 / 16 && pooled.counts.activationBitsRead == 8 * 18_816)
    #expect(pooled.counts.activationBitsWritten == 8 * 4704 && pooled.counts.requantizations == 0)
    // Three comparisons for each output of a window of four.
    #expect(pooled.counts.vectorOperations == 3 * 4704)
    // (18,816 + 4,704) words of 8 bits at 32 bits a cycle are 5,880 cycles.
    #expect(pooled.stallCycles == 5880 - 1176 && pooled.dramBitsRead == 8 * 18_816)
    #expect(try run(pooling, lanes: 16, isDouble: false)?.stallCycles == 5880)
    let added = try #require(try run(addition, lanes: 7))
    // 180 words on 7 lanes, and two operands scaled for each of 90 outputs.
    #expect(added.computeCycles == 26 && added.counts.requantizations == 180)
    #expect(added.counts.vectorOperations == 90)
    #expect(added.layer.shape == MatrixShape(m: 18, k: 2, n: 5))
    // Overlapping windows of nine: eight comparisons an output are twice as many as words.
    let overlapping = LayerWork.vector(
      try .pooling(
        name: "pool", batch: 1, channels: 64, inputPositions: 112 * 112, window: 9,
        outputPositions: 56 * 56))
    let large = try #require(try run(overlapping, lanes: 8))
    #expect(large.computeCycles == 64 * 56 * 56 * 8 / 8)
    #expect(large.counts.activationBitsRead == 8 * 64 * 112 * 112)
    #expect(try run(pooling, lanes: nil) == nil)
    let residuals = try ResNet50.work(batch: 1).compactMap { work in
      if case .vector(let layer) = work { layer } else { nil }
    }
    #expect(residuals.count == 18)
    // torchvision's shapes: max pooling 802,816 words in; additions 3 · 802,816, 4 · 401,408,
    // 6 · 200,704 and 3 · 100,352 words out; the mean of 2,048 channels over 49 positions.
    let sums = 3 * 802_816 + 4 * 401_408 + 6 * 200_704 + 3 * 100_352
    let words = residuals.map(\.inputWords).reduce(0, +)
    #expect(words == 802_816 + 2 * sums + 2048 * 49)
  }
}
