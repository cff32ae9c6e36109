import DesignSpaceExploration
import Files
import Foundation
import Networks
import Synchronization
import TestSupport
import Testing

@testable import NetworkEvaluation

@Suite("Characterizations that a sweep takes from its store", .serialized)
struct CharacterizationReuseTests {
  private let inputs: EvaluationInputs
  private let items: [CharacterizationItem]
  private let kept = Kept()

  /// In memory.
  private final class Kept: Sendable {
    private let bytes = Mutex<[String: [UInt8]]>([:])

    var count: Int { bytes.withLock { $0.count } }

    var cache: ArtifactCache {
      ArtifactCache(
        load: { key in self.bytes.withLock { $0[key] } },
        store: { key, _, payload in self.bytes.withLock { $0[key] = payload } })
    }
  }

  init() throws {
    let folder = try TemporaryFolder()
    let text = try InputFile.text(of: Repository.path("Sweeps/multipliers-small.yaml"))
      .replacing("HardwareSpecs/", with: Repository.path("HardwareSpecs/"))
      .replacing(each: [#"dies: \d+, transitions: \d+"#: "dies: 2, transitions: 60"])
    let spec = try SweepSpec(contentsOf: folder.write(text, to: "s.yaml"), allowOutside: true)
    inputs = try EvaluationInputs(setup: spec.setup)
    items = inputs.characterizationItems(for: spec.points)
  }

  /// Of networks with random weights.
  private func stimuli(networks seed: UInt64) throws -> OperandStimuli {
    let items = inputs.baselineItems
    return try OperandStimuli(
      inputs,
      of: BaselineNetworks(
        items: items,
        results: items.map { .success(Network(topology: inputs.topology, seed: seed + $0.seed)) }))
  }

  private func results(_ stimuli: OperandStimuli) throws -> [Data] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return try items.map {
      try encoder.encode(
        inputs.characterize($0, stimuli: stimuli, baseKey: "base", cache: kept.cache))
    }
  }

  @Test("where all are stored no operands are drawn; those of other networks are others")
  func reused() throws {
    let operators = Set(items.map(\.operator))
    let first = try stimuli(networks: 1)
    let made = try results(first)
    #expect(first.stimuli.computedCount == operators.count && kept.count == items.count)
    let again = try stimuli(networks: 1)
    #expect(try results(again) == made)
    #expect(again.stimuli.computedCount == 0 && kept.count == items.count)
    let other = try stimuli(networks: 2)
    #expect(try results(other) != made)
    #expect(other.stimuli.computedCount == operators.count && kept.count == 2 * items.count)
  }
}
