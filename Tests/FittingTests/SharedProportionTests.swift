import Fitting
import Randomness
import Testing

@Suite("A proportion of groups that share their trials") struct SharedProportionTests {
  @Test("of one group it is Wilson's, and groups that agree do not narrow that")
  func alike() {
    for successes in [0, 3, 94, 100] {
      let wilson = Proportion(successes: successes, trials: 100).wilson95
      for groups in [1, 2, 5] {
        let shared = SharedProportion(
          successes: [Int](repeating: successes, count: groups), trials: 100)
        #expect(shared.value == Double(successes) / 100)
        let interval = shared.interval95
        #expect(abs(interval.lowerBound - wilson.lowerBound) < 1e-12)
        #expect(abs(interval.upperBound - wilson.upperBound) < 1e-12)
        #expect(groups > 1 || interval == wilson)
      }
    }
  }

  @Test("where groups differ, both distances add in quadrature")
  func quadrature() {
    // Means 0.9 and 0.94: s²/2 = 4e-4, t(1) = 12.7062.
    let interval = SharedProportion(successes: [180, 188], trials: 200).interval95
    let wilson = Proportion(successes: 184, trials: 200).wilson95
    let low = ((0.92 - wilson.lowerBound) * (0.92 - wilson.lowerBound) + 0.254124 * 0.254124)
      .squareRoot()
    #expect(abs(interval.lowerBound - (0.92 - low)) < 1e-5)
    #expect(interval.upperBound == 1)
  }

  /// Images of their own difficulty, chips of their own quality: the truth is the mean over both.
  @Test(
    "it covers the truth in 94 to 98 % of samples of images and chips; trials taken as independent do not",
    arguments: [0.0, 0.15])
  func coverage(spread: Double) {
    var stream = RandomStream(seed: 5, purpose: .test)
    func uniform() -> Double { Double(stream.next() >> 11) * 0x1p-53 }
    let (samples, images, chips) = (1_000, 200, 5)
    // Half of the images are hard; a chip's quality moves these.
    let truth = 0.5 * 0.99 + 0.5 * 0.6
    var (covered, naive) = (0, 0)
    for _ in 0..<samples {
      // Most of an image's errors are its own: right on every chip, or on none.
      let draws = (0..<images).map { _ in (isHard: uniform() < 0.5, level: uniform()) }
      let successes = (0..<chips).map { _ in
        let quality = spread * (2 * uniform() - 1)
        return draws.count { $0.level < ($0.isHard ? 0.6 + quality : 0.99) }
      }
      covered +=
        SharedProportion(successes: successes, trials: images).interval95.contains(truth) ? 1 : 0
      naive +=
        GroupedProportion(
          successes: successes, trials: [Int](repeating: images, count: chips)
        ).interval95.contains(truth) ? 1 : 0
    }
    // By numpy 95.6 and 97.1 % of 4,000: both parts err to the wide side.
    #expect((940...985).contains(covered), "\(covered)")
    #expect(covered > naive + 20, "\(covered) \(naive)")
  }
}
