import ErrorTables
import Randomness
import TableArithmetic
import Testing

@Suite struct ErrorInjectorTests {
  @Test("errors come at the stated rate and with the stated masks")
  func rate() {
    let timing = ProductErrorDistribution(probability: 0.02, masks: [2, 8], weights: [3, 1])
    let hits = hits(timing, operations: 200_000, seed: 1)
    // Mean 4,000, standard deviation 62.6; four of them either way.
    #expect((3750...4250).contains(hits.count))
    // Of 4,000 masks three quarters are the first: standard deviation 27.4.
    let first = Double(hits.count { $0.mask == 2 })
    #expect(abs(first - 0.75 * Double(hits.count)) < 4 * 27.4)
    #expect(zip(hits, hits.dropFirst()).allSatisfy { $0.operation < $1.operation })
    #expect(hits.allSatisfy { (0..<200_000).contains($0.operation) })
  }

  @Test("certain errors hit each operation once, and impossible ones none")
  func extremes() {
    let always = ProductErrorDistribution(probability: 1, masks: [1], weights: [1])
    #expect(hits(always, operations: 100, seed: 2).map(\.operation) == Array(0..<100))
    #expect(hits(.none, operations: 100, seed: 2).isEmpty)
    #expect(hits(always, operations: 0, seed: 2).isEmpty)
  }

  private func hits(
    _ timing: ProductErrorDistribution, operations: Int, seed: UInt64
  ) -> [ErrorInjector.Hit] {
    var stream = RandomStream(seed: seed, purpose: .timingErrors)
    var injector = ErrorInjector(timing: timing, operations: operations)
    var hits: [ErrorInjector.Hit] = []
    while let hit = injector.next(from: &stream) { hits.append(hit) }
    return hits
  }
}
