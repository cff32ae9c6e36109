import Characterization
import ConcurrentWork
import DesignSpaceExploration
import Files
import Foundation
import Quantities
import Synchronization
import TestSupport
import Testing

@testable import NetworkEvaluation

@Suite("Chips that have their dies from several draws", .serialized)
struct DrawsOfDiesTests {
  private let folder: TemporaryFolder
  private let baselines: BaselineNetworks
  private let hardware: CharacterizedHardware

  /// One multiplier at a supply where products are late and at one where none is, six chips.
  init() throws {
    folder = try TemporaryFolder()
    let spec = try Self.spec(folder, draws: 1)
    let inputs = try EvaluationInputs(setup: spec.setup)
    let store = Self.networkStore(inputs)
    baselines = BaselineNetworks(
      items: inputs.baselineItems,
      results: try inputs.baselineItems.map { try inputs.baseline($0, store) })
    let stimuli = try OperandStimuli(inputs, of: baselines)
    let items = inputs.characterizationItems(for: spec.points)
    hardware = CharacterizedHardware(
      inputs: inputs, items: items,
      results: try items.map {
        try inputs.characterize($0, stimuli: stimuli, baseKey: "base", cache: .none)
      })
  }

  private static func spec(_ folder: TemporaryFolder, draws: Int) throws -> SweepSpec {
    let text = try InputFile.text(of: Repository.path("Sweeps/memory-errors-small.yaml"))
      .replacing("HardwareSpecs/", with: Repository.path("HardwareSpecs/"))
      .replacing(each: [
        #"methods:\n[^\n]*"#: "methods: [conventional]",
        #"seeds: [^\n]*"#: "seeds: [1, 2]",
        #"epochs: 60"#: "epochs: 3",
        #"pas_epochs: 15"#: "pas_epochs: 1",
        #"bit_errors: [^\n]*\n"#:
          "timing_errors: {fidelity: transition, variants: 1, draws: \(draws), steps: 16}\n",
        #"supply: \[1.00 V\]"#: "supply: [0.45 V, 1.00 V]",
        #"chips: \d+"#: "chips: 6",
        #"dies: \d+, transitions: \d+"#: "dies: 2, transitions: 60",
      ])
    return try SweepSpec(
      contentsOf: folder.write(text, to: "draws\(draws).yaml"), allowOutside: true)
  }

  private static func networkStore(_ inputs: EvaluationInputs) -> NetworkStore {
    NetworkStore(build: "test", training: inputs.training, cache: .none)
  }

  /// An evaluator of the sweep with so many draws, and its points.
  private func sweep(
    draws: Int, cache: TransitionCache? = nil
  ) throws -> (evaluator: NetworkEvaluator, points: [DesignPoint]) {
    let spec = try Self.spec(folder, draws: draws)
    let inputs = try EvaluationInputs(setup: spec.setup)
    return (
      try NetworkEvaluator(
        inputs: inputs, baselines: baselines, networkStore: Self.networkStore(inputs),
        hardware: hardware, points: spec.points, tableCache: cache), spec.points
    )
  }

  @Test(
    "chip c has draw c mod D: those of draw 0 are as with one draw, and intervals know the draws")
  func draws() throws {
    var late: [Int: Evaluation] = [:]
    for draws in [1, 2, 3, 6] {
      let (evaluator, points) = try sweep(draws: draws)
      let row = try evaluator.evaluate(points[0])
      #expect(evaluator.transitionTables.computedCount == draws)
      #expect(row.captured.count == 6)
      #expect(
        row.accuracy
          == CrossedMean(
            perChip: row.accuracyPerChip, perSeed: row.accuracyPerSeed, draws: draws))
      #expect((row.timingErrors.interval95 == nil) == (draws == 1))
      late[draws] = row
      // Where no product is late, chips share no draw.
      let settled = try evaluator.evaluate(points[1])
      #expect(settled.captured.isEmpty)
      #expect(
        settled.accuracy
          == CrossedMean(perChip: settled.accuracyPerChip, perSeed: settled.accuracyPerSeed))
      #expect(evaluator.transitionTables.computedCount == draws)
    }
    let one = try #require(late[1])
    for (draws, same) in [(2, [0, 2, 4]), (3, [0, 3]), (6, [0])] {
      let row = try #require(late[draws])
      for chip in 0..<6 {
        #expect((row.captured[chip] == one.captured[chip]) == same.contains(chip))
        if same.contains(chip) {
          #expect(row.accuracyPerChip[chip] == one.accuracyPerChip[chip])
        }
      }
    }
    // The second draw is the second one whatever their number.
    #expect(late[2]?.captured[1] == late[3]?.captured[1])
    let each = try #require(late[6])
    #expect(
      each.accuracy == CrossedMean(perChip: each.accuracyPerChip, perSeed: each.accuracyPerSeed))
  }

  @Test("a draw's dies are those that follow the dies of the draws before")
  func dies() throws {
    let inputs = try EvaluationInputs(setup: Self.spec(folder, draws: 1).setup)
    let supply = Voltage(0.45)
    let simulation = try ElementSimulation(
      inputs: inputs, multiplier: 0, supply: supply,
      clockPeriod: inputs.clockPeriod(multiplier: 0, clock: .track, supply: supply), steps: 64,
      pulses: .inertial)
    let six = simulation.poolDelays(6)
    #expect(Set(six).count == 6)
    for draw in 0..<3 {
      #expect(simulation.poolDelays(2, draw: draw) == Array(six[2 * draw..<2 * draw + 2]))
    }
  }

  @Test("the rows of several draws are the same for one job and three")
  func jobs() throws {
    var rows: [[[CellValue]]] = []
    for jobs in [1, 3] {
      let (evaluator, points) = try sweep(draws: 2)
      rows.append(
        try runConcurrently(jobs: jobs, items: points) {
          try evaluator.evaluate($0).row(for: evaluator.inputs)
        })
    }
    #expect(rows[0].count == 2 && rows[0] == rows[1])
  }

  @Test(
    "a folder of what dies capture wrong changes no row, is made by one sweep and read by the next")
  func cache() throws {
    let noted = Mutex<[String]>([])
    let cache = try TransitionCache(folder: folder.file("tables")) { line in
      noted.withLock { $0.append(line) }
    }
    func rows(_ cache: TransitionCache?, jobs: Int) throws -> [[CellValue]] {
      let (evaluator, points) = try sweep(draws: 2, cache: cache)
      return try runConcurrently(jobs: jobs, items: points) {
        try evaluator.evaluate($0).row(for: evaluator.inputs)
      }
    }
    /// When each file was written.
    func files() throws -> [String: Date] {
      let manager = FileManager.default
      return Dictionary(
        uniqueKeysWithValues: try manager.contentsOfDirectory(atPath: cache.folder).map {
          let path = "\(cache.folder)/\($0)"
          return (
            path,
            try #require(try manager.attributesOfItem(atPath: path)[.modificationDate] as? Date)
          )
        })
    }
    let made = try rows(nil, jobs: 1)
    #expect(try rows(cache, jobs: 3) == made)
    let written = try files()
    // Two draws of one die, of which those that may be late have a file each.
    #expect((1...2).contains(written.count), "\(written.count)")
    #expect(try rows(cache, jobs: 1) == made)
    #expect(try files() == written)
    #expect(noted.withLock { $0 }.isEmpty)
    // With half of a file the rows are the same, and one line says so.
    let path = try #require(written.keys.sorted().first)
    let bytes = try InputFile.bytes(of: path)
    try Data(bytes.prefix(bytes.count / 2)).write(to: URL(filePath: path))
    #expect(try rows(cache, jobs: 3) == made)
    let lines = noted.withLock { $0 }
    #expect(lines.count == 1 && lines.allSatisfy { $0.contains(path) }, "\(lines)")
    #expect(try InputFile.bytes(of: path) == bytes)
  }

  @Test("a folder that can no longer be written to ends the run, and fails no point")
  func unwritable() throws {
    let cache = try TransitionCache(folder: folder.file("gone")) { _ in }
    try FileManager.default.removeItem(atPath: cache.folder)
    let (evaluator, points) = try sweep(draws: 1, cache: cache)
    #expect(throws: ArtifactCache.Failure.self) { _ = try evaluator.evaluate(points[0]) }
  }
}
