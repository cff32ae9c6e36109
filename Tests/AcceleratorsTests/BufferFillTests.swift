import Accelerators
import Quantities
import QuantizedNetworks
import Randomness
import TableArithmetic
import TestSupport
import Testing

@Suite("What DRAM moves")
struct BufferFillTests {
  @Test("DRAM by hand: simulate moves every operand and output, a sweep what enters and leaves")
  func dram() throws {
    let spec = try AcceleratorSpec(
      contentsOf: Repository.path("HardwareSpecs/Accelerators/ntc16x16.yaml"))
    let network = try SampleNetworks.dense(64, 32)
    let images = 8
    let model = AnalyticalModel(spec: spec)
    // Eight images of 64 words in; 32 sums of 32 bits each out.
    #expect(
      model.counts(of: network, images: images).dramBits == 8 * images * 64 + 32 * images * 32)
    // Inputs, weights and outputs of 8 bits.
    let layer = try model.estimate(try GEMM(name: "l", m: images, k: 64, n: 32), .physical)
    #expect(layer.counts.dramBits == 8 * (images * 64 + 64 * 32 + images * 32))
    // What comes is written into the buffers, what leaves is read from them.
    #expect(layer.counts.activationFillBits == 8 * images * 64)
    #expect(layer.counts.weightFillBits == 8 * 64 * 32)
    #expect(layer.counts.outputStoreBits == 8 * images * 32)
  }

  @Test(
    "what DRAM moves passes the buffers as often, however small they are",
    arguments: Dataflow.allCases)
  func fills(dataflow: Dataflow) throws {
    var stream = RandomStream(seed: 72, purpose: .test)
    func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &stream) }
    for _ in 0..<40 {
      func drawn() -> BufferPorts { BufferPorts(banks: draw(1...4), wordBits: draw(16...90)) }
      var ports = AcceleratorSpec.Ports()
      (ports.weights, ports.activations, ports.outputs) = (drawn(), drawn(), drawn())
      let spec = AcceleratorSpec(
        name: "test", rows: draw(1...9), columns: draw(1...9), dataflow: dataflow,
        operandWidth: draw(2...16), weightWidth: draw(2...16),
        accumulator: AccumulatorSpec(width: 32, overflow: .wrap), bankVectors: draw(1...9),
        weightBufferWords: draw(81...1000), activationBufferWords: draw(81...1000),
        outputBufferWords: draw(81...1000), ports: ports, guardBand: 1, nominalSupply: Voltage(1))
      let (m, k, n, groups) = (draw(1...40), draw(1...40), draw(1...40), draw(1...3))
      let estimate = try AnalyticalModel(spec: spec).estimate(
        try GEMM(name: "l", m: m, k: k, n: n, repetitions: groups), .physical)
      let counts = estimate.counts
      func whole(_ bits: Int, _ memory: BufferMemory, _ width: Int) -> Int {
        // Of each group by itself.
        let operands = bits / width / groups
        let words = (operands + memory.operandsPerWord - 1) / memory.operandsPerWord
        return groups * words * memory.wordBits
      }
      let activationBits = estimate.dramBitsRead - estimate.dramWeightBitsRead
      let (operand, weight) = (spec.operandWidth, spec.weightWidth)
      #expect(
        counts.weightFillBits == whole(estimate.dramWeightBitsRead, spec.weightMemory, weight))
      #expect(counts.activationFillBits == whole(activationBits, spec.activationMemory, operand))
      #expect(
        counts.outputStoreBits == whole(estimate.dramBitsWritten, spec.outputMemory, operand))
      // Each at least once; the array never reads what was not written, and writes what leaves once.
      #expect(estimate.dramWeightBitsRead >= groups * k * n * weight)
      #expect(activationBits >= groups * m * k * operand)
      #expect(estimate.dramWeightBitsRead <= counts.weightBitsRead)
      #expect(activationBits <= counts.activationBitsRead)
      #expect(estimate.dramBitsWritten == counts.activationBitsWritten)
    }
  }
}
