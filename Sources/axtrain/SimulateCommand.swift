import Accelerators
import ArgumentParser
import Files
import Networks
import Quantities
import Reporting

/// `axtrain simulate`.
struct SimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Cycles, stalls, utilization, accesses and energy of layers on an array.",
    discussion: """
      Example: axtrain simulate --hardware HardwareSpecs/Accelerators/ntc16x16.yaml --rows 8 \
      --columns 8 --dataflow output_stationary --gemm 64x64x64 --convention scalesim --format csv

      --topology reads SCALE-Sim's CSV files, GEMM and convolution, or a Timeloop problem in YAML. \
      --trace and --accesses step the registers of one product with random operands, and end with \
      status 70 where the closed form gives other counts.
      """)

  @OptionGroup var accelerator: AcceleratorOptions

  @Option(help: "A matrix product M×K×N, such as 64x64x64.")
  var gemm: String?

  @Option(help: "A SCALE-Sim topology (.csv) or a Timeloop problem (.yaml).")
  var topology: String?

  @Option(help: "A network: a preset's name, resnet-50, or a topology's YAML file.")
  var network: String?

  @Option(help: "Images that are processed together, of --network and --topology FILE.csv.")
  var batch: Int?

  @Option(help: "What cycles count: physical or scalesim.")
  var convention = CycleConvention.physical

  @Flag(help: "Print every field of the accelerator with its source, and simulate nothing.")
  var explain = false

  @Option(help: "Write the registers' values, cycle by cycle, to this VCD file.")
  var trace: String?

  @Option(help: "Write each access to a buffer and the bank to this CSV file.")
  var accesses: String?

  @Option(help: "The seed of a trace's operands, 0 or more.")
  var seed: UInt64 = 1

  @Option(
    help: "Energies by a table: a name in HardwareSpecs/Energy (horowitz45, eyeriss) or a file.")
  var energyTable: String?

  @Option(help: "The clock's period for the energy-delay product, such as \"2 ns\".")
  var clockPeriod: String?

  @Option(help: "Write a page with roofline, utilization and energy to this HTML file.")
  var html: String?

  @OptionGroup var table: TableOptions

  func validate() throws {
    let works = [gemm, topology, network].count { $0 != nil }
    guard explain ? works <= 1 : works == 1 else {
      throw ValidationError("Give one of --gemm, --topology and --network.")
    }
    guard batch == nil || gemm == nil else {
      throw ValidationError("--batch is not for --gemm: M is given.")
    }
    if energyTable != nil, convention != .physical {
      // Its counts are those of an array without a bank, which no accelerator's file describes.
      throw ValidationError("--energy-table needs --convention physical.")
    }
    if explain, energyTable != nil || html != nil || trace != nil || accesses != nil {
      throw ValidationError("--explain simulates nothing: leave out what writes results.")
    }
    if clockPeriod != nil, energyTable == nil {
      throw ValidationError("--clock-period needs --energy-table.")
    }
    if trace != nil || accesses != nil, convention != .physical || gemm == nil {
      throw ValidationError("--trace and --accesses need --gemm and --convention physical.")
    }
  }

  func run() throws {
    try DistinctOutputs.check([
      "--trace": trace, "--accesses": accesses, "--html": html, "--output": table.output,
    ])
    let spec = try accelerator.spec()
    if explain {
      let explanation = try accelerator.explanation(spec)
      return try table.print(explanation, people: explanation)
    }
    let model = AnalyticalModel(spec: spec)
    let layers = try layers()
    let estimates = try layers.map { try model.estimate($0, convention) }
    let rows = try LayerEstimate.table(
      estimates, of: spec, convention, energyTable: energies(), clockPeriod: period())
    if trace != nil || accesses != nil { try writeTrace(spec, layers[0]) }
    if let html {
      guard layers.count <= Self.pageLayers else {
        throw InputError(
          .usage, "--html: \(layers.count) layers; a page shows at most \(Self.pageLayers)")
      }
      let page = SimulationPage(
        title: "\(gemm ?? topology ?? network ?? "") on \(spec.name)",
        lead: "\(spec.rows) × \(spec.columns) elements, "
          + "\(spec.dataflow.rawValue.replacing("_", with: " ")), convention \(convention.rawValue).",
        layers: rows, dramBitsPerCycle: spec.dramBitsPerCycle)
      try OutputFile.write(page.html, to: html)
    }
    let summary: KeyValuePairs = [
      "layer": "layer", "m": "m", "k": "k", "n": "n", "compute_cycles": "compute",
      "stall_cycles": "stall", "total_cycles": "cycles", "utilization": "utilization",
      "dram_read_bits": "DRAM in",
    ]
    let withEnergy: KeyValuePairs = [
      "layer": "layer", "m": "m", "k": "k", "n": "n", "total_cycles": "cycles",
      "utilization": "utilization", "on_chip_energy": "on chip", "total_energy": "with DRAM",
      "energy_unit": "unit",
    ]
    try table.print(rows, summary: energyTable == nil ? summary : withEnergy)
  }

  /// Layers that a page has room for.
  private static let pageLayers = 1000

  private func energies() throws -> EnergyTable? {
    guard let energyTable else { return nil }
    let isFile = energyTable.contains("/") || energyTable.hasSuffix(".yaml")
    return try EnergyTable(
      contentsOf: isFile ? energyTable : "HardwareSpecs/Energy/\(energyTable).yaml")
  }

  private func period() throws -> Delay? {
    guard let clockPeriod else { return nil }
    let period: Delay
    do throws(QuantityError) {
      period = try Delay(parsing: clockPeriod)
    } catch {
      throw InputError(.usage, "--clock-period: \(error)")
    }
    guard period.value > 0, period.value <= 1 else {
      throw InputError(.usage, "--clock-period: \(clockPeriod) is not above 0 and at most 1 s")
    }
    return period
  }

  private func layers() throws -> [GEMM] {
    try AcceleratorOptions.check("--batch", batch, 1...65_536)
    if let gemm { return [try GEMM(option: gemm)] }
    if let topology {
      guard topology.hasSuffix(".yaml") || topology.hasSuffix(".yml") else {
        return try ScaleSimTopology.read(contentsOf: topology, batch: batch ?? 1)
      }
      guard batch == nil else {
        throw InputError(.usage, "--batch is not for a Timeloop problem: N is given")
      }
      return try TimeloopProblem.read(contentsOf: topology)
    }
    let name = network ?? ""
    let topology = name == ResNet50.name ? nil : try readNetwork(name)
    do throws(WorkloadError) {
      guard let topology else { return try ResNet50.gemms(batch: batch ?? 1) }
      return try topology.gemms(batch: batch ?? 1)
    } catch {
      throw InputError(.badData, at: SourceLocation(file: name), error.reason)
    }
  }

  private func readNetwork(_ name: String) throws -> NetworkTopology {
    if let preset = Preset(rawValue: name) { return try preset.topology() }
    guard FileArgument.isPath(name) else {
      let presets = (Preset.allCases.map(\.rawValue) + [ResNet50.name]).joined(separator: ", ")
      throw InputError(
        .usage, "--network: '\(name)' is no preset (\(presets)); files end in .yaml")
    }
    return try TopologyReader.read(contentsOf: name)
  }

  private func writeTrace(_ spec: AcceleratorSpec, _ layer: GEMM) throws {
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
