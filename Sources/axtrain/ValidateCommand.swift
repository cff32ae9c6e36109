import ArgumentParser
import Characterization
import ConcurrentWork
import DesignSpaceExploration
import ErrorTables
import Files
import Foundation
import Netlists
import Quantities
import Reporting

/// `axtrain validate FILE…`.
struct ValidateCommand: ListeningCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Exact error metrics of multiplier netlists, over all operand pairs.",
    discussion: """
      Example: axtrain validate HardwareSpecs/Multipliers --claims --format csv
      Operands of more than 32 bits together are sampled, and the row says so.
      """)

  @Argument(help: "Netlists (Verilog, BLIF), or folders of them.")
  var paths: [String]

  @Option(parsing: .upToNextOption, help: "The cell library: Liberty files, of one corner or more.")
  var cells = ["HardwareSpecs/Cells/ptm45.lib"]

  @Option(
    help: "Delay, energy and leakage of cells without delay tables; 'none' leaves them out.")
  var technology = "HardwareSpecs/Technology/ptm45_hp.yaml"

  @Option(
    help: "Supply for delay, energy, leakage (default: the Liberty file's with its tables, or 1 V)."
  )
  var supply: String?

  @Option(help: "The multiplier's module, where a file has several (default: the one unused).")
  var top: String?

  @Option(help: "The operand ports, first and second: --operands x,y (default: by usual names).")
  var operands: String?

  @Option(help: "How operands are read; auto: as what errs less on 8,192 pairs.")
  var sign = ValidationOptions.Sign.automatic

  @Option(help: "Which pairs count for relative errors: nonzero_exact or at_least_one.")
  var relativeError = RelativeErrorConvention.nonzeroExact

  @Flag(help: "Check the figures in the circuits' own comments: // MAE% = 0.0046 %.")
  var claims = false

  @Option(help: "Check the figures of a CSV file: columns name, mae, wce_percent …")
  var claimsFrom: String?

  @Option(help: "Compare with this netlist, or with 'exact' products.")
  var against: String?

  @Option(help: "Also weigh errors by this CSV file: columns operand, word, count.")
  var operandHistogram: String?

  @Option(help: "Pairs to sample of operands wider than 32 bits together.")
  var samples = 1 << 22

  @Option(help: "Seed of the sample.")
  var seed: UInt64 = 1

  @Option(help: "Write the product table to this NPY file; of several circuits, into this folder.")
  var table: String?

  @Option(help: "Write a page a circuit into this folder.")
  var html: String?

  @Option(name: .shortAndLong, help: "Threads (default: one a core).")
  var jobs: Int?

  @OptionGroup var output: TableOptions
  @OptionGroup var display: DisplayOptions

  func validate() throws {
    guard (1...1024).contains(jobs ?? 1) else { throw ValidationError("--jobs must be 1 to 1024.") }
    guard (1...1 << 40).contains(samples) else {
      throw ValidationError("--samples must be 1 to 2^40.")
    }
    if let operands, operands.split(separator: ",").count != 2 {
      throw ValidationError("--operands names two ports with a comma between them: x,y.")
    }
  }

  func run() throws {
    try DistinctOutputs.check(["--table": table, "--html": html, "--output": output.output])
    let files = try CircuitFiles.expanded(paths)
    if table != nil && files.count > 1 || html != nil { try CircuitFiles.checkNamesDiffer(files) }
    let corners = try LibertyCorners(contentsOf: cells)
    let library = corners.libraries[0]
    let signal = StopSignal()
    signal.listen { Terminal.note("stopping") }
    let threads = jobs ?? ProcessInfo.processInfo.activeProcessorCount
    let isFew = files.count < threads
    let claimed = try claimsFrom.map { try PublishedClaims.table(contentsOf: $0) }
    let validation = MultiplierValidation(
      options: try options(corners, claimed), library: library, jobs: isFew ? threads : 1)
    let progress = ProgressLine("validate", style: display.progressStyle)
    let stopRequested: @Sendable () -> Bool = { signal.isRequested }
    let isOnly = files.count == 1
    let results = try runConcurrently(
      jobs: isFew ? 1 : threads, items: files, stopRequested: stopRequested,
      finished: { done in
        if !isOnly { progress.update(SweepProgress(done: done, total: files.count)) }
      },
      work: { (file: String) -> Result<ValidatedMultiplier, InputError> in
        do {
          return .success(
            try validation.validate(file, stopRequested: stopRequested) { done, total in
              if isOnly && total > 1 {
                progress.update(SweepProgress(done: done, total: total))
              }
            })
        } catch let error as InputError where error.status != .stopped {
          return .failure(error)
        }
      })
    progress.finish()
    if files.count == 1, case .failure(let error) = results[0] { throw error }
    try write(results, files, validation, claimed)
  }

  private func options(
    _ corners: LibertyCorners, _ claimed: [String: PublishedClaims]?
  ) throws -> ValidationOptions {
    var options = ValidationOptions()
    options.sign = sign
    options.convention = relativeError
    options.top = top
    options.sample = MultiplierSimulation.Sample(count: samples, seed: seed)
    options.checksHeaderClaims = claims
    options.histogram = operandHistogram
    options.costs = try costs(corners)
    options.operands = operandNames
    options.claims = claimed
    switch against {
    case nil: break
    case "exact": options.reference = .exact
    case let path?: options.reference = .multiplier(try reference(path, corners.libraries[0]))
    }
    return options
  }

  /// The reference, by the same module and ports where it has them.
  private func reference(_ path: String, _ library: CellLibrary) throws -> MultiplierSimulation {
    let named = try? NetlistReader.netlist(contentsOf: path, library: library, top: top)
    let netlist = try named ?? NetlistReader.netlist(contentsOf: path, library: library)
    let names = operandNames
    let hasThem = names.map { names in
      [names.a, names.b].allSatisfy { name in netlist.inputs.contains { $0.name == name } }
    }
    let ports = try MultiplierPorts(
      binding: netlist, file: path, operands: hasThem == true ? names : nil)
    return MultiplierSimulation(netlist, ports: ports)
  }

  private var operandNames: (a: String, b: String)? {
    guard let names = operands?.split(separator: ",").map(String.init) else { return nil }
    return (names[0], names[1])
  }

  private func costs(_ corners: LibertyCorners) throws -> CostSource? {
    guard technology != "none" else { return nil }
    do {
      let given = try supply.map { try Voltage(parsing: $0) }
      guard given.map({ $0.value > 0 }) ?? true else {
        throw InputError(.usage, "--supply must be above 0")
      }
      let source = try CostSource(corners: corners, technology: technology, supply: given)
      for note in source.poorFitNotes { Terminal.note("note: \(note)") }
      return source
    } catch let error as QuantityError {
      throw InputError(.usage, "--supply: \(error)")
    }
  }

  private func write(
    _ results: [Result<ValidatedMultiplier, InputError>], _ files: [String],
    _ validation: MultiplierValidation, _ claimed: [String: PublishedClaims]?
  ) throws {
    var rows = ResultTable(columns: ValidationTable.columns)
    var failures: [InputError] = []
    var differs = false
    for (file, result) in zip(files, results) {
      switch result {
      case .success(let multiplier):
        let row = ValidationTable.row(multiplier, library: validation.library)
        differs = differs || multiplier.hasDifferences
        do {
          try writeTable(multiplier, isOnly: files.count == 1)
          try writePage(multiplier, row: row, validation)
          rows.append(row)
        } catch let error as InputError where error.status == .badData && files.count > 1 {
          rows.append(ValidationTable.row(failed: file, error))
          failures.append(error)
        }
      case .failure(let error):
        rows.append(ValidationTable.row(failed: file, error))
        failures.append(error)
      }
    }
    try output.print(rows, people: ValidationSummary.table(rows))
    if output.format == .table {
      for case .success(let multiplier) in results where !ValidationTable.note(multiplier).isEmpty {
        Swift.print(
          Terminal.wrapped("\(multiplier.netlist.name): \(ValidationTable.note(multiplier))"))
      }
    }
    let names = Set(results.compactMap { try? $0.get().netlist.name })
    for name in (claimed ?? [:]).keys.sorted() where !names.contains(name) {
      Terminal.note("\(claimsFrom ?? ""): claims for '\(name)', which is none of the circuits")
    }
    for error in failures { Terminal.note(error.description) }
    if !failures.isEmpty {
      Terminal.note("\(failures.count) of \(files.count) files failed")
      throw ExitCode(ExitStatus.someFailed.rawValue)
    }
    if differs { throw ExitCode(ExitStatus.differencesFound.rawValue) }
  }

  private func writeTable(_ multiplier: ValidatedMultiplier, isOnly: Bool) throws {
    guard let table else { return }
    let products = try multiplier.productTable()
    let bytes = products.npy(
      productWidth: multiplier.ports.product.bits.count, isSigned: multiplier.format.isSigned)
    if isOnly {
      try OutputFile.checkIsNoInput(table)
      try OutputFile.write(bytes, to: table)
    } else {
      try OutputFile.makeFolder(table)
      try OutputFile.write(bytes, to: "\(table)/\(CircuitFiles.stem(multiplier.file)).npy")
    }
  }

  private func writePage(
    _ multiplier: ValidatedMultiplier, row: [CellValue], _ validation: MultiplierValidation
  ) throws {
    guard let html else { return }
    try OutputFile.makeFolder(html)
    let profile = try ErrorProfile(
      of: multiplier, sample: validation.options.sample)
    let page = CircuitPage(
      multiplier, profile: profile, row: row, delays: validation.arrivals(of: multiplier))
    try OutputFile.write(page.html, to: "\(html)/\(CircuitFiles.stem(multiplier.file)).html")
  }
}

extension ValidationOptions.Sign: ExpressibleByArgument {}
extension RelativeErrorConvention: ExpressibleByArgument {}
