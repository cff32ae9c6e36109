import Accelerators
import ConcurrentWork
import DesignSpaceExploration
import Files
import Reporting

extension SimulateCommand {
  /// Prints a row for each of several design points: the total of the layers on it.
  ///
  /// Rows are computed on as many threads as `--jobs` says, some at a time, and come in the order of
  /// the design points whatever their number.
  /// - Throws: `InputError` 64 for options that are for one design point; 65 if the layers run on no
  ///   design point; 75 if stopped.
  func simulate(_ points: DesignPoints) throws {
    try refuseWhatIsForOnePoint(points)
    try AcceleratorOptions.check("--batch", batch, 1...65_536)
    let energyTable = try energies(points.base)
    let period = try period(energyTable)
    try refuseUnused(supply: nil, energyTable: energyTable)
    let workload = Workload(try layers())
    let convention = convention
    let columns = DesignPointRow.columns(hasEnergies: energyTable != nil)
    let shown = DesignPointSummary(points.axes, energyTable: energyTable)
    let indices = shown.indices(in: columns)
    let text = table.pieces(columns)
    let signal = StopSignal()
    signal.listen { Terminal.note("stopping") }
    let progress = ProgressLine("design points", style: .ofStandardError(isQuiet: false))
    var people: [[CellValue]] = []
    var problems = DesignPointProblems()
    try table.writing { write in
      if let text { try write(text.head) }
      try streamConcurrently(
        jobs: values.threads, count: points.count,
        chunk: 32, stopRequested: { signal.isRequested },
        work: { range in
          let rows = range.map {
            DesignPointRow(
              workload, on: points[$0], convention, energyTable: energyTable, clockPeriod: period)
          }
          return (
            text: text?.text(of: rows.map(\.cells)),
            people: text == nil ? rows.map { row in indices.map { row.cells[$0] } } : [],
            problems: rows.compactMap(\.problem)
          )
        },
        each: { range, rows in
          if let text, let piece = rows.text {
            try write((range.lowerBound > 0 ? text.separator : "") + piece)
          }
          people += rows.people
          problems.add(rows.problems)
          progress.update(SweepProgress(done: range.upperBound, total: points.count))
        })
      progress.finish()
      try problems.check(points.count)
      if let text { try write(text.tail) }
    }
    if text == nil {
      try table.print(
        people: shown.table(people),
        heading: SimulationSummary.heading(nil, convention, energyTable: energyTable))
    }
    problems.note(points.count)
    noteDroppedEnergies(points.base)
  }

  private func refuseWhatIsForOnePoint(_ points: DesignPoints) throws {
    let given: [(String, Bool)] = [
      ("--explain", explain), ("--network \(network ?? "")", folder != nil),
      ("--trace", trace != nil), ("--accesses", accesses != nil), ("--html", html != nil),
      ("--level", values.level != nil),
      ("--supply", gates.takesEnergies), ("--multiplier", values.multiplier.multiplier != nil),
    ]
    let options = given.filter(\.1).map(\.0) + gates.given
    guard let option = options.first else { return }
    throw InputError(
      .usage,
      "\(option) is for one design point, and these are \(points.count): give --rows, --columns, "
        + "--dataflow and the buffers' words one value each")
  }
}

/// The design points on which a workload does not run.
private struct DesignPointProblems {
  private(set) var count = 0
  private var first: String?

  mutating func add(_ problems: [String]) {
    count += problems.count
    first = first ?? problems.first
  }

  /// - Throws: `InputError` 65 if these are all.
  func check(_ points: Int) throws {
    guard count == points, let first else { return }
    throw InputError(.badData, "none of \(points) design points: \(first)")
  }

  func note(_ points: Int) {
    guard let first else { return }
    Terminal.note(
      "note: \(count) of \(points) design points cannot run it, CSV's column 'problem' says why: "
        + first)
  }
}
