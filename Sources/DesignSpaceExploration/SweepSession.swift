import Characterization
import ConcurrentWork
import Datasets
import Files
import Foundation
import NetworkEvaluation

/// What a sweep is doing, for the progress line.
public enum SweepPhase: Sendable, Equatable {
  case training(done: Int, total: Int)
  case characterizing(done: Int, total: Int)
  case evaluating(SweepProgress)
  /// One of perhaps several external trainings at a time.
  case trainingExternally(ExternalTrainer.Progress)
}

/// What a finished sweep hands to the report.
public struct SweepResult: Sendable {
  /// One row a finished point; the first column is its position in the space.
  public let table: ResultTable
  /// The point of each row.
  public let points: [DesignPoint]
  public let ranking: ParetoRanking
  /// The row of the lowest-energy point that keeps the accuracy, if there is one.
  public let chosen: Int?
  /// In [0, 1]: the conventional networks on exact, error-free hardware; nil if the training of one
  /// diverged.
  public let exactAccuracy: Double?
  public let outcome: SweepOutcome
  /// Of the networks that points of this run needed, whatever rows were stored.
  public let networks: NetworkStore.Counts
  public let inputs: EvaluationInputs
  public let hardware: CharacterizedHardware
}

/// Runs a sweep from its inputs to its ranking, through a store that keeps what is done.
public struct SweepSession: Sendable {
  public let spec: SweepSpec
  public let inputs: EvaluationInputs
  private let store: SweepStore
  private let tableCache: TransitionCache?
  private let build: String
  /// The hash of everything that all points rest on.
  private let baseKey: String
  /// The hash of what the cells of a row are: some columns depend on what a sweep's axes have.
  private let columnKey: String

  private static let pointColumn = ColumnDefinition(
    "point", "Position in the design space, from 0.")

  /// The columns of `points.csv` that every sweep has.
  public static let columns: [ColumnDefinition] = [pointColumn] + Evaluation.columnDefinitions

  /// - Parameters:
  ///   - build: identifies the program; another build computes everything anew.
  ///   - datasets: where they are looked for; the usual places unless given.
  ///   - tableCache: where what dies capture wrong is kept for other sweeps, if it is; the results do
  ///     not depend on it.
  /// - Throws: `InputError` at the place of what is missing or wrong in the inputs.
  public init(
    spec: SweepSpec, store: SweepStore, build: String, datasets: DatasetLibrary? = nil,
    tableCache: TransitionCache? = nil
  ) throws {
    self.spec = spec
    self.store = store
    self.tableCache = tableCache
    self.build = build
    inputs = try EvaluationInputs(setup: spec.setup, datasets: datasets)
    try spec.recorded?.check(inputs.files)
    let files = inputs.sharedFiles.map { "\($0.path) \($0.digest)" }.joined(separator: "\n")
    let shared = JSONValue.object(["build": .text(build), "files": .text(files)])
    baseKey = Digest(of: shared.canonicalText + spec.sharedSetup.canonicalText).description
    let names = Evaluation.columnDefinitions(for: inputs).map(\.name)
    columnKey = Digest(of: names.joined(separator: ",")).description
  }

  /// Refuses points that cannot be evaluated, and error tables that none of them takes.
  ///
  /// - Throws: `InputError` 65.
  private func check() throws {
    try inputs.checkSupplies(of: spec.points) { point, isMemory, isDrawn in
      isMemory
        ? spec.memoryLocation(of: point, isDrawn: isDrawn)
        : spec.location(of: point, isDrawn: isDrawn)
    }
    try inputs.checkHardening(of: spec.points) { spec.location(of: $0) }
    try inputs.checkClocks(of: spec.points) { spec.location(of: $0, isDrawn: $1) }
    try inputs.checkCharacterized(for: spec.points)
  }

  /// Computes what the store does not hold yet.
  ///
  /// - Parameter checked: called once the points can be evaluated, before anything is trained.
  /// - Throws: `InputError`: 75 if stopped while preparing, 65 if a point cannot be evaluated, no point takes
  ///   given error tables or an input cannot answer, 74 if the disk fails.
  public func run(
    jobs: Int, retryFailed: Bool = false, checked: () -> Void = {},
    progress: @escaping @Sendable (SweepPhase) -> Void,
    stopRequested: @escaping @Sendable () -> Bool
  ) throws -> SweepResult {
    try check()
    checked()
    do {
      return try result(jobs, retryFailed: retryFailed, progress, stopRequested)
    } catch let failure as ArtifactCache.Failure {
      throw failure.cause
    }
  }

  private func result(
    _ jobs: Int, retryFailed: Bool, _ progress: @escaping @Sendable (SweepPhase) -> Void,
    _ stopRequested: @escaping @Sendable () -> Bool
  ) throws -> SweepResult {
    let cache = ArtifactCache(
      load: { [store] in try store.artifact(key: $0) },
      store: { [store] in try store.putArtifact(key: $0, kind: $1, payload: $2) })
    let networks = NetworkStore(build: build, training: inputs.training, cache: cache)
    let baselines = try baselines(jobs, networks, progress, stopRequested)
    // Without any network there are no operands to characterize on: every point fails for that.
    let problem = baselines.problem(seeds: spec.setup.training.seeds)
    let hardware =
      try problem == nil
      ? characterize(jobs, cache, baselines, progress, stopRequested)
      : CharacterizedHardware(inputs: inputs, items: [], results: [])
    let evaluator =
      try problem == nil
      ? NetworkEvaluator(
        inputs: inputs, baselines: baselines, networkStore: networks, hardware: hardware,
        points: spec.points, jobs: jobs, tableCache: tableCache,
        trainer: externalTrainer(networks, progress, stopRequested)) : nil
    let tasks = spec.points.enumerated().map { position, point in
      SweepTask(key: key(of: point), position: position, label: label(of: point)) {
        if let problem { throw problem }
        guard let evaluator else { preconditionFailure("networks without an evaluator") }
        return try evaluator.evaluate(point).row(for: inputs)
      }
    }
    let columns = Evaluation.columnDefinitions(for: inputs)
    let outcome = try SweepRunner.run(
      tasks: tasks, columns: columns, store: store, jobs: jobs,
      retryFailed: retryFailed,
      progress: { progress(.evaluating($0)) }, stopRequested: stopRequested)
    let table = ResultTable(
      columns: [Self.pointColumn] + columns,
      rows: outcome.rows.map { [.integer($0.point.position)] + $0.cells })
    let points = outcome.rows.map { spec.points[$0.point.position] }
    let ranking = ParetoRanking(table, excluded: Self.excluded(table, points))
    try store.setRanks(
      table.rows.indices.compactMap { row in
        ranking.ranks[row].map { (outcome.rows[row].point.key, $0) }
      })
    let exactAccuracy = evaluator?.exactAccuracy
    return SweepResult(
      table: table, points: points, ranking: ranking,
      chosen: chosen(table, ranking, exactAccuracy: exactAccuracy),
      exactAccuracy: exactAccuracy, outcome: outcome, networks: networks.counts, inputs: inputs,
      hardware: hardware)
  }

  private func baselines(
    _ jobs: Int, _ networks: NetworkStore,
    _ progress: @escaping @Sendable (SweepPhase) -> Void,
    _ stopRequested: @escaping @Sendable () -> Bool
  ) throws -> BaselineNetworks {
    let items = inputs.baselineItems
    let results = try runConcurrently(
      jobs: jobs, items: items, stopRequested: stopRequested,
      finished: { progress(.training(done: $0, total: items.count)) },
      work: { [inputs] in try inputs.baseline($0, networks) })
    return BaselineNetworks(items: items, results: results)
  }

  private func characterize(
    _ jobs: Int, _ cache: ArtifactCache, _ baselines: BaselineNetworks,
    _ progress: @escaping @Sendable (SweepPhase) -> Void,
    _ stopRequested: @escaping @Sendable () -> Bool
  ) throws -> CharacterizedHardware {
    let stimuli = try OperandStimuli(inputs, of: baselines)
    let items = inputs.characterizationItems(for: spec.points)
    let results = try runConcurrently(
      jobs: jobs, items: items, stopRequested: stopRequested,
      finished: { progress(.characterizing(done: $0, total: items.count)) },
      work: { [inputs, baseKey] in
        try inputs.characterize($0, stimuli: stimuli, baseKey: baseKey, cache: cache)
      })
    return CharacterizedHardware(inputs: inputs, items: items, results: results)
  }

  private func externalTrainer(
    _ networks: NetworkStore, _ progress: @escaping @Sendable (SweepPhase) -> Void,
    _ stopRequested: @escaping @Sendable () -> Bool
  ) -> ExternalTrainer? {
    spec.setup.training.external.map { command in
      ExternalTrainer(
        command: command, files: inputs.trainerFiles,
        folder: (store.path as NSString).deletingLastPathComponent + "/external",
        networkStore: networks, progress: { progress(.trainingExternally($0)) },
        stopRequested: stopRequested)
    }
  }

  /// What a point's row is stored under.
  func key(of point: DesignPoint) -> String {
    let protection = point.protection.map { " \($0)" } ?? ""
    let trainer =
      point.method == .external
      ? spec.setup.training.external.map { " \($0.identity(inputs.trainerFiles))" } ?? "" : ""
    // Whose errors at drawn supplies the training sees.
    let rail =
      point.memoryFollowsLogic && !spec.setup.drawnSupplies(of: point).isEmpty
      ? " follows_logic" : ""
    return Digest(
      of:
        "point \(baseKey) \(columnKey) \(inputs.multipliers[point.multiplier].identity) \(point.clock.rawValue) \(point.logicSupply) "
        + "\(point.memorySupply) \(point.trainingName) \(point.bitErrorRate ?? -1)\(protection)\(trainer)\(rail)"
    ).description
  }

  private func label(of point: DesignPoint) -> String {
    "\(inputs.multipliers[point.multiplier].name), \(point.trainingName), "
      + "\(point.clock.rawValue) clock, \(point.logicSupply)"
      + (point.bitErrorRate.map { ", \($0) of bits wrong" } ?? "")
      + (point.protection.map { ", \($0.share) of bits hardened by \($0.choice)" } ?? "")
  }

  /// Points whose sums would be wrong as well, which is not modelled, and those of given error rates.
  private static func excluded(
    _ table: ResultTable, _ points: [DesignPoint]
  ) -> [ParetoRanking.ExcludedRow] {
    let given = points.indices.filter { (points[$0].bitErrorRate ?? 0) > 0 }
    let whatIf = given.map {
      ParetoRanking.ExcludedRow(
        row: $0, reason: "the rate of wrong bits is given, not that of the memory's supply")
    }
    guard let cells = table.cells("accumulator_meets_timing") else { return whatIf }
    return whatIf
      + cells.indices.filter { cells[$0] == .flag(false) && !given.contains($0) }.map {
        ParetoRanking.ExcludedRow(
          row: $0,
          reason:
            "the slowest accumulator adder of the evaluated chips does not meet the clock period")
      }
  }

  private func chosen(
    _ table: ResultTable, _ ranking: ParetoRanking, exactAccuracy: Double?
  ) -> Int? {
    guard let accuracy = table.index(of: "accuracy_percent"), let exactAccuracy else { return nil }
    // The front is in order of energy, and the cheapest good point is on it.
    return ranking.front.first { row in
      (table.rows[row][accuracy].number ?? 0) >= 100 * exactAccuracy - spec.accuracyLoss
    }
  }
}

extension SweepSpec {
  /// What every point rests on: the resolved spec without its axes, so that a sweep that gets one more
  /// voltage or multiplier computes only what is new.
  var sharedSetup: JSONValue {
    guard case .object(var fields) = resolved, case .object(var training) = fields["training"]
    else { return resolved }
    for axis in ["name", "question", "multipliers", "encodings", "operating_points", "report"] {
      fields[axis] = nil
    }
    // Without a memory every point is another.
    if setup.modelsMemory { fields["memory_supply"] = nil }
    // Whatever the methods, so that one more leaves the others as they are.
    training.merge(setup.training.writtenSettings) { _, setting in setting }
    training["methods"] = nil
    training["ablations"] = nil
    training["start_biases"] = nil
    // Only the points of that method rest on it.
    training["external"] = nil
    if case .object(var errors)? = fields["bit_errors"] {
      errors["rates"] = nil
      fields["bit_errors"] = .object(errors)
    }
    if case .object(var hardening)? = fields["hardened_bits"] {
      for axis in ["shares", "by", "granularity"] { hardening[axis] = nil }
      fields["hardened_bits"] = .object(hardening)
    }
    fields["training"] = .object(training)
    return .object(fields)
  }
}
