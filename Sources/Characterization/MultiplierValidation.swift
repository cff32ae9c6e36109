import ErrorTables
import Files
import LogicSimulation
import Netlists

/// What is to be found out about multiplier netlists, and by which conventions.
public struct ValidationOptions: Sendable {
  /// How operands are read.
  public enum Sign: String, Sendable, CaseIterable {
    /// By declarations, the module's name, or the errors on a sample: see `MultiplierSign`.
    case automatic = "auto"
    case signed, unsigned
    /// Mixed: the first operand's sign, then the second's.
    case signedUnsigned = "signed_unsigned"
    case unsignedSigned = "unsigned_signed"

    /// The signs that are said; nil where they are to be found out.
    var signs: OperandSigns? {
      switch self {
      case .automatic: nil
      case .signed: .signed
      case .unsigned: .unsigned
      case .signedUnsigned: OperandSigns(a: true, b: false)
      case .unsignedSigned: OperandSigns(a: false, b: true)
      }
    }
  }

  public var sign = Sign.automatic
  public var convention = RelativeErrorConvention.nonzeroExact
  /// Names of the operand ports; nil binds by usual names.
  public var operands: (a: String, b: String)?
  /// The module to take as the multiplier where a file has several.
  public var top: String?
  /// For operands of more than 32 bits together.
  public var sample = MultiplierSimulation.Sample(count: 1 << 22, seed: 1)
  /// Whether the claims in the circuits' own comments are checked.
  public var checksHeaderClaims = false
  /// Claims by the name of the circuit.
  public var claims: [String: PublishedClaims]?
  /// Whether to compare with a reference, and with which: a netlist, or the exact products.
  public var reference: Reference?
  /// Path of a CSV file with the distribution of operand words.
  public var histogram: String?
  /// Where delay, leakage and energy come from; nil for none.
  public var costs: CostSource?

  public enum Reference: Sendable {
    case exact
    case multiplier(MultiplierSimulation)
  }

  public init() {}
}

/// One multiplier, read, simulated and compared.
public struct ValidatedMultiplier: Sendable {
  public let file: String
  public let netlist: Netlist
  public let ports: MultiplierPorts
  public let format: OperandFormat
  public let sign: MultiplierSign
  public let metrics: ErrorMetrics
  /// The claims that were checked, each with our value and what that says of it; nil where no claims
  /// were asked for.
  public let claims: [CheckedClaim]?
  /// Claims in the circuit's comments that could not be read.
  public let unreadableClaims: [String]
  /// Where a broken claim of a relative error holds by the other convention, a note that says so.
  public let conventionNote: String?
  public let equivalence: EquivalenceResult?
  public let histogramMetrics: OperandHistogram.Metrics?
  public let costs: NetlistCosts?
  /// The netlist of the library's cells alone, of which the costs are.
  public let mapped: Netlist
  /// What was done to the netlist to make it so.
  public let mappingNotes: [String]

  public var brokenClaims: [CheckedClaim] { (claims ?? []).filter { $0.verdict == .broken } }

  /// Whether a claim does not hold or the products differ from the reference's.
  public var hasDifferences: Bool {
    if case .different = equivalence { return true }
    return !brokenClaims.isEmpty || !unreadableClaims.isEmpty
  }

  /// The product of each operand pair.
  ///
  /// - Throws: `InputError` 65 if the operands are too wide for a table.
  public func productTable() throws -> ProductTable {
    try MultiplierSimulation(netlist, ports: ports).productTable(file: file)
  }
}

/// Reads multiplier netlists, simulates them and compares them with what is known of them.
public struct MultiplierValidation: Sendable {
  public let options: ValidationOptions
  public let library: CellLibrary
  /// Threads for the operand pairs of one multiplier.
  public let jobs: Int

  public init(options: ValidationOptions, library: CellLibrary, jobs: Int) {
    self.options = options
    self.library = library
    self.jobs = jobs
  }

  /// Validates the multiplier in a file.
  ///
  /// - Throws: `InputError` as the readers and `MultiplierPorts` do; 65 if the reference has other
  ///   widths; 75 if stopped.
  public func validate(
    _ file: String, stopRequested: @escaping @Sendable () -> Bool = { false },
    finished: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> ValidatedMultiplier {
    let netlist = try NetlistReader.netlist(
      contentsOf: file, library: library, top: options.top)
    let ports = try MultiplierPorts(binding: netlist, file: file, operands: options.operands)
    let simulation = MultiplierSimulation(netlist, ports: ports)
    let sign = try MultiplierSign(of: simulation, options.sign)
    let signs = sign.signs
    let sums =
      simulation.isEnumerable
      ? try simulation.sums(
        signs: signs, convention: options.convention, jobs: jobs,
        stopRequested: stopRequested, finished: finished)
      : try simulation.sums(
        of: options.sample, signs: signs, convention: options.convention, jobs: jobs)
    let format = ports.format(signs)
    let metrics = ErrorMetrics(sums, format: format, convention: options.convention)
    var claims = options.claims?[netlist.name]?.claims ?? []
    var unreadable: [String] = []
    if options.checksHeaderClaims {
      let published = PublishedClaims(
        header: String(
          decoding: try InputFile.bytes(of: file, limit: InputFile.maximumText), as: UTF8.self),
        file: file)
      claims += published.claims
      unreadable = published.unreadable
    }
    let checked =
      options.claims == nil && !options.checksHeaderClaims
      ? nil : claims.map { CheckedClaim($0, metrics) }
    let hint = try ConventionHint(
      checked ?? [], of: simulation, format: format, by: options.convention, jobs: jobs,
      stopRequested: stopRequested)
    let mapped = try netlist.mapped(to: library)
    return ValidatedMultiplier(
      file: file, netlist: netlist, ports: ports, format: format, sign: sign, metrics: metrics,
      claims: checked, unreadableClaims: unreadable, conventionNote: hint?.note,
      equivalence: try equivalence(simulation, file, signs, stopRequested),
      histogramMetrics: try histogramMetrics(simulation, file, format, stopRequested),
      costs: try options.costs.map { try $0.costs(of: mapped.netlist, library: library) },
      mapped: mapped.netlist, mappingNotes: mapped.notes)
  }

  /// The latest arrival at each bit of the product in picoseconds; empty where no delays are known.
  ///
  /// Mapping keeps ports, so the product's bits are found by its port's name.
  public func arrivals(of multiplier: ValidatedMultiplier) -> [Double] {
    guard let source = options.costs, let timing = try? source.timing(of: multiplier.mapped),
      let bound = try? MultiplierPorts(
        binding: multiplier.mapped, file: multiplier.file, operands: options.operands)
    else { return [] }
    let analysis = TimingAnalysis(netlist: multiplier.mapped, source: timing)
    return bound.product.bits.map { net in
      let arrival = analysis.arrival[Int(net.index)]
      return max(arrival.rise, arrival.fall) / 1000
    }
  }

  private func equivalence(
    _ simulation: MultiplierSimulation, _ file: String, _ signs: OperandSigns,
    _ stopRequested: @escaping @Sendable () -> Bool
  ) throws -> EquivalenceResult? {
    switch options.reference {
    case nil: return nil
    case .exact:
      return try simulation.difference(
        from: nil, signs: signs, sample: options.sample, jobs: jobs,
        stopRequested: stopRequested)
    case .multiplier(let reference):
      let (mine, theirs) = (simulation.ports.format(signs), reference.ports.format(signs))
      guard mine == theirs else {
        throw InputError(
          .badData, at: SourceLocation(file: file),
          "'\(simulation.netlist.name)' multiplies \(mine.widthA) by \(mine.widthB) bits and the "
            + "reference '\(reference.netlist.name)' \(theirs.widthA) by \(theirs.widthB): compare "
            + "multipliers of the same widths")
      }
      return try simulation.difference(
        from: reference, signs: signs, sample: options.sample, jobs: jobs,
        stopRequested: stopRequested)
    }
  }

  private func histogramMetrics(
    _ simulation: MultiplierSimulation, _ file: String, _ format: OperandFormat,
    _ stopRequested: @escaping @Sendable () -> Bool
  ) throws -> OperandHistogram.Metrics? {
    guard let path = options.histogram else { return nil }
    try simulation.checkFitsHistogram(file: file)
    let histogram = try OperandHistogram(
      contentsOf: path, widthA: format.widthA, widthB: format.widthB)
    return try simulation.metrics(
      under: histogram, signs: format.signs, file: file, jobs: jobs,
      stopRequested: stopRequested)
  }
}
