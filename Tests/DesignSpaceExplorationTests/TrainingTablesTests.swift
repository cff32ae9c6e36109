import ConcurrentWork
import DesignSpaceExploration
import ErrorTables
import Files
import Quantities
import TestSupport
import Testing

@testable import NetworkEvaluation

@Suite("Transition tables that trainings share", .serialized)
struct TrainingTablesTests {
  private let inputs: EvaluationInputs
  private let points: [DesignPoint]

  /// Two supplies, at each of which one method captures products, while the other draws both.
  init() throws {
    let folder = try TemporaryFolder()
    let text = try InputFile.text(of: Repository.path("Sweeps/memory-errors-small.yaml"))
      .replacing("HardwareSpecs/", with: Repository.path("HardwareSpecs/"))
      .replacing(each: [
        #"methods:\n[^\n]*"#: "methods: [pas, axtrain]",
        #"seeds: [^\n]*"#: "seeds: [1, 2]",
        #"epochs: 60"#: "epochs: 3",
        #"pas_epochs: 15"#: "pas_epochs: 1\n  drawn_supplies: [0.45 V, 0.42 V]",
        #"bit_errors: [^\n]*\n"#:
          "timing_errors: {training: transition, training_variants: 2, steps: 16}\n",
        #"supply: \[1.00 V\]"#: "supply: [0.45 V, 0.42 V]",
        #"chips: \d+"#: "chips: 2",
        #"dies: \d+, transitions: \d+"#: "dies: 2, transitions: 60",
      ])
    let spec = try SweepSpec(contentsOf: folder.write(text, to: "s.yaml"), allowOutside: true)
    inputs = try EvaluationInputs(setup: spec.setup)
    points = spec.points
  }

  /// An evaluator that has nothing stored, and so trains all fine-tuned networks.
  private func evaluator(
    _ baselines: BaselineNetworks, _ hardware: CharacterizedHardware
  ) throws -> NetworkEvaluator {
    try NetworkEvaluator(
      inputs: inputs, baselines: baselines, networkStore: networkStore, hardware: hardware,
      points: points)
  }

  private var networkStore: NetworkStore {
    NetworkStore(build: "test", training: inputs.training, cache: .none)
  }

  @Test("trainings at once with lists that overlap make each table once, with the rows of one job")
  func once() throws {
    let store = networkStore
    let baselines = BaselineNetworks(
      items: inputs.baselineItems,
      results: try inputs.baselineItems.map { try inputs.baseline($0, store) })
    let stimuli = try OperandStimuli(inputs, of: baselines)
    let items = inputs.characterizationItems(for: points)
    let hardware = CharacterizedHardware(
      inputs: inputs, items: items,
      results: try items.map {
        try inputs.characterize($0, stimuli: stimuli, baseKey: "base", cache: .none)
      })
    // The last point is of axtrain, which captures products at both supplies.
    let last = try #require(points.last)
    let captures = try evaluator(baselines, hardware).drawnPoints(of: last).map(\.capture?.key)
    #expect(captures.count == 2 && Set(captures.compactMap(\.self)).count == 2)
    var rows: [[[CellValue]]] = []
    for jobs in [1, 2, 4] {
      let evaluator = try evaluator(baselines, hardware)
      rows.append(
        try runConcurrently(jobs: jobs, items: points) { [inputs] in
          try evaluator.evaluate($0).row(for: inputs)
        })
      #expect(evaluator.trainingTables.computedCount == 2, "\(jobs) jobs")
    }
    #expect(rows[0].count == 4 && rows[0] == rows[1] && rows[0] == rows[2])
  }
}
