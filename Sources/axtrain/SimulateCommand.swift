import Accelerators
import ArgumentParser
import DesignSpaceExploration
import Files
import Foundation
import NetworkEvaluation
import Networks
import Quantities
import Reporting

/// `axtrain simulate`.
struct SimulateCommand: ListeningCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Cycles, stalls, utilization, accesses and energy of layers on an array.",
    discussion: """
      Example: axtrain simulate --hardware HardwareSpecs/Accelerators/ntc16x16.yaml --rows 8 \
      --columns 8 --dataflow output_stationary --gemm 64x64x64 --convention scalesim --format csv

      --topology reads SCALE-Sim's CSV files, GEMM and convolution, or a Timeloop problem in YAML. \
      --network DIR, a model's folder, computes the values of its test images too, bit for bit: \
      axtrain simulate --network Models/mnist --images 1000 --level register \
      --energy-table horowitz45

      --rows, --columns, --dataflow and the buffers' words take lists and ranges; a row is then a \
      design point's total: axtrain simulate --network resnet-50 --rows 8:128:8 --columns 8:128:8 \
      --dataflow all --energy-table horowitz45 --output points.csv --format csv

      --trace and --accesses step the registers of one product with random operands, and end with \
      status 70 where the closed form gives other counts.
      """)

  @OptionGroup var accelerator: AcceleratorOptions

  @Option(help: "A matrix product M×K×N, such as 64x64x64.")
  var gemm: String?

  @Option(help: "A SCALE-Sim topology (.csv) or a Timeloop problem (.yaml).")
  var topology: String?

  @Option(
    help: """
      A network: a preset's name, resnet-50, a topology's YAML file, or a trained model's folder, \
      whose values are computed too.
      """)
  var network: String?

  @Option(
    help: """
      Images that are processed together, of --network and --topology FILE.csv (default: 1; of a \
      trained model 64).
      """)
  var batch: Int?

  @Option(help: "What cycles count: physical or scalesim.")
  var convention = CycleConvention.physical

  @Flag(help: "Print every field of the accelerator with its source, and simulate nothing.")
  var explain = false

  @Option(help: "Write the registers' values, cycle by cycle, to this VCD file.")
  var trace: String?

  @Option(help: "Write each access to a buffer and the bank to this CSV file.")
  var accesses: String?

  @Option(
    help: "The seed of the random operands of --trace, --accesses and --level register, 0 or more.")
  var seed: String?

  @Option(
    help: """
      Energies by a table: a name in HardwareSpecs/Energy (horowitz45, eyeriss) or a file; or none \
      (default: the file's, or none).
      """)
  var energyTable: String?

  @Option(help: "The clock's period for the energy-delay product, such as \"2 ns\".")
  var clockPeriod: String?

  @Option(help: "Write a page with roofline, utilization and energy to this HTML file.")
  var html: String?

  @OptionGroup var values: SimulateValueOptions

  @OptionGroup var gates: SimulateGateOptions

  @OptionGroup var table: TableOptions

  /// The model's folder whose values are computed; nil for anything else. A preset's name is no folder.
  var folder: String? {
    var isFolder: ObjCBool = false
    guard let network, Preset(rawValue: network) == nil, network != ResNet50.name,
      FileManager.default.fileExists(atPath: network, isDirectory: &isFolder),
      isFolder.boolValue
    else { return nil }
    return network
  }

  /// Whether the registers of layers are stepped whose operands nobody gives.
  var stepsLayers: Bool { folder == nil && values.level == .register }

  func validate() throws {
    let works = [gemm, topology, network].count { $0 != nil }
    guard explain ? works <= 1 : works == 1 else {
      throw ValidationError("Give one of --gemm, --topology and --network.")
    }
    guard batch == nil || gemm == nil else {
      throw ValidationError("--batch is not for --gemm: M is given.")
    }
    if folder == nil, let option = values.given.first {
      throw ValidationError("\(option) needs --network DIR, a trained model's folder.")
    }
    if gates.takesEnergies, takesTable || convention != .physical {
      throw ValidationError(
        "--supply takes energies from gates: leave out --energy-table, and --convention scalesim.")
    }
    if values.level == .register, convention != .physical {
      throw ValidationError("--level register needs --convention physical.")
    }
    try gates.errors.check(runsRegisters: folder != nil && values.level == .register)
    if folder != nil { try accelerator.checkNamesNoWords() }
    if takesTable, convention != .physical {
      // Its counts are those of an array without a bank, which no accelerator's file describes.
      throw ValidationError("--energy-table needs --convention physical.")
    }
    let results = [html, trace, accesses].contains { $0 != nil }
    if explain,
      results || !values.given.isEmpty || values.level != nil || values.jobs != nil
    {
      throw ValidationError("--explain simulates nothing: leave out what writes results.")
    }
    if trace != nil || accesses != nil, convention != .physical || gemm == nil {
      throw ValidationError("--trace and --accesses need --gemm and --convention physical.")
    }
  }

  func run() throws {
    try DistinctOutputs.check([
      "--trace": trace, "--accesses": accesses, "--html": html, "--output": table.output,
    ])
    var stated = try gates.operation()
    stated.energyTable = energyTable.map { takesTable ? $0 : nil }
    stated.multiplier = values.multiplier.choice
    let points = try accelerator.points(stated)
    try values.multiplier.of(points.base).check(for: points.base)
    guard points.count == 1 else {
      do {
        return try simulate(points)
      } catch let error as InputError where error.status == .stopped {
        throw InputError(
          .stopped,
          table.format == .table || table.output != nil
            ? "stopped on request; no table was written"
            : "stopped on request; the table ends early")
      }
    }
    StopSignal.endAtOnce()
    if folder == nil, !stepsLayers, values.jobs != nil {
      throw InputError(
        .usage, "--jobs is for --network DIR, --level register and several design points")
    }
    let given = points[0]
    try AcceleratorOptions.check("--batch", batch, 1...65_536)
    if explain {
      // What is given is checked, though nothing is done with it.
      if folder == nil, [gemm, topology, network].contains(where: { $0 != nil }) {
        _ = try layers()
      }
      _ = try energies(given)
      return try printExplanation(given, flags: stated)
    }
    let multiplier = values.multiplier.of(given)
    let supply = try logicSupply(given)
    // What is wrong is said before a network is read and run.
    if supply != nil { try gates.check(multiplier, on: given) }
    let seed = try Seed.value(seed, option: "--seed") ?? 1
    let energyTable = try supply == nil ? energies(given) : nil
    try refuseUnused(supply: supply, energyTable: energyTable)
    let period = try period(energyTable)
    try checkKeepsInputs()
    let outcome = try folder.map { try runImages($0, on: given, through: multiplier, supply) }
    let spec = outcome?.spec ?? given
    let estimates = try outcome?.layers ?? estimates(on: spec)
    try checkKeepsInputs()
    let costs = try LayerEstimate.table(
      estimates, of: spec, convention, energyTable: energyTable, clockPeriod: period)
    let gateCosts = try supply.map {
      try costsByGates(multiplier, on: spec, at: $0, of: estimates, network: outcome?.model)
    }
    let stepped = try stepLayers(
      estimates, on: spec, products: gateCosts?.products ?? .exact(for: spec), seed: seed)
    var rows = costs
    if let gateCosts {
      rows = adding(
        gateCosts, to: rows, of: estimates, counted: outcome?.run.layerToggles ?? stepped?.toggles)
    }
    if let outcome {
      rows = outcome.run.table(
        adding: rows, labels: outcome.labels, multiplier: outcome.multiplier, chip: outcome.chip)
    } else if let stepped {
      rows = stepped.table(adding: rows, of: estimates)
    }
    noteAssumptions(outcome, on: given, supply: supply, energyTable: energyTable)
    if let gateCosts { noteUnknown(gateCosts) }
    if trace != nil || accesses != nil { try writeTrace(spec, estimates[0].layer, seed) }
    if let html {
      guard estimates.count <= Self.pageLayers else {
        throw InputError(
          .usage, "--html: \(estimates.count) layers; a page shows at most \(Self.pageLayers)")
      }
      let page = SimulationPage(
        title: "\(gemm ?? topology ?? network ?? "") on \(spec.name)",
        lead: "\(spec.rows) × \(spec.columns) elements, "
          + "\(spec.dataflow.rawValue.replacing("_", with: " ")), convention \(convention.rawValue).",
        layers: rows, dramBitsPerCycle: spec.dramBitsPerCycle)
      try OutputFile.write(page.html, to: html)
    }
    let energy: SimulationSummary.Energy? =
      energyTable != nil ? .table : supply != nil ? .gates : nil
    try table.print(
      rows,
      heading: SimulationSummary.heading(
        spec, convention, energyTable: energyTable, supply: supply),
      summary: SimulationSummary.columns(energy, hasValues: outcome != nil))
  }

  /// Refuses outputs that would take the place of what was read so far.
  ///
  /// - Throws: `InputError` 64.
  private func checkKeepsInputs() throws {
    for path in [trace, accesses, html, table.output].compactMap({ $0 }) {
      try OutputFile.checkIsNoInput(path)
    }
  }

  /// Says what a row's numbers do not share.
  private func noteAssumptions(
    _ outcome: SimulateValueOptions.Outcome?, on given: AcceleratorSpec, supply: Voltage?,
    energyTable: EnergyTable?
  ) {
    if let outcome { TrainedModel.noteWords(given, outcome.spec) }
    if let outcome, let overflows = outcome.run.overflows {
      OverflowNote.show(overflows, outcome.spec.accumulator)
    } else {
      accelerator.noteNarrowSums(outcome?.spec ?? given)
    }
    noteDroppedEnergies(given)
    if let energyTable, supply == nil, given.operation.logicSupply != nil {
      Terminal.note(
        "note: energies of '\(energyTable.name)' are of its own supply, whatever the rails: "
          + "--supply takes them from gates at one")
    }
    if stepsLayers {
      Terminal.note(
        "note: every register was stepped, with random words"
          + (supply == nil ? " and exact products" : "")
          + ": cycles, stalls, products, accesses of the bank and clock edges are the closed form's"
      )
    }
    if outcome?.chip != nil, let supply {
      Terminal.note(
        "note: values have the late products of one chip at \(supply); changes of registers are those "
          + "of settled products, sums and memory cells are without errors")
    } else if outcome != nil, let supply {
      Terminal.note(
        "note: values and accuracy are without errors, energies are those at \(supply): "
          + "'axtrain evaluate --supply' has the errors of late products and failing cells")
    }
    if let energyTable, let multiplier = given.operation.multiplier {
      Terminal.note(
        "note: a product's energy is that of '\(energyTable.name)', whatever the multiplier; "
          + "--supply takes it from the gates of \(multiplier)")
    }
  }

  /// Says what is late, and what the technology has no figures of.
  private func noteUnknown(_ costs: GateLevelCosts) {
    let model = costs.model
    for (name, profile) in [("multiplier", model.multiplier), ("accumulators' adder", model.adder)]
    where !profile.meetsTiming(costs.clockPeriod) {
      func text(_ seconds: Double) -> String { CellValue.format(1e9 * seconds, digits: 4) + " ns" }
      Terminal.note(
        "note: the \(name)'s longest path takes \(text(profile.criticalPath)) on a typical die, "
          + "\(text(profile.slowestDieCriticalPath)) on the slowest of \(GateLevelCosts.dies), and the "
          + "clock period is \(text(costs.clockPeriod.value)): what comes late is in no energy here"
      )
    }
    var unknown = model.unknown + (model.elementSide == nil ? ["wires"] : [])
    if costs.areaLibrary == nil { unknown.append("areas of its cells in this library (--cells)") }
    if !unknown.isEmpty {
      Terminal.note(
        "note: technology '\(model.technology.name)' has no figures of "
          + "\(unknown.joined(separator: ", ")): no sum or ratio here has these")
    }
    model.technology.notePoorFits()
    if model.technology.variation == nil {
      Terminal.note("note: energies are those of a typical die: no 'threshold_variation' there")
    }
    if model.technology.sram == nil, model.spec.operation.memorySupply != nil {
      Terminal.note("note: no energy depends on the accelerator's memory rail: no 'sram' there")
    }
  }

  /// Whether energies by a table are asked for, whatever the accelerator's file states.
  var takesTable: Bool { OptionalCount.isStated(energyTable) }

  /// The supply at which gates are simulated; nil where they are not.
  ///
  /// - Throws: `InputError` 64 for options that need a supply or a trained network, and have none.
  private func logicSupply(_ spec: AcceleratorSpec) throws -> Voltage? {
    if gates.takesEnergies { return spec.operation.logicSupply }
    let multiplier = values.multiplier.multiplier
    // The file's rails serve where gates can be simulated and no table is asked for.
    if let supply = spec.operation.logicSupply, spec.operation.multiplier != nil, !takesTable,
      convention == .physical
    {
      return supply
    }
    let needy = gates.given.first ?? (folder == nil && multiplier != nil ? "--multiplier" : nil)
    if let needy {
      throw InputError(
        .usage,
        "\(needy) is for energies by gates, which need --supply and --multiplier FILE"
          + (needy == "--multiplier" ? ", or for --network DIR" : ""))
    }
    return nil
  }

  private func estimates(on spec: AcceleratorSpec) throws -> [LayerEstimate] {
    try AnalyticalModel(spec: spec).estimates(layers(), convention)
  }

  /// Layers that a page has room for.
  private static let pageLayers = 1000

  private func writeTrace(_ spec: AcceleratorSpec, _ layer: GEMM, _ seed: UInt64) throws {
    try Self.writing(trace) { registers in
      try Self.writing(accesses) { accesses in
        _ = try TracedRun(
          spec: spec, layer: layer, seed: seed, registers: registers, accesses: accesses)
      }
    }
  }

  /// Writes a file in pieces where one is asked for.
  private static func writing(_ path: String?, _ body: (((String) -> Void)?) throws -> Void) throws
  {
    guard let path else { return try body(nil) }
    try OutputFile.writePieces(to: path) { file in try body { file.write($0) } }
  }
}
