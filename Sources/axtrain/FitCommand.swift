import ArgumentParser
import Files
import Quantities
import Reporting
import Technology

/// `axtrain fit FILE`.
struct FitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit",
    abstract:
      "Fit a technology's or a memory's laws, or a law to a CSV file's points, with errors and residuals.",
    discussion: """
      Example: axtrain fit HardwareSpecs/Technology/ptm45_hp.yaml --format csv
      axtrain fit delays.csv --law ekv --x supply_v --y delay_ps --where cell=inv --html fit.html

      Units are the file's; supplies are in volts. Without --sigma all points weigh alike and no \
      chi-squared can reject the law: the residual standard deviation is printed instead. Where no \
      law is found, --html has the points, and the curve where the search ended.
      """)

  @Argument(
    help: "A technology's or a memory law's YAML file, or a CSV file with --law, --x and --y.")
  var file: String

  @Option(help: "The law: \(DataLaw.allCases.map(\.rawValue).joined(separator: ", ")).")
  var law: DataLaw?

  @Option(help: "The column of supplies, in volts.")
  var x: String?

  @Option(help: "The column that the law gives.")
  var y: String?

  @Option(help: "The column of y's standard deviations.")
  var sigma: String?

  @Option(name: .customLong("where"), help: "Only the rows with COLUMN=VALUE; may be repeated.")
  var conditions: [String] = []

  @Option(help: "Temperature: of the law ekv (default: 298.15 K), or instead of the technology's.")
  var temperature: String?

  @Flag(
    help:
      "Print covariances and correlations instead of the parameters; of a technology law by law.")
  var covariance = false

  @Flag(help: "Print residuals instead of the parameters.")
  var residuals = false

  @Option(help: "Print the law and its band here instead of the parameters; may be repeated.")
  var at: [Double] = []

  @Flag(help: "Let --at lie outside the range of the data.")
  var extrapolate = false

  @Option(help: "Write a page with data, curve, band and residuals to this file.")
  var html: String?

  @Flag(
    help: """
      Print a fit that its chi-squared rejects (probability below 0.001), or a technology's that is \
      far off its data.
      """)
  var acceptPoorFit = false

  @OptionGroup var table: TableOptions

  private var isData: Bool { law != nil || x != nil || y != nil }

  func validate() throws {
    guard [covariance, residuals, !at.isEmpty].count(where: { $0 }) <= 1 else {
      throw ValidationError("--covariance, --residuals and --at exclude one another.")
    }
    guard at.allSatisfy({ $0.isFinite && $0 > 0 }) else {
      throw ValidationError("--at must be above 0.")
    }
    if isData {
      guard law != nil, x != nil, y != nil else {
        throw ValidationError("--law, --x and --y belong together.")
      }
    } else if residuals || !at.isEmpty || sigma != nil || !conditions.isEmpty || extrapolate {
      throw ValidationError(
        "--sigma, --where, --residuals, --at and --extrapolate need --law, --x and --y.")
    }
  }

  func run() throws {
    try DistinctOutputs.check(["--html": html, "--output": table.output])
    if let law, let x, let y {
      try fitData(law, x, y)
    } else {
      try fitTechnology()
    }
  }

  private func fitData(_ law: DataLaw, _ x: String, _ y: String) throws {
    var request = DataFit.Request(law: law, x: x, y: y)
    request.sigma = sigma
    request.conditions = try conditions.map(Self.condition)
    request.temperature = try parsedTemperature()?.value ?? request.temperature
    let fit: DataFit
    switch try DataFit.result(contentsOf: file, request) {
    case .success(let found): fit = found
    case .failure(let failure): throw try drawn(failure)
    }
    try writePage([fit.curve])
    try refuse(fit)
    if covariance {
      try table.print(
        fit.covarianceTable,
        summary: [
          "parameter": "parameter", "other": "other", "covariance": "covariance",
          "correlation": "correlation",
        ])
    } else if residuals {
      try table.print(
        fit.residualTable,
        summary: [
          "x": "x", "y": "y", "fitted_y": "fitted", "residual": "residual",
          "normalized_residual": "in sigma",
        ])
    } else if !at.isEmpty {
      try table.print(
        fit.predictionTable(at: at, extrapolating: extrapolate),
        summary: [
          "x": "x", "y": "y", "low": "low", "high": "high", "extrapolated": "extrapolated",
        ])
    } else {
      try table.print(
        fit.table, heading: "\(fit.curve.fittedQuantity): \(fit.fit.goodness)",
        summary: [
          "parameter": "parameter", "value": "value", "standard_error": "error",
          "rms_residual": "rms", "from_x": "from", "to_x": "to",
        ])
    }
  }

  private func fitTechnology() throws {
    guard try !MemoryLaw.isLaw(StrictYAML(contentsOf: file)) else { return try fitMemory() }
    let node = try TechnologyReader.read(
      file, needing: [], at: parsedTemperature(), acceptingPoorFits: true
    ).node
    try writePage(node.curves)
    try refuse(node.poorFits.first { !$0.isAccepted })
    node.notePoorFits()
    if covariance {
      return try printCovariances(node.covarianceTable)
    }
    var summary: KeyValuePairs = [
      "law": "law", "gate": "gate", "parameter": "parameter", "value": "value",
      "standard_error": "error", "residual_standard_deviation": "residual",
    ]
    if node.gates.contains(where: { $0.value.energyIncludes != nil }) {
      summary = [
        "law": "law", "gate": "gate", "energy_includes": "with", "parameter": "parameter",
        "value": "value", "standard_error": "error", "residual_standard_deviation": "residual",
      ]
    }
    try table.print(
      node.fitTable,
      heading: "Delay, energy, leakage, variation: no weights; residual is a standard deviation.",
      summary: summary)
  }

  /// How the bits of one memory fail.
  private func fitMemory() throws {
    guard temperature == nil else {
      throw InputError(.usage, "--temperature: a memory's failure law knows none: leave it out")
    }
    let law = try MemoryLaw(contentsOf: file)
    try writePage([law.failures.curve])
    try refuse(law.poorFit)
    if covariance { return try printCovariances(law.covarianceTable) }
    try table.print(
      law.fitTable,
      summary: [
        "law": "law", "parameter": "parameter", "value": "value", "standard_error": "error",
        "rms_residual": "rms", "reduced_chi_squared": "chi2/dof", "chi_squared_probability": "P",
        "from_v": "from", "to_v": "to",
      ])
  }

  /// Of the laws of a file.
  private func printCovariances(_ covariances: ResultTable) throws {
    guard !covariances.rows.isEmpty else {
      throw InputError(
        .usage,
        "--covariance: each law of \(file) has as many parameters as data, which give none: leave it "
          + "out")
    }
    try table.print(
      covariances,
      summary: [
        "law": "law", "gate": "gate", "temperature_k": "K", "parameter": "parameter",
        "other": "other", "covariance": "covariance", "correlation": "correlation",
      ])
  }

  /// The refusal of points that no law is fitted to, which are drawn first if there is a page to be.
  private func drawn(_ failure: DataFit.Failure) throws -> InputError {
    guard let html, let curve = failure.curve else { return failure.refusal }
    try writePage([curve])
    let refusal = failure.refusal
    return InputError(refusal.status, at: refusal.location, "\(refusal.message); see \(html)")
  }

  /// Ends with 65 at a law that does not follow its data.
  private func refuse(_ poor: PoorFit?) throws {
    guard let poor, !acceptPoorFit else { return }
    throw poor.refusal(remedy: remedy)
  }

  private var remedy: String {
    (html.map { "see \($0), and " } ?? "draw it by --html, ")
      + "choose another law or range, or say --accept-poor-fit"
  }

  private func writePage(_ curves: [FittedCurve]) throws {
    guard let html else { return }
    try OutputFile.checkIsNoInput(html)
    try OutputFile.write(FitPage(title: file, curves: curves).html, to: html)
  }

  /// Ends with 65 where the data's own standard deviations reject the law.
  private func refuse(_ data: DataFit) throws {
    let (curve, fit) = (data.curve, data.fit)
    guard !acceptPoorFit, let probability = fit.chiSquaredProbability,
      probability < DataFit.leastProbability
    else { return }
    throw InputError(
      .badData, at: SourceLocation(file: file),
      "\(curve.title): the data reject the law '\(curve.law)': chi-squared "
        + "\(CellValue.format(fit.chiSquared, digits: 4)) with \(fit.degreesOfFreedom) "
        + "degrees of freedom has a probability of \(CellValue.format(probability, digits: 2)); "
        + remedy)
  }

  private func parsedTemperature() throws -> Temperature? {
    guard let temperature else { return nil }
    let value = try Temperature(temperature, option: "--temperature")
    guard (Temperature(200)...Temperature(450)).contains(value) else {
      throw InputError(.usage, "--temperature: \(value) is outside 200 K … 450 K")
    }
    return value
  }

  private static func condition(_ text: String) throws -> (column: String, value: String) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty else {
      throw InputError(.usage, "--where: '\(text)' is not COLUMN=VALUE")
    }
    return (String(parts[0]), String(parts[1]))
  }
}

extension DataLaw: ExpressibleByArgument {}
