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

  @Test("300 random cases: a walk over every fold gives the same cycles, stalls and DRAM bits")
  func folds() throws {
    var stream = RandomStream(seed: 22, purpose: .test)
    var stalled = 0
    for trial in 0..<300 {
      let spec = Self.random(&stream)
      let shape = try Self.layer(&stream).shape
      let convention = CycleConvention.allCases[trial % 2]
      let schedule = FoldSchedule(spec, shape, convention)
      let bandwidth = try #require(spec.dramBitsPerCycle)
      var expected = FoldSchedule.Totals()
      // The channel's and the array's own clocks, fold after fold.
      func time(_ bits: Int) -> Int { (bits + bandwidth - 1) / bandwidth }
      var now = 0
      var leaving = 0
      var place: FoldSchedule.Place? = FoldSchedule.Place()
      now += time(schedule.bitsRead(FoldSchedule.Place()))
      while let fold = place {
        let cycles = schedule.cycles(fold)
        expected.computeCycles += cycles
        expected.bitsRead += schedule.bitsRead(fold)
        expected.bitsWritten += schedule.bitsWritten(fold)
        place = schedule.next(fold)
        let arriving = place.map(schedule.bitsRead) ?? 0
        if schedule.overlaps {
          now += max(cycles, time(arriving + leaving))
          leaving = schedule.bitsWritten(fold)
        } else {
          now += cycles + time(schedule.bitsWritten(fold)) + time(arriving)
        }
      }
      now += time(leaving)
      expected.stallCycles = now - expected.computeCycles
      if convention == .scalesim { expected.computeCycles -= 1 }
      #expect(schedule.totals(bitsPerCycle: bandwidth) == expected, "\(spec) \(shape)")
      if expected.stallCycles > 0 { stalled += 1 }
      #expect(expected.bitsWritten == spec.operandWidth * shape.m * shape.n)
      #expect(
        expected.bitsRead >= spec.operandWidth * shape.m * shape.k
          + spec.weightWidth * shape.k * shape.n)
    }
    #expect(stalled > 100)
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
    #expect(throws: WorkloadError.self) { try GEMM(name: "none", m: 0, k: 1, n: 1) }
    #expect(throws: WorkloadError.self) { try GEMM(name: "far", m: 1, k: 1 << 31, n: 1) }
  }
}
