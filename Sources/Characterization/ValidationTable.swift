import ErrorTables
import Files
import Netlists

/// The rows of `axtrain validate`: one a multiplier.
public enum ValidationTable {
  /// What became of a file.
  public enum Status: String, Sendable {
    /// Simulated; nothing that was to be compared differs.
    case ok
    /// A published figure does not hold.
    case claimsDiffer = "claims_differ"
    /// A product differs from the reference's.
    case differs
    /// Could not be read or simulated.
    case failed
  }

  /// The row of a multiplier.
  public static func row(_ multiplier: ValidatedMultiplier, library: CellLibrary) -> [CellValue] {
    let metrics = multiplier.metrics
    let sampled = metrics.isSampled
    let costs = multiplier.costs
    // Without a technology the area is still the library's.
    let area = costs?.area ?? library.area(of: multiplier.netlist)
    return [
      .text(multiplier.netlist.name), .text(multiplier.file),
      .integer(metrics.format.widthA), .integer(metrics.format.widthB),
      .flag(metrics.format.isSigned), .integer(multiplier.netlist.gates.count),
      .integer(multiplier.netlist.depth), .precise(100 * metrics.errorRate),
      .precise(metrics.meanErrorDistance), .precise(metrics.meanAbsoluteErrorPercent),
      integer(metrics.worstCaseError), .precise(metrics.worstCaseErrorPercent),
      .precise(100 * metrics.meanRelativeError), .precise(100 * metrics.worstCaseRelativeError),
      .precise(metrics.meanSquaredError), .precise(metrics.bias), .precise(metrics.variance),
      scaled(area?.value, 1e12), scaled(costs?.criticalPath?.value, 1e12),
      scaled(costs?.switchingEnergy?.value, 1e15), scaled(costs?.leakage?.value, 1e9),
      .text(status(multiplier).rawValue), .precise(metrics.normalizedMeanErrorDistance),
      .text(metrics.convention.rawValue), integer(metrics.sums.pairCount), .flag(sampled),
    ] + intervals(metrics) + histogram(multiplier.histogramMetrics) + [
      claims(multiplier, .holds), claims(multiplier, .broken), claims(multiplier, .undecided),
      multiplier.mappingNotes.isEmpty
        ? .missing : .text(multiplier.mappingNotes.joined(separator: "; ")),
      .text(note(multiplier)),
    ]
  }

  /// The row of a file that could not be validated.
  public static func row(failed file: String, _ error: InputError) -> [CellValue] {
    columns.map { column in
      switch column.name {
      case "file": .text(file)
      case "status": .text(Status.failed.rawValue)
      case "note": .text(error.description)
      default: .missing
      }
    }
  }

  private static func scaled(_ value: Double?, _ factor: Double) -> CellValue {
    value.map { .precise($0 * factor) } ?? .missing
  }

  static func status(_ multiplier: ValidatedMultiplier) -> Status {
    if case .different = multiplier.equivalence { return .differs }
    return multiplier.hasDifferences ? .claimsDiffer : .ok
  }

  /// The metrics of the claims with a verdict; missing where no claims were asked for.
  private static func claims(
    _ multiplier: ValidatedMultiplier, _ verdict: CheckedClaim.Verdict
  ) -> CellValue {
    guard let claims = multiplier.claims else { return .missing }
    return .text(
      claims.filter { $0.verdict == verdict }.map(\.claim.metric.rawValue).joined(separator: " "))
  }

  private static func integer(_ value: UInt64) -> CellValue {
    Int(exactly: value).map(CellValue.integer) ?? .precise(Double(value))
  }

  private static func intervals(_ metrics: ErrorMetrics) -> [CellValue] {
    guard metrics.isSampled else { return Array(repeating: .missing, count: 4) }
    return [
      .precise(100 * metrics.errorRateInterval), .precise(metrics.meanErrorInterval),
      .precise(100 * metrics.relativeErrorInterval), .precise(metrics.biasInterval),
    ]
  }

  private static func histogram(_ metrics: OperandHistogram.Metrics?) -> [CellValue] {
    guard let metrics else { return Array(repeating: .missing, count: 5) }
    return [
      .precise(100 * metrics.errorRate), .precise(metrics.meanErrorDistance),
      .precise(100 * metrics.meanRelativeError), .precise(metrics.meanSquaredError),
      .precise(metrics.bias),
    ]
  }

  /// What comparisons found, in words.
  public static func note(_ multiplier: ValidatedMultiplier) -> String {
    var notes = multiplier.brokenClaims.map { broken in
      "\(broken.claim.location): claims \(broken.claim.metric.rawValue) \(broken.claim.text), found "
        + CellValue.format(broken.ours, digits: 6)
    }
    if let note = multiplier.conventionNote { notes.append(note) }
    notes += multiplier.unreadableClaims
    if let claims = multiplier.claims {
      let (held, open) = (
        claims.filter { $0.verdict == .holds }.count,
        claims.filter { $0.verdict == .undecided }.count
      )
      notes.append(claims.isEmpty ? "no claims found" : "\(held) of \(claims.count) claims hold")
      if open > 0 { notes.append("\(open) cannot be decided by a sample") }
    }
    notes += multiplier.netlist.notes
    if multiplier.sign.isGuessed {
      notes.append("read as \(multiplier.sign.signs.description), by its errors")
    } else if multiplier.sign.signs.isMixed {
      notes.append("read as \(multiplier.sign.signs.description)")
    }
    let metrics = multiplier.metrics
    if metrics.isSampled {
      notes.append(
        "a sample of \(metrics.sums.pairCount) pairs: MAE ± "
          + CellValue.format(metrics.meanErrorInterval, digits: 3)
          + " (95 %), WCE is a lower bound")
    }
    switch multiplier.equivalence {
    case nil: break
    case .equivalent(let pairs): notes.append("equal to the reference on all \(pairs) pairs")
    case .noDifference(let samples):
      notes.append("no difference from the reference in \(samples) samples, which is no proof")
    case .different(let pair):
      notes.append(
        "\(pair.a) x \(pair.b) gives \(pair.product), the reference \(pair.expected)")
    }
    notes += multiplier.costs?.reasons ?? []
    return notes.joined(separator: "; ")
  }

  /// The columns of the table; e is approximate − exact, over all operand pairs.
  public static let columns: [ColumnDefinition] = [
    ColumnDefinition("name", "The name of the netlist's module."),
    ColumnDefinition("file", "The path of the netlist, as it was given or found."),
    ColumnDefinition("width_a", "The width of the first operand in bits."),
    ColumnDefinition("width_b", "The width of the second operand in bits."),
    ColumnDefinition(
      "signed",
      "Whether the product is a two's complement number; `note` says if only one operand is."),
    ColumnDefinition(
      "gates",
      "The number of cell outputs (a full adder has two), without cells that reach no output."),
    ColumnDefinition("depth", "The most gates on a path from an input to an output."),
    ColumnDefinition(
      "error_rate_percent", "100·P(e ≠ 0) with e = approximate − exact, over all pairs."),
    ColumnDefinition("mae", "Mean |e| over all pairs (also MED), in units of the product."),
    ColumnDefinition("mae_percent", "100·mean |e| / 2^(width_a + width_b)."),
    ColumnDefinition(
      "wce", "The largest |e|, in units of the product; of a sample only a lower bound."),
    ColumnDefinition("wce_percent", "100·the largest |e| / 2^(width_a + width_b)."),
    ColumnDefinition(
      "mre_percent", "100·the mean relative error under `relative_error_convention`."),
    ColumnDefinition(
      "wcre_percent",
      "100·the largest relative error under `relative_error_convention`; of a sample only a lower "
        + "bound."),
    ColumnDefinition("mse", "Mean e² over all pairs, in squared units of the product."),
    ColumnDefinition("bias", "Mean e over all pairs, in units of the product."),
    ColumnDefinition(
      "variance", "Mean (e − bias)² over all pairs, in squared units of the product."),
    ColumnDefinition(
      "area_um2",
      "The sum of the library's cell areas in square micrometers; operators and cells that the "
        + "library lacks are made of its cells first (`note`). Empty where a cell has no area."),
    ColumnDefinition(
      "critical_path_ps",
      "The longest path of the typical die at the supply in use, in picoseconds; false paths count."
    ),
    ColumnDefinition(
      "switching_energy_fj",
      "Mean energy of one multiplication of uniformly random operands at the supply in use, in "
        + "femtojoules; zero-delay transitions, no glitches."),
    ColumnDefinition("leakage_nw", "Leakage power at the supply in use, in nanowatts."),
    ColumnDefinition(
      "status",
      "`ok`; `claims_differ`: a published figure does not hold; `differs`: not equal to the "
        + "reference; `failed`: could not be read or simulated. `note` says more."),
    ColumnDefinition("nmed", "Mean |e| / the largest magnitude of an exact product, a fraction."),
    ColumnDefinition(
      "relative_error_convention",
      "`nonzero_exact`: |e| / |exact| over the pairs whose exact product is not 0; `at_least_one`: "
        + "|e| / max(1, |exact|) over all pairs."),
    ColumnDefinition("pairs", "How many operand pairs were simulated."),
    ColumnDefinition(
      "sampled",
      "Whether the pairs are a seeded sample; then the next four columns are half-widths of 95 % "
        + "confidence intervals."),
    ColumnDefinition("error_rate_ci95_percent", "Of error_rate_percent (normal approximation)."),
    ColumnDefinition("mae_ci95", "Of mae, in units of the product."),
    ColumnDefinition("mre_ci95_percent", "Of mre_percent."),
    ColumnDefinition("bias_ci95", "Of bias, in units of the product."),
    ColumnDefinition(
      "histogram_error_rate_percent",
      "100·P(e ≠ 0) for operands drawn from the operand histogram; empty without one, as are the "
        + "next four."),
    ColumnDefinition("histogram_mae", "Mean |e| under the operand histogram."),
    ColumnDefinition(
      "histogram_mre_percent",
      "100·mean |e| / |exact| under the operand histogram, over pairs whose exact product is not 0."
    ),
    ColumnDefinition("histogram_mse", "Mean e² under the operand histogram."),
    ColumnDefinition(
      "histogram_bias", "Mean e under the operand histogram: what a network layer feels."),
    ColumnDefinition(
      "claims_hold",
      "The published figures that hold, separated by blanks; empty without claims, as are the next "
        + "two."),
    ColumnDefinition("claims_broken", "The published figures that do not hold."),
    ColumnDefinition(
      "claims_undecided", "The published figures that a sample neither confirms nor refutes."),
    ColumnDefinition(
      "mapping",
      "Which operators and foreign cells became which cells of the library for area, delay and "
        + "energy."),
    ColumnDefinition(
      "note",
      "Claims that do not hold, what the reader took for granted (cells of the built-in kit), how the "
        + "sign was found, samples, the comparison with the reference, or the error message."),
  ]
}
