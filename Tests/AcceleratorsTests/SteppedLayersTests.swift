import Files
import Quantities
import QuantizedNetworks
import Randomness
import TableArithmetic
import TestSupport
import Testing

@testable import Accelerators

@Suite("Layers stepped with random words")
struct SteppedLayersTests {
  private static func spec(
    _ dataflow: Dataflow, bits: Int = 8, dramBits: Int? = nil
  ) -> AcceleratorSpec {
    AcceleratorSpec(
      name: "test", rows: 5, columns: 6, dataflow: dataflow, operandWidth: bits,
      weightWidth: bits, accumulator: AccumulatorSpec(width: 32, overflow: .wrap), bankVectors: 7,
      weightBufferWords: 4096, activationBufferWords: 4096, outputBufferWords: 4096,
      dramBitsPerCycle: dramBits, guardBand: 1, nominalSupply: Voltage(1))
  }

  /// A product, one that is done three times, pooling between, and a convolution.
  private static func work() throws -> [LayerWork] {
    let rows = ConvolutionGeometry.Axis(
      input: 6, positions: 6, taps: 3, stride: 1, dilation: 1, padding: 1)
    let columns = ConvolutionGeometry.Axis(
      input: 5, positions: 5, taps: 3, stride: 1, dilation: 1, padding: 1)
    let geometry = try #require(ConvolutionGeometry(rows: rows, columns: columns))
    return [
      .product(try GEMM(name: "a", m: 20, k: 17, n: 9)),
      .product(try GEMM(name: "b", m: 8, k: 11, n: 1, repetitions: 3)),
      .vector(
        try VectorLayer.pooling(
          name: "p", batch: 1, channels: 3, inputPositions: 16, window: 4, outputPositions: 4)),
      .product(
        try GEMM(name: "c", m: 30, k: 18, n: 4, repetitions: 1, convolution: geometry)),
    ]
  }

  @Test(
    "what changes is that of the same words in RegisterLevelArray, for any number of threads",
    arguments: Dataflow.allCases, [8, 12])
  func toggles(dataflow: Dataflow, bits: Int) throws {
    let spec = Self.spec(dataflow, bits: bits)
    let estimates = try AnalyticalModel(spec: spec).estimates(try Self.work(), .physical)
    let runs = try [1, 2, 8].map {
      try SteppedLayers(estimates, on: spec, products: .exact(for: spec), seed: 9, jobs: $0)
        .toggles
    }
    #expect(runs[0] == runs[1] && runs[0] == runs[2] && runs[0].count == 3)
    // By hand: the second layer is products 1 to 3, each with words of its own.
    var sum = RegisterToggles()
    let shape = MatrixShape(m: 8, k: 11, n: 1)
    for index in 1...3 {
      var stream = RandomStream(seed: 9, purpose: .stimulus, index: UInt64(index))
      let words = (0..<8 * 11 + 11).map { _ in UInt16(truncatingIfNeeded: stream.nextWord()) }
      let masked = words.map { $0 & UInt16(1 << bits - 1) }
      let (activations, weights) = (Array(masked.prefix(88)), Array(masked.suffix(11)))
      let array = RegisterLevelArray(spec: spec, capture: .exact(for: spec))
      sum +=
        bits > 8
        ? array.multiply(activations: activations, weights: weights, shape: shape).counts.toggles
        : array.multiply(
          activations: activations.map { UInt8($0) }, weights: weights.map { UInt8($0) },
          shape: shape
        ).counts.toggles
    }
    #expect(runs[0][1] == sum)
    let other = try SteppedLayers(
      estimates, on: spec, products: .exact(for: spec), seed: 10, jobs: 2)
    #expect(other.toggles != runs[0])
  }

  @Test("an array that waits for DRAM is held against the closed form's stalls")
  func waits() throws {
    let spec = Self.spec(.weightStationary, dramBits: 16)
    let estimates = try AnalyticalModel(spec: spec).estimates(try Self.work(), .physical)
    #expect(estimates.allSatisfy { $0.stallCycles > 0 })
    let free = Self.spec(.weightStationary)
    let toggles = try SteppedLayers(
      estimates, on: spec, products: .exact(for: spec), seed: 1, jobs: 2
    ).toggles
    let unlimited = try AnalyticalModel(spec: free).estimates(try Self.work(), .physical)
    #expect(
      toggles
        == (try SteppedLayers(
          unlimited, on: free, products: .exact(for: free), seed: 1, jobs: 2
        ).toggles))
    // Estimates of an array that does not wait are not those of one that does.
    do {
      _ = try SteppedLayers(unlimited, on: spec, products: .exact(for: spec), seed: 1, jobs: 1)
      Issue.record("stalls that differ pass")
    } catch let error as InputError {
      #expect(error.status == .internalError && error.message.contains("cycles of waiting"))
    }
    // Nor are those of another array.
    var fields = AcceleratorSpec.Overrides()
    fields.columns = 5
    let narrow = free.overriding(fields)
    do {
      _ = try SteppedLayers(unlimited, on: narrow, products: .exact(for: narrow), seed: 1, jobs: 1)
      Issue.record("counts that differ pass")
    } catch let error as InputError {
      #expect(error.status == .internalError)
    }
  }

  @Test("what would take hours or gigabytes is refused before anything is stepped")
  func refusals() throws {
    let spec = Self.spec(.outputStationary)
    let model = AnalyticalModel(spec: spec)
    for (side, n, times, word) in [
      (4097, 1, 1, "words of a matrix"), (4096, 4096, 5, "element-cycles"),
      (1, 1, (1 << 22) + 1, "products"),
    ] {
      let estimate = try model.estimate(
        GEMM(name: "l", m: side, k: side, n: n, repetitions: times), .physical)
      do {
        _ = try SteppedLayers(
          [estimate], on: spec, products: .exact(for: spec), seed: 1, jobs: 1)
        Issue.record("too much is stepped")
      } catch let error as InputError {
        #expect(error.status == .badData && error.message.contains(word))
      }
    }
  }
}
