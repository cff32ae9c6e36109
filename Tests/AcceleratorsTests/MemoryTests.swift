import Files
import Quantities
import Randomness
import TableArithmetic
import TestSupport
import Testing

@testable import Accelerators

@Suite("Buffers' banks and DRAM at the register level")
struct MemoryTests {
  /// Ports of a buffer, of operands of so many bits; often none.
  static func ports(_ stream: inout RandomStream, bits: Int) -> BufferPorts {
    guard Int.random(in: 0..<4, using: &stream) > 0 else { return BufferPorts() }
    return BufferPorts(
      banks: Int.random(in: 1...8, using: &stream), ports: Int.random(in: 1...3, using: &stream),
      wordBits: Bool.random(using: &stream)
        ? nil
        : bits * Int.random(in: 1...4, using: &stream) + Int.random(in: 0..<bits, using: &stream))
  }

  /// A small accelerator of operands that can be stepped.
  static func spec(_ dataflow: Dataflow, _ stream: inout RandomStream) -> AcceleratorSpec {
    var other = AcceleratorSpec.Overrides()
    (other.operandWidth, other.weightWidth) = (
      Int.random(in: 2...8, using: &stream), Int.random(in: 2...8, using: &stream)
    )
    var spec = ClosedFormTests.small(&stream)
    while spec.dataflow != dataflow { spec = ClosedFormTests.small(&stream) }
    spec = spec.overriding(other)
    other.pipelineRegisters = Int.random(in: 0...3, using: &stream)
    other.ports.weights = ports(&stream, bits: spec.weightWidth)
    other.ports.activations = ports(&stream, bits: spec.operandWidth)
    other.ports.outputs = ports(&stream, bits: spec.operandWidth)
    return spec.overriding(other)
  }

  static func banks(_ ports: BufferPorts, bits: Int) -> NaiveBanks.Buffer? {
    ports.banks.map {
      NaiveBanks.Buffer(
        banks: $0, ports: ports.ports ?? 1, operands: (ports.wordBits ?? bits) / bits)
    }
  }

  @Test(
    "300 random cases: registers, closed form and naive words wait as long and access as many words",
    arguments: Dataflow.allCases)
  func levels(dataflow: Dataflow) throws {
    var stream = RandomStream(seed: 41, purpose: .test, index: UInt64(dataflow.rawValue.count))
    var (both, hidden, wide) = (0, 0, 0)
    for _ in 0..<100 {
      let spec = Self.spec(dataflow, &stream)
      let shape = MatrixShape(
        m: Int.random(in: 1...32, using: &stream), k: Int.random(in: 1...20, using: &stream),
        n: Int.random(in: 1...24, using: &stream))
      var machine = ClosedFormTests.machine(spec, .physical)
      machine.banks = [
        Self.banks(spec.ports.activations, bits: spec.operandWidth),
        Self.banks(spec.ports.weights, bits: spec.weightWidth),
        Self.banks(spec.ports.outputs, bits: spec.operandWidth),
      ]
      let naive = NaiveMemoryTraffic(machine, m: shape.m, k: shape.k, n: shape.n)
      let closed = FoldSchedule(spec, shape, .physical).totals(bitsPerCycle: spec.dramBitsPerCycle)
      let stepped = RegisterLevelArray(
        spec: spec,
        capture: .encoded(
          .exact(.offset, activationBits: spec.operandWidth, weightBits: spec.weightWidth))
      ).multiplyWaiting(
        activations: [UInt8](repeating: 1, count: shape.m * shape.k),
        weights: [UInt8](repeating: 1, count: shape.k * shape.n), shape: shape)
      let place = Comment(rawValue: "\(shape) \(spec)")
      var counts = AccessCounts()
      let model = AnalyticalModel(spec: spec)
      model.addBufferReads(to: &counts, shape, tile: spec.bankVectors)
      model.addBufferWrites(to: &counts, shape)
      let words = NaiveBanks(machine, m: shape.m, k: shape.k, n: shape.n).accesses
      for access in counts.bufferAccesses(on: spec) {
        let buffer =
          switch access.buffer {
          case .activation: 0
          case .weight: 1
          case .output: 2
          }
        guard machine.banks[buffer] != nil else { continue }
        #expect(access.bits == words[buffer] * access.memory.wordBits, place)
        if access.memory.operandsPerWord > 1 { wide += 1 }
      }
      #expect(closed.stalls.dramCycles == naive.stallCycles, place)
      #expect(closed.stalls.bankCycles == naive.bankStallCycles, place)
      #expect(stepped.stalls == closed.stalls, place)
      #expect(stepped.counts.cycles == naive.computeCycles, place)
      if closed.stalls.dramCycles > 0, closed.stalls.bankCycles > 0 { both += 1 }
      var other = AcceleratorSpec.Overrides()
      other.ports.weights.banks = 4096
      other.ports.activations.banks = 4096
      other.ports.outputs.banks = 4096
      let alone = FoldSchedule(spec.overriding(other), shape, .physical).totals(
        bitsPerCycle: spec.dramBitsPerCycle)
      if closed.stalls.dramCycles < alone.stalls.dramCycles { hidden += 1 }
    }
    // The channel moves on while banks are waited for, which often hides what it has to move.
    #expect(both > 15 && hidden > 2 && wide > 50, "\(both) \(hidden) \(wide)")
  }

  @Test("larger arrays and shapes: stepped memory and closed form stand still for the same cycles")
  func larger() throws {
    var stream = RandomStream(seed: 42, purpose: .test)
    var (banks, dram) = (0, 0)
    for _ in 0..<60 {
      var other = AcceleratorSpec.Overrides()
      (other.rows, other.columns) = (
        Int.random(in: 1...24, using: &stream), Int.random(in: 1...24, using: &stream)
      )
      other.weightBufferWords = Int.random(in: 576...5000, using: &stream)
      other.activationBufferWords = Int.random(in: 576...5000, using: &stream)
      other.outputBufferWords = Int.random(in: 576...1500, using: &stream)
      let dataflow = Dataflow.allCases[Int.random(in: 0..<3, using: &stream)]
      let spec = Self.spec(dataflow, &stream).overriding(other)
      let shape = MatrixShape(
        m: Int.random(in: 1...90, using: &stream), k: Int.random(in: 1...90, using: &stream),
        n: Int.random(in: 1...60, using: &stream))
      let closed = FoldSchedule(spec, shape, .physical).totals(bitsPerCycle: spec.dramBitsPerCycle)
      var memory = SteppedMemory(spec, shape)
      memory.advance(Int64(closed.computeCycles))
      _ = memory.finish()
      #expect(memory.stalls == closed.stalls, "\(shape) \(spec)")
      #expect(memory.dramBits == closed.bitsRead + closed.bitsWritten)
      if closed.stalls.bankCycles > 0 { banks += 1 }
      if closed.stalls.dramCycles > 0 { dram += 1 }
    }
    #expect(banks > 30 && dram > 30, "\(banks) \(dram)")
  }

  @Test(
    "four rows and six vectors of four words: Models.md's cycles, by hand",
    arguments: [
      // Addresses 4·(t − r) + r: with three banks all of a cycle's meet in one, 1 2 3 4 4 4 3 2 1.
      (BufferPorts(banks: 3), 15),
      (BufferPorts(banks: 3, ports: 2), 5),
      (BufferPorts(banks: 3, ports: 4), 0),
      // A step of 3 visits each of four banks, and two of six.
      (BufferPorts(banks: 4), 0),
      (BufferPorts(banks: 6), 5),
      // Two words a vector, both of bank 0 at once in four cycles.
      (BufferPorts(banks: 3, wordBits: 16), 4),
      // Three and one operands a word, the second word three cycles later: in another bank.
      (BufferPorts(banks: 3, wordBits: 31), 0), (BufferPorts(banks: 1, wordBits: 32), 0),
      (BufferPorts(banks: 1), 15), (BufferPorts(), 0),
    ])
  func byHand(ports: BufferPorts, waits: Int) throws {
    var all = AcceleratorSpec.Ports()
    all.activations = ports
    let spec = AcceleratorSpec(
      name: "test", rows: 4, columns: 1, accumulator: AccumulatorSpec(width: 32, overflow: .wrap),
      bankVectors: 8, weightBufferWords: 4, activationBufferWords: 24, ports: all, guardBand: 1,
      nominalSupply: Voltage(1))
    let layer = try GEMM(name: "layer", m: 6, k: 4, n: 1, repetitions: 3)
    let estimate = try AnalyticalModel(spec: spec).estimate(layer, .physical)
    #expect(estimate.computeCycles == 3 * 16 && estimate.stalls.dramCycles == 0)
    #expect(estimate.stalls.bankCycles == 3 * waits)
    #expect(try AnalyticalModel(spec: spec).estimate(layer, .scalesim).stallCycles == 0)
    let run = RegisterLevelArray(spec: spec, capture: .settled(.exact(widthA: 8, widthB: 8)))
      .multiplyWaiting(
        activations: [UInt8](0..<24), weights: [1, 2, 3, 4], shape: layer.shape)
    #expect(run.stalls.bankCycles == waits && run.stalls.dramCycles == 0)
    // 1·0 + 2·1 + 3·2 + 4·3, and 40 more a vector.
    #expect(run.sums == (0..<6).map { 20 + 40 * $0 })
  }

  @Test("the timeline of Models.md at the register level: 24 cycles; sums do not change")
  func timeline() throws {
    func spec(_ bandwidth: Int?) -> AcceleratorSpec {
      AcceleratorSpec(
        name: "test", rows: 2, columns: 2,
        accumulator: AccumulatorSpec(width: 32, overflow: .wrap), bankVectors: 8,
        weightBufferWords: 4, activationBufferWords: 8, dramBitsPerCycle: bandwidth, guardBand: 1,
        nominalSupply: Voltage(1))
    }
    func run(_ bandwidth: Int?) -> (sums: [Int32], counts: AccessCounts, stalls: StallCounts) {
      RegisterLevelArray(
        spec: spec(bandwidth), capture: .settled(.exact(widthA: 8, widthB: 8))
      ).multiplyWaiting(
        activations: [UInt8](1...16), weights: [3, 5, 7, 9],
        shape: MatrixShape(m: 8, k: 2, n: 2))
    }
    let (limited, free) = (run(8), run(nil))
    #expect(limited.stalls.dramCycles == 24 && limited.stalls.bankCycles == 0)
    #expect(free.stalls == StallCounts())
    #expect(limited.sums == free.sums && limited.counts == free.counts)
  }
}
