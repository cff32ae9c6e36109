import Files
import Networks
import Testing

@testable import NetworkEvaluation

@Suite("Networks that points share") struct BaselineNetworksTests {
  private static func diverged(_ seed: UInt64) -> InputError {
    InputError(.badData, "training with seed \(seed) diverges")
  }

  private static func baselines(_ trained: [(BaselineKind, UInt64)]) -> BaselineNetworks {
    let items = BaselineKind.allCases.flatMap { kind in
      [UInt64(1), 2].map { BaselineItem(kind: kind, seed: $0) }
    }
    return BaselineNetworks(
      items: items,
      results: items.map { item in
        trained.contains { $0 == (item.kind, item.seed) }
          ? .success(network(item)) : .failure(diverged(item.seed))
      })
  }

  /// Told apart by its weights.
  private static func network(_ item: BaselineItem) -> Network {
    Network(
      topology: .perceptron([4, 3]), seed: 10 * item.seed + UInt64(item.kind.rawValue.count))
  }

  private static func network(_ kind: BaselineKind, _ seed: UInt64) -> Network {
    network(BaselineItem(kind: kind, seed: seed))
  }

  @Test("a network that diverged throws its reason, and the others are there")
  func reasons() throws {
    let baselines = Self.baselines([(.conventional, 2), (.pasStart, 1)])
    #expect(try baselines.network(.conventional, 2) == Self.network(.conventional, 2))
    #expect(try baselines.network(.pasStart, 1) == Self.network(.pasStart, 1))
    for (kind, seed) in [(BaselineKind.conventional, UInt64(1)), (.pasStart, 2)] {
      #expect(throws: Self.diverged(seed)) { try baselines.network(kind, seed) }
    }
  }

  @Test("operands are drawn from what is left of the first seed that has any network")
  func operands() throws {
    let seeds: [UInt64] = [1, 2]
    let all: [(BaselineKind, UInt64)] = [
      (.conventional, 1), (.weightClipping, 1), (.conventional, 2), (.weightClipping, 2),
    ]
    for (trained, expected) in [
      (all, [all[0], all[1]]), (Array(all[1...]), [all[1]]), (Array(all[2...]), [all[2], all[3]]),
      ([all[3], (.pasStart, 1)], [all[3]]),
    ] {
      let baselines = Self.baselines(trained)
      #expect(baselines.problem(seeds: seeds) == nil)
      #expect(
        try baselines.operandNetworks(seeds: seeds)
          == expected.map { Self.network($0.0, $0.1) })
    }
    #expect(
      Self.baselines([(.pasStart, 1), (.pasStart, 2)]).problem(seeds: seeds) == Self.diverged(1))
  }
}
