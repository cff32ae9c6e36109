import Randomness
import Testing

@Suite("Random streams")
struct RandomStreamTests {
  @Test(
    "the distance to the next error has the mean of the geometric law",
    arguments: [
      0.5, 0.1, 0.003, 1e-6,
    ])
  func geometricMean(_ probability: Double) {
    var random = RandomStream(seed: 9, purpose: .test)
    let count = 100_000
    let sum = (0..<count).reduce(0.0) { total, _ in
      total + Double(random.nextGeometric(probability: probability))
    }
    // Mean (1 - p) / p, variance (1 - p) / p²: five standard errors.
    let mean = (1 - probability) / probability
    let tolerance = 5 * (1 - probability).squareRoot() / probability / Double(count).squareRoot()
    #expect(abs(sum / Double(count) - mean) < tolerance)
  }

  @Test("skipping finds as many errors as asking each trial would")
  func skippingCounts() {
    var random = RandomStream(seed: 10, purpose: .test)
    let (probability, trials) = (0.02, 1_000_000)
    var place = random.nextGeometric(probability: probability)
    var errors = 0
    while place < trials {
      errors += 1
      place += 1 + random.nextGeometric(probability: probability)
    }
    let deviation = (Double(trials) * probability * (1 - probability)).squareRoot()
    #expect(abs(Double(errors) - Double(trials) * probability) < 5 * deviation)
  }

  @Test(
    "distances from a table are those of the logarithm, and the stream goes on from the same place",
    arguments: [1, 0.9, 0.5, 0.2, 0.05, 0.011, 0.002, 1.001e-3, 1e-3, 1e-6])
  func tabledDistances(_ probability: Double) {
    var (expected, seen) = (
      RandomStream(seed: 12, purpose: .test), RandomStream(seed: 12, purpose: .test)
    )
    // With a table, and without one.
    for draws in [1e6, 10] {
      let skips = GeometricSkips(probability: probability, draws: draws)
      for _ in 0..<100_000 {
        let distance = skips.next(from: &seen)
        #expect(distance == expected.nextGeometric(probability: probability))
      }
    }
    #expect(seen.nextWord() == expected.nextWord())
  }

  @Test("a certain error comes at once, one that hardly ever comes is capped")
  func limits() {
    var random = RandomStream(seed: 1, purpose: .test)
    #expect(random.nextGeometric(probability: 1) == 0)
    #expect(random.nextGeometric(probability: .leastNonzeroMagnitude) == 1 << 62)
  }

  @Test("a stream depends on seed, purpose and index alone, and each of them changes it")
  func independence() {
    func words(_ seed: UInt64, _ purpose: RandomPurpose, _ index: UInt64) -> [UInt32] {
      var random = RandomStream(seed: seed, purpose: purpose, index: index)
      return (0..<6).map { _ in random.nextWord() }
    }
    let streams = [
      words(1, .test, 0), words(2, .test, 0), words(1 << 32, .test, 0), words(1, .stimulus, 0),
      words(1, .test, 1), words(1, .test, 1 << 32),
    ]
    #expect(Set(streams).count == streams.count)
    #expect(words(1, .test, 0) == streams[0])
  }
}
