import Files
import Networks
import Quantities
import Randomness
import TableArithmetic
import TestSupport
import Testing

@testable import Accelerators

@Suite("The closed form of layers")
struct ClosedFormTests {
  static func random(_ stream: inout RandomStream) -> AcceleratorSpec {
    AcceleratorSpec(
      name: "test", rows: Int.random(in: 1...40, using: &stream),
      columns: Int.random(in: 1...40, using: &stream),
      dataflow: Dataflow.allCases[Int.random(in: 0..<3, using: &stream)],
      operandWidth: Int.random(in: 2...16, using: &stream),
      weightWidth: Int.random(in: 2...16, using: &stream),
      accumulator: AccumulatorSpec(width: 32, overflow: .wrap),
      bankVectors: Int.random(in: 1...60, using: &stream),
      weightBufferWords: Int.random(in: 1600...20_000, using: &stream),
      activationBufferWords: Int.random(in: 1600...20_000, using: &stream),
      isDoubleBuffered: Bool.random(using: &stream),
      dramBitsPerCycle: Int.random(in: 1...3000, using: &stream), guardBand: 1,
      nominalSupply: Voltage(1))
  }

  static func layer(_ stream: inout RandomStream) throws -> GEMM {
    try GEMM(
      name: "layer", m: Int.random(in: 1...500, using: &stream),
      k: Int.random(in: 1...500, using: &stream), n: Int.random(in: 1...500, using: &stream),
      repetitions: Int.random(in: 1...3, using: &stream))
  }

  @Test("1,000 random shapes, arrays and dataflows: scalesim's cycles are its formulas")
  func scalesim() throws {
    var stream = RandomStream(seed: 21, purpose: .test)
    for _ in 0..<1000 {
      let spec = Self.random(&stream)
      let layer = try Self.layer(&stream)
      func up(_ value: Int, _ divisor: Int) -> Int {
        Int((Double(value) / Double(divisor)).rounded(.up))
      }
      let (m, k, n) = (layer.shape.m, layer.shape.k, layer.shape.n)
      let (r, c) = (spec.rows, spec.columns)
      let expected =
        switch spec.dataflow {
        case .weightStationary: up(k, r) * up(n, c) * (2 * r + c + m - 2) - 1
        case .inputStationary: up(k, r) * up(m, c) * (2 * r + c + n - 2) - 1
        case .outputStationary: up(m, r) * up(n, c) * (r + c + k - 2) - 1
        }
      let estimate = try AnalyticalModel(spec: spec).estimate(layer, .scalesim)
      #expect(estimate.computeCycles == expected * layer.repetitions, "\(spec) \(layer)")
    }
  }

  @Test("64×64×64 on 8×8 output stationary is 4991 cycles by scalesim, 5632 + 0 by physical")
  func reference() throws {
    let spec = try AcceleratorSpec(
      contentsOf: Repository.path("HardwareSpecs/Accelerators/ntc16x16.yaml"))
    var other = AcceleratorSpec.Overrides()
    (other.rows, other.columns, other.dataflow) = (8, 8, .outputStationary)
    let model = AnalyticalModel(spec: spec.overriding(other))
    let layer = try GEMM(name: "gemm", m: 64, k: 64, n: 64)
    #expect(try model.estimate(layer, .scalesim).totalCycles == 4991)
    let physical = try model.estimate(layer, .physical)
    // 64 folds of K + 2·8 + 8 cycles.
    #expect(physical.computeCycles == 64 * (64 + 24))
    #expect(physical.stallCycles == 0)
    #expect(physical.mappingEfficiency == 1)
  }

  /// A small accelerator whose buffers hold a fold, or little more.
  static func small(_ stream: inout RandomStream) -> AcceleratorSpec {
    let dataflow = Dataflow.allCases[Int.random(in: 0..<3, using: &stream)]
    let (rows, columns) = (
      Int.random(in: 1...6, using: &stream), Int.random(in: 1...6, using: &stream)
    )
    let (weights, activations, outputs) =
      switch dataflow {
      case .weightStationary: (rows * columns, rows, columns)
      case .inputStationary: (rows, rows * columns, columns)
      case .outputStationary: (columns, rows, rows * columns)
      }
    func words(_ least: Int) -> Int {
      let most = [least + 1, 3 * least, 12 * least, 800]
      return Int.random(
        in: least...max(least, most[Int.random(in: 0..<4, using: &stream)]), using: &stream)
    }
    return AcceleratorSpec(
      name: "test", rows: rows, columns: columns, dataflow: dataflow,
      operandWidth: Int.random(in: 2...16, using: &stream),
      weightWidth: Int.random(in: 2...16, using: &stream),
      accumulator: AccumulatorSpec(width: 32, overflow: .wrap),
      bankVectors: Int.random(in: 1...30, using: &stream), weightBufferWords: words(weights),
      activationBufferWords: words(activations), outputBufferWords: words(outputs),
      isDoubleBuffered: Int.random(in: 0..<4, using: &stream) > 0,
      dramBitsPerCycle: [3, 9, 23, 50, 128, 700][Int.random(in: 0..<6, using: &stream)],
      guardBand: 1, nominalSupply: Voltage(1))
  }

  static func machine(_ spec: AcceleratorSpec, _ convention: CycleConvention)
    -> NaiveMemoryTraffic.Machine
  {
    var machine = NaiveMemoryTraffic.Machine()
    (machine.rows, machine.columns) = (spec.rows, spec.columns)
    if convention == .physical { machine.bankVectors = spec.bankVectors }
    machine.words = [spec.activationBufferWords, spec.weightBufferWords, spec.outputBufferWords]
    machine.wordBits = [spec.operandWidth, spec.weightWidth, spec.operandWidth]
    machine.isDoubleBuffered = spec.isDoubleBuffered
    machine.bandwidth = spec.dramBitsPerCycle ?? Int.max
    let sum = spec.rows + spec.columns
    switch spec.dataflow {
    case .weightStationary: machine.stationary = .weights
    case .inputStationary: machine.stationary = .activations
    case .outputStationary: machine.stationary = .outputs
    }
    switch (spec.dataflow, convention) {
    case (_, .scalesim): machine.tail = sum - 2
    case (.outputStationary, .physical): machine.tail = sum + spec.rows + spec.pipelineRegisters
    case (_, .physical): machine.tail = sum + 1 + spec.pipelineRegisters
    }
    machine.pipeline = spec.pipelineRegisters
    return machine
  }

  @Test("300 random cases: buffers and channel, word by word, give the same stalls and DRAM bits")
  func traffic() throws {
    var stream = RandomStream(seed: 22, purpose: .test)
    var (stalled, parted, full) = (0, 0, 0)
    for trial in 0..<300 {
      let spec = Self.small(&stream)
      let convention = CycleConvention.allCases[trial % 2]
      let (m, k, n) = (
        Int.random(in: 1...32, using: &stream), Int.random(in: 1...20, using: &stream),
        Int.random(in: 1...24, using: &stream)
      )
      let naive = NaiveMemoryTraffic(Self.machine(spec, convention), m: m, k: k, n: n)
      let layer = try GEMM(name: "layer", m: m, k: k, n: n)
      let estimate = try AnalyticalModel(spec: spec).estimate(layer, convention)
      let place = Comment(rawValue: "\(m)×\(k)×\(n), \(convention), \(spec)")
      #expect(estimate.stalls.dramCycles == naive.stallCycles, place)
      #expect(estimate.dramBitsRead == naive.bitsRead, place)
      #expect(estimate.dramWeightBitsRead == naive.weightBitsRead, place)
      #expect(estimate.dramBitsWritten == naive.bitsWritten, place)
      #expect(estimate.folds == naive.folds, place)
      #expect(
        estimate.computeCycles == naive.computeCycles - (convention == .scalesim ? 1 : 0), place)
      // Convention `scalesim` takes buffers that hold no vector.
      if convention == .physical {
        for (most, words) in zip(
          naive.most,
          [spec.activationBufferWords, spec.weightBufferWords, spec.outputBufferWords])
        {
          #expect(most <= words, place)
          if most == words { full += 1 }
        }
      }
      if naive.stallCycles > 0 { stalled += 1 }
      if naive.steps > naive.folds { parted += 1 }
    }
    #expect(stalled > 150 && parted > 100 && full > 50, "\(stalled) \(parted) \(full)")
  }

  @Test("the timeline of Models.md: parts of two vectors wait 24 cycles, one part 36")
  func timeline() throws {
    func stalls(activations: Int, outputs: Int, isDouble: Bool = true) throws -> Int {
      let spec = AcceleratorSpec(
        name: "test", rows: 2, columns: 2, accumulator: AccumulatorSpec(width: 32, overflow: .wrap),
        bankVectors: 8, weightBufferWords: 4, activationBufferWords: activations,
        outputBufferWords: outputs, isDoubleBuffered: isDouble, dramBitsPerCycle: 8, guardBand: 1,
        nominalSupply: Voltage(1))
      let layer = try GEMM(name: "layer", m: 8, k: 2, n: 2)
      let estimate = try AnalyticalModel(spec: spec).estimate(layer, .physical)
      #expect(estimate.computeCycles == 15)
      return estimate.stallCycles
    }
    // 8 before, 0 and 6 and 6 under the parts, 4 after.
    #expect(try stalls(activations: 8, outputs: 8) == 24)
    #expect(try stalls(activations: 32, outputs: 32) == 20 + 16)
    // 7 parts come while the array waits; 1 of 2 words of outputs hides under each middle part.
    #expect(try stalls(activations: 3, outputs: 8) == 6 + 7 * 2 + 6 * 1 + 2)
    // Nothing hides: 20 words in and 16 out, a word a cycle.
    #expect(try stalls(activations: 3, outputs: 8, isDouble: false) == 36)
    let few = try #require(throws: InputError.self) { try stalls(activations: 3, outputs: 1) }
    #expect(few.message.contains("needs 2 words of the output buffer, which has 1, 1 too few"))
  }

  @Test("physical cycles and counts are the array's, which the register level gives")
  func physical() throws {
    var stream = RandomStream(seed: 23, purpose: .test)
    for _ in 0..<300 {
      let spec = Self.random(&stream)
      let layer = try Self.layer(&stream)
      let model = AnalyticalModel(spec: spec)
      let estimate = try model.estimate(layer, .physical)
      let counts = model.arrayCounts(layer.shape)
      #expect(estimate.computeCycles == counts.cycles * layer.repetitions)
      #expect(estimate.counts.bankBitsRead == counts.bankBitsRead * layer.repetitions)
      #expect(
        estimate.counts.registerBitClocks == counts.registerBitClocks * layer.repetitions)
      #expect(estimate.utilization > 0 && estimate.utilization <= 1)
      #expect(estimate.mappingEfficiency > 0 && estimate.mappingEfficiency <= 1)
    }
  }

  @Test("pipeline registers change no count of convention scalesim, which has none")
  func scalesimPipeline() throws {
    var stream = RandomStream(seed: 27, purpose: .test)
    for dataflow in Dataflow.allCases {
      var other = AcceleratorSpec.Overrides()
      (other.dataflow, other.pipelineRegisters) = (dataflow, 0)
      let spec = Self.random(&stream).overriding(other)
      other.pipelineRegisters = 3
      let layer = try GEMM(name: "l", m: 10, k: 17, n: 9)
      let plain = try AnalyticalModel(spec: spec).estimate(layer, .scalesim)
      let deep = try AnalyticalModel(spec: spec.overriding(other)).estimate(layer, .scalesim)
      #expect(plain.counts == deep.counts && plain.stalls == deep.stalls)
    }
  }

  @Test("partial sums are read and written once a fold along K, in words of the accumulator")
  func partialSums() throws {
    var stream = RandomStream(seed: 24, purpose: .test)
    for dataflow in Dataflow.allCases {
      var other = AcceleratorSpec.Overrides()
      (other.dataflow, other.rows, other.columns) = (dataflow, 8, 8)
      (other.accumulatorWidth, other.operandWidth, other.weightWidth) = (20, 4, 3)
      (other.isDoubleBuffered, other.dramBitsPerCycle) = (true, nil)
      let spec = Self.random(&stream).overriding(other)
      let layer = try GEMM(name: "partial", m: 10, k: 17, n: 9)
      let counts = try AnalyticalModel(spec: spec).estimate(layer, .scalesim).counts
      // 17 steps on 8 rows are three folds, the last of a single row.
      let folds = dataflow == .outputStationary ? 1 : 3
      #expect(counts.bankBitsWritten == 20 * 10 * 9 * folds)
      #expect(counts.bankBitsRead == 20 * 10 * 9 * folds)
      // Two parts of N (or M), the second of one (or two) columns.
      let (activations, weights) = (4 * 10 * 17, 3 * 17 * 9)
      switch dataflow {
      case .weightStationary:
        #expect(counts.activationBitsRead == 2 * activations && counts.weightBitsRead == weights)
      case .inputStationary:
        #expect(counts.activationBitsRead == activations && counts.weightBitsRead == 2 * weights)
      case .outputStationary:
        #expect(
          counts.activationBitsRead == 2 * activations && counts.weightBitsRead == 2 * weights)
      }
    }
  }

  @Test("buffers that hold no fold and counts beyond 64 bits are refused with a number")
  func refusals() throws {
    var stream = RandomStream(seed: 25, purpose: .test)
    var other = AcceleratorSpec.Overrides(bankVectors: 64)
    (other.rows, other.columns, other.dataflow) = (64, 64, .weightStationary)
    (other.weightBufferWords, other.activationBufferWords) = (4095, 4096)
    let model = AnalyticalModel(spec: Self.random(&stream).overriding(other))
    let layer = try GEMM(name: "big", m: 64, k: 64, n: 64)
    let error = try #require(throws: InputError.self) { try model.estimate(layer, .physical) }
    #expect(error.message.contains("needs 4096 words of the weight buffer, which has 4095, 1 too"))
    #expect(throws: Never.self) { try model.estimate(layer, .scalesim) }
    let most = GEMM.maximumExtent
    let huge = try GEMM(name: "huge", m: most, k: most, n: most, repetitions: most)
    for convention in CycleConvention.allCases {
      let error = try #require(throws: InputError.self) { try model.estimate(huge, convention) }
      #expect(error.message.contains("do not fit 64 bits"))
    }
    // Words of 4,096 bits move sixteen times as much as any register.
    let long = try GEMM(name: "long", m: 1 << 20, k: 64, n: 64, repetitions: 1 << 18)
    other.weightBufferWords = 4096
    let narrow = AnalyticalModel(spec: Self.random(&stream).overriding(other))
    #expect(throws: Never.self) { try narrow.estimate(long, .physical) }
    other.ports.activations = BufferPorts(banks: 64, wordBits: 4096)
    let wide = AnalyticalModel(spec: narrow.spec.overriding(other))
    let tooWide = try #require(throws: InputError.self) { try wide.estimate(long, .physical) }
    #expect(tooWide.message.contains("do not fit 64 bits"))
    #expect(throws: WorkloadError.self) { try GEMM(name: "none", m: 0, k: 1, n: 1) }
    #expect(throws: WorkloadError.self) { try GEMM(name: "far", m: 1, k: 1 << 31, n: 1) }
  }
}
