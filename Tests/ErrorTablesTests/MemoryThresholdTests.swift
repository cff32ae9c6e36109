import ErrorTables
import Randomness
import TestSupport
import Testing

@Suite("Fault maps: nesting, persistence, rates over chips")
struct MemoryThresholdTests {
  /// Independent and clustered cells, drawn either way.
  static let schemes: [(FaultDrawing, BlockCorrelation?)] = [
    (.perCell, nil), (.banded, nil),
    (.perCell, BlockCorrelation(blockWords: 64, correlation: 0.2, buffer: 1)),
    (.banded, BlockCorrelation(blockWords: 64, correlation: 0.2, buffer: 1)),
  ]

  private func map(
    _ scheme: (FaultDrawing, BlockCorrelation?), chip: UInt64, words: Int = 512,
    upTo limit: Double
  ) -> MemoryFaultMap {
    MemoryFaultMap(
      chipSeed: chip, buffer: 1, words: words, upTo: limit, drawing: scheme.0,
      correlation: scheme.1)
  }

  @Test("what fails at a low rate fails at every higher one, within a map and between maps")
  func nested() {
    let rates = [0, 1e-6, 1e-4, 0.001, 0.004, 0.02, 0.13, 0.26, 0.7, 1]
    for scheme in Self.schemes {
      for chip: UInt64 in 0..<4 {
        let whole = map(scheme, chip: chip, upTo: 1)
        var before = [UInt8](repeating: 0, count: 512)
        for rate in rates {
          let masks = whole.masks(atProbability: rate)
          #expect(zip(before, masks).allSatisfy { $0 & ~$1 == 0 })
          // A map that was drawn only so far is the same.
          #expect(map(scheme, chip: chip, upTo: rate).masks(atProbability: rate) == masks)
          before = masks
        }
        #expect(before.allSatisfy { $0 == 0xFF })
      }
    }
  }

  @Test("a smaller buffer has the faults of the larger one's first words")
  func prefix() {
    for scheme in Self.schemes {
      let whole = map(scheme, chip: 9, upTo: 0.05).masks(atProbability: 0.05)
      let part = map(scheme, chip: 9, words: 200, upTo: 0.05).masks(atProbability: 0.05)
      #expect(part == Array(whole.prefix(200)))
    }
  }

  @Test("the rate over chips has the right mean and spread where cells are independent")
  func independentRates() {
    for drawing in FaultDrawing.allCases {
      for rate in [1e-4, 0.01, 0.2] {
        let counts = counts((drawing, nil), chips: 300, rate: rate)
        let cells = 512.0 * 8
        expect(counts, mean: cells * rate, variance: cells * rate * (1 - rate))
      }
    }
  }

  @Test("clustered faults keep the mean and are over-dispersed as their correlation says")
  func clusteredRates() {
    for drawing in FaultDrawing.allCases {
      for (rate, correlation) in [(0.01, 0.05), (0.05, 0.2)] {
        let scheme = (
          drawing,
          BlockCorrelation?.some(.init(blockWords: 16, correlation: correlation, buffer: 1))
        )
        let counts = counts(scheme, chips: 300, rate: rate)
        let (cells, inBlock) = (512.0 * 8, 16.0 * 8)
        let covariance = Self.jointFailure(rate, correlation) - rate * rate
        let variance = cells * rate * (1 - rate) + cells * (inBlock - 1) * covariance
        expect(counts, mean: cells * rate, variance: variance)
        #expect(variance > 1.4 * cells * rate * (1 - rate))
      }
    }
  }

  @Test("thresholds drawn by bands are uniform, also where a band begins")
  func uniform() {
    let bands = 2048
    var counts = [Int](repeating: 0, count: 40)
    var low = [Int](repeating: 0, count: 20)
    for chip: UInt64 in 0..<20 {
      for cell in map((.banded, nil), chip: chip, words: bands, upTo: 1).cells {
        counts[min(39, Int(cell.threshold * 40))] += 1
        if cell.threshold <= 0.02 { low[min(19, Int(cell.threshold * 1000))] += 1 }
      }
    }
    let cells = 20.0 * 2048 * 8
    #expect(counts.reduce(0, +) == Int(cells))
    #expect(
      abs(
        ChiSquared.deviations(
          counts: counts, expected: [Double](repeating: cells / 40, count: 40))) < 4)
    #expect(
      abs(
        ChiSquared.deviations(
          counts: low, expected: [Double](repeating: cells / 1000, count: 20))) < 4)
  }

  @Test("other chips and buffers have other faults, other blocks other rates")
  func different() {
    for scheme in Self.schemes {
      let maps = [1, 2].map { map(scheme, chip: $0, upTo: 0.1) }
      #expect(maps[0].cells != maps[1].cells)
    }
    let clustered = map(Self.schemes[3], chip: 3, upTo: 0.1).masks(atProbability: 0.1)
    let perBlock = stride(from: 0, to: 512, by: 64).map { first in
      clustered[first..<first + 64].reduce(0) { $0 + $1.nonzeroBitCount }
    }
    // Independent cells would give 51 ± 7.
    #expect((perBlock.max() ?? 0) > 51 + 5 * 7 || (perBlock.min() ?? 0) < 51 - 5 * 7)
  }

  // MARK: -

  private func counts(
    _ scheme: (FaultDrawing, BlockCorrelation?), chips: Int, rate: Double
  ) -> [Double] {
    (0..<chips).map { chip in
      Double(map(scheme, chip: UInt64(chip), upTo: rate).cells.count)
    }
  }

  private func expect(
    _ counts: [Double], mean: Double, variance: Double,
    location: Testing.SourceLocation = #_sourceLocation
  ) {
    let samples = Double(counts.count)
    let measured = counts.reduce(0, +) / samples
    #expect(
      abs(measured - mean) < 4 * (variance / samples).squareRoot(), sourceLocation: location)
    let spread = counts.reduce(0) { $0 + ($1 - measured) * ($1 - measured) } / (samples - 1)
    // A variance estimate varies by √((2 + excess kurtosis)/n), about 1/mean for counts.
    let relative = ((2 + 1 / mean) / samples).squareRoot()
    #expect(abs(spread / variance - 1) < 4.5 * relative, sourceLocation: location)
  }

  /// P(two cells of a block fail): ∫φ(b)·g(b)² db by the trapezoidal rule, with normal tails by
  /// numerical integration too.
  private static func jointFailure(_ rate: Double, _ correlation: Double) -> Double {
    let step = 0.02
    var sum = 0.0
    var b = -8.0
    while b <= 8 {
      let tail = NaiveNormal.failure(rate, correlation: correlation, block: b)
      sum += NaiveNormal.density(b) * tail * tail * step
      b += step
    }
    return sum
  }
}
