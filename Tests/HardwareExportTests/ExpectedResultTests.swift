import Accelerators
import ErrorTables
import HardwareExport
import Quantities
import QuantizedNetworks
import Randomness
import TableArithmetic
import TestSupport
import Testing

@Suite("What an exported testbench expects")
struct ExpectedResultTests {
  @Test(
    "60 random products for each dataflow: accumulators and cycles of the naive array",
    arguments: ArrayDesign.Dataflow.allCases)
  func randomProducts(dataflow: ArrayDesign.Dataflow) throws {
    var stream = RandomStream(seed: 11, purpose: .test)
    for trial in 0..<60 {
      let sample = try SampleExport(
        dataflow, OperandEncoding.allCases[trial % 3], overflow: trial % 2 == 0 ? .wrap : .saturate,
        from: &stream)
      #expect(sample.agreesWithNaive, "\(sample.description)")
    }
  }

  @Test("30 random products of unsigned words: those of the weight-stationary simulator")
  func simulator() throws {
    var stream = RandomStream(seed: 12, purpose: .test)
    let multiplier = ExportedMultiplier(exact: .offset, activationBits: 8, weightBits: 8)
    for trial in 0..<30 {
      let sample = try SampleExport(
        .weightStationary, .offset, overflow: trial % 2 == 0 ? .wrap : .saturate,
        multiplier: multiplier, from: &stream)
      let design = sample.design
      let spec = AcceleratorSpec(
        name: "test", rows: design.rows, columns: design.columns, accumulator: design.accumulator,
        bankVectors: design.bankVectors, weightBufferWords: 4096, activationBufferWords: 4096,
        guardBand: 1.1, nominalSupply: Voltage(1))
      let (sums, counts) = WeightStationaryArray(
        spec: spec, products: .exact(widthA: 8, widthB: 8)
      ).multiply(
        activations: sample.words.activations, weights: sample.words.weights,
        shape: sample.words.shape)
      #expect(sample.words.accumulators(multiplier, design.accumulator) == sums)
      #expect(design.cycles(sample.words.shape) == counts.cycles)
    }
  }
}
