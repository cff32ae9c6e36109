import Accelerators
import ArgumentParser
import Characterization
import ErrorTables
import Files
import Netlists
import NetworkEvaluation
import Quantities
import QuantizedNetworks
import TableArithmetic
import Technology
import Training

/// The hardware that `axtrain train` trains for.
struct TrainHardwareOptions: ParsableArguments {
  @Option(
    help: """
      A multiplier's netlist, structural Verilog or BLIF, whose products methods in integers train \
      through, and whose errors the penalty of act weighs (default: exact products).
      """)
  var multiplier: String?

  @Option(help: "How its operands are read: auto (default), signed or unsigned.")
  var sign: ValidationOptions.Sign?

  @Option(help: "The cell library of the netlist (default: HardwareSpecs/Cells/ptm45.lib).")
  var cells: String?

  @Option(
    help: """
      The rate of wrong memory bits, 0 to 0.5, in place of the memory's law. Methods that do not \
      train for it report the weights' sensitivity at it.
      """)
  var bitErrorRate: Double?

  @Option(
    help: """
      Buffers that have wrong bits at this rate, or at drawn ones: weights (default), activations \
      or both.
      """)
  var faultyBuffers: EvaluationSetup.FaultyBuffers?

  @Option(
    help: """
      How many times the rates of wrong bits pas and act_pas train for, penalty included, 1 to 100, up \
      to a rate of 0.5 (default: 1).
      """)
  var trainingRateFactor: Double?

  @OptionGroup var point: OperatingPointOptions

  @Option(
    help: """
      Supplies of the logic that each step of axtrain draws one of, with the errors there, in place of \
      --supply and --drawn-rates: "0.45:0.60:0.05 V" or "0.45,0.5 V". The memory is at \
      --memory-supply, or follows.
      """)
  var drawnSupplies: String?

  @Option(
    help: """
      The seed of the dies that timing errors are counted on (default: 0: other dies than those \
      of 'axtrain evaluate').
      """)
  var dieSeed: UInt64?

  @Option(
    help: """
      How methods that draw errors have those of products: statistical (default), drawn from counted \
      tables; or transition, captured by simulated dies on the products' own operands.
      """)
  var timingErrors: TimingErrorChoice.Training?

  @Option(
    help: """
      Dies that the elements of each step draw from, with --timing-errors transition, 1 to 64 \
      (default: 16).
      """)
  var trainingVariants: Int?

  /// Whether errors are given, at one rate or by an operating point.
  var hasErrors: Bool { bitErrorRate != nil || point.accelerator != nil }

  /// The supplies that steps draw one of, rising; empty where they draw none.
  ///
  /// - Throws: `InputError` 64.
  private func chosenSupplies() throws -> [Voltage] {
    guard let drawnSupplies else { return [] }
    let supplies = try SupplyRange.supplies(drawnSupplies, option: "--drawn-supplies")
    let most = EvaluationSetup.TrainingChoice.maximumDrawnSupplies
    guard supplies.count <= most else {
      throw InputError(.usage, "--drawn-supplies are at most \(most), not \(supplies.count)")
    }
    let variants = trainingVariants ?? TimingErrorChoice.standard.trainingVariants
    if timingErrors == .transition,
      let excess = EvaluationSetup.TrainingChoice.excessOfTables(
        supplies: supplies.count, dies: variants)
    {
      throw InputError(.usage, "--drawn-supplies: \(excess) --training-variants")
    }
    return supplies
  }

  /// Refuses drawn supplies that nothing draws, or beside another choice of them; where the recipe leaves
  /// drawn rates out, they may stand beside the supply that it trains at.
  private func checkDrawnSupplies(_ method: TrainingMethod, _ settings: MethodSettings) throws {
    guard drawnSupplies != nil else { return }
    func fail(_ what: String) -> InputError { InputError(.usage, "--drawn-supplies \(what)") }
    guard method == .axtrain else {
      throw UnusedOption("--drawn-supplies", "does nothing with --method \(method.rawValue)")
    }
    guard point.accelerator != nil else { throw fail("needs --hardware") }
    let isDrawn = settings.drawsRates(method)
    guard point.supply == nil || !isDrawn else {
      throw fail("takes the place of --supply: give one of them")
    }
    guard point.supply != nil || isDrawn else {
      throw InputError(
        .usage,
        "--without drawn_rates trains at one supply, which --drawn-supplies does not name: give --supply"
      )
    }
    _ = try chosenSupplies()
  }

  /// Whether timing errors are counted for a method, for which `--hardware` is there.
  private func countsTiming(for method: TrainingMethod) -> Bool {
    method.drawsErrors || (method.usesTimingErrors && multiplier != nil)
  }

  /// Refuses what of the operating point would not be looked at.
  private func refuseUnused(_ method: TrainingMethod) throws {
    guard point.accelerator != nil, !countsTiming(for: method) else { return }
    let isWithoutProducts = method.usesTimingErrors
    let timing =
      "does nothing with --method \(method.rawValue)"
      + (isWithoutProducts ? " without --multiplier: name one, or leave it out" : ": leave it out")
    for (option, isGiven) in [
      ("--clock", point.clock != nil), ("--dies", point.dies != nil),
      ("--transitions", point.transitions != nil), ("--die-seed", dieSeed != nil),
    ] where isGiven {
      throw UnusedOption(option, timing)
    }
    // What is left is the memory's, which follows the logic where nothing else says what it does.
    let hasRate = bitErrorRate != nil
    guard hasRate || point.memorySupply != nil else { return }
    let memory = hasRate ? "--bit-error-rate" : "--memory-supply"
    for (option, isGiven) in [
      ("--supply", point.supply != nil), ("--technology", hasRate && point.technology != nil),
    ] where isGiven {
      throw UnusedOption(
        option, "does nothing with --method \(method.rawValue) and \(memory): leave it out")
    }
  }

  /// Refuses two_point_noise or act where it is known that no bit of a weight is wrong, and no product.
  private func checkNoise(_ method: TrainingMethod) throws {
    if method == .twoPointNoise {
      let name = "--method two_point_noise trains by noise of wrong bits of weights, and"
      guard bitErrorRate != 0 else {
        throw InputError(.usage, "\(name) --bit-error-rate 0 leaves none: give a rate above 0")
      }
      guard bitErrorRate != nil || point.hasMemory else {
        throw InputError(
          .usage, "\(name) --memory-supply none leaves none: give a supply, or --bit-error-rate")
      }
    }
    guard !method.usesPenalty || multiplier != nil || bitErrorRate != nil || point.hasMemory else {
      throw InputError(
        .usage,
        "--method \(method.rawValue): its penalty would be 0, since --memory-supply none leaves no bit "
          + "of a weight wrong and products are exact: name a --multiplier")
    }
  }

  /// Refuses what does not go together, and a method without what it needs.
  ///
  /// - Throws: `InputError` 64 that names the option, `UnusedOption` if one does nothing.
  func check(_ method: TrainingMethod, _ settings: MethodSettings) throws {
    let drawsRates = settings.drawsRates(method)
    func fail(_ what: String) -> InputError { InputError(.usage, what) }
    if let problem = point.problem { throw fail(String(problem.dropLast())) }
    try checkDrawnSupplies(method, settings)
    guard dieSeed == nil || point.accelerator != nil else {
      throw fail("--die-seed needs --hardware")
    }
    guard timingErrors == nil || (point.accelerator != nil && method.drawsErrors) else {
      throw fail("--timing-errors needs --hardware, and a method that draws errors")
    }
    guard timingErrors != .transition || !settings.without.contains(.products) else {
      throw fail(
        "--without products: with --timing-errors transition products are those of the multiplier's "
          + "dies: leave one of them out")
    }
    guard trainingVariants == nil || timingErrors == .transition else {
      throw fail("--training-variants needs --timing-errors transition")
    }
    guard (1...64).contains(trainingVariants ?? 1) else {
      throw fail("--training-variants is 1 to 64")
    }
    guard point.accelerator == nil || multiplier != nil || !method.usesProducts else {
      throw fail("--hardware needs --multiplier: whose products its chips capture")
    }
    guard multiplier != nil || (sign == nil && cells == nil) else {
      throw fail("--sign and --cells need --multiplier")
    }
    guard (0...0.5).contains(bitErrorRate ?? 0) else { throw fail("--bit-error-rate is 0 to 0.5") }
    guard trainingRateFactor == nil || method.usesRateFactor else {
      throw UnusedOption(
        "--training-rate-factor", "does nothing with --method \(method.rawValue)")
    }
    guard trainingRateFactor == nil || hasErrors else {
      throw fail("--training-rate-factor needs --bit-error-rate or --hardware")
    }
    guard (1...100).contains(trainingRateFactor ?? 1) else {
      throw fail("--training-rate-factor is 1 to 100")
    }
    guard bitErrorRate == nil || point.memorySupply == nil else {
      throw fail("--bit-error-rate takes the place of --memory-supply: give one of them")
    }
    guard bitErrorRate == nil || point.extrapolateMemoryLaw != true else {
      throw UnusedOption(
        "--extrapolate-memory-law",
        "does nothing with --bit-error-rate, which takes the law's place: leave it out")
    }
    guard faultyBuffers == nil || bitErrorRate != nil || drawsRates else {
      throw fail("--faulty-buffers needs --bit-error-rate")
    }
    guard multiplier == nil || method.usesProducts || method.usesPenalty else {
      throw UnusedOption(
        "--multiplier", "does nothing with --method \(method.rawValue), which sees no products")
    }
    guard
      !settings.usesErrors(method) || hasErrors || (method.usesPenalty && multiplier != nil)
    else {
      throw fail(
        "--method \(method.rawValue)\(method == .axtrain ? " without drawn_rates" : "") trains for "
          + "errors: give --bit-error-rate"
          + (method.usesPenalty ? ", --hardware or --multiplier" : " or --hardware"))
    }
    guard method != .act && method != .twoPointNoise || faultyBuffers != .activations else {
      throw fail(
        "--method \(method.rawValue) trains for errors of weights: --faulty-buffers is weights or both"
      )
    }
    try checkNoise(method)
    try refuseUnused(method)
  }

  /// Reads what the options name.
  ///
  /// - Throws: `InputError` at what is missing or wrong in it, if the multiplier cannot serve the
  ///   encoding, and if nothing errs that act's penalty would weigh.
  func read(
    _ spec: QuantizationSpec, _ method: TrainingMethod, _ settings: MethodSettings
  ) throws -> TrainHardware {
    var entries: [(key: String, value: String)] = []
    func add(_ key: String, file path: String) throws {
      entries.append((key, path))
      entries.append(("\(key)_sha256", Digest(of: try InputFile.bytes(of: path)).description))
    }
    var circuit: ModelMultiplier?
    if let multiplier {
      let cells = cells ?? "HardwareSpecs/Cells/ptm45.lib"
      let sign = sign ?? .automatic
      circuit = try ModelMultiplier(
        contentsOf: multiplier, cells: LibertyReader.library(contentsOf: cells), sign: sign,
        spec: spec)
      try add("multiplier", file: multiplier)
      try add("cells", file: cells)
      entries.append(("sign", sign.rawValue))
    }
    var variants: Int?
    if timingErrors == .transition {
      try circuit?.checkPlainBytes()
      variants = trainingVariants ?? TimingErrorChoice.standard.trainingVariants
    }
    let chips = try point.hardware(
      seed: dieSeed ?? 0, cells: cells, hasRates: bitErrorRate != nil)
    var drawn: [ModelHardware] = []
    if let (hardware, files) = chips {
      let followsLogic = point.memorySupply == nil
      if settings.drawsRates(method) {
        drawn = try chosenSupplies().map { supply in
          hardware.at(
            supply, memorySupply: hardware.memorySupply.map { followsLogic ? supply : $0 })
        }
      }
      try add("hardware", file: files.accelerator)
      try hardware.accelerator.accumulatorNetlist.map { try add("accumulator", file: $0) }
      let countsTiming = countsTiming(for: method)
      if countsTiming {
        entries += [
          ("clock", hardware.clock.rawValue),
          drawn.isEmpty
            ? ("supply_v", "\(hardware.supply.value)")
            : ("drawn_supplies_v", drawn.map { "\($0.supply.value)" }.joined(separator: ",")),
          ("dies", "\(hardware.dies)"), ("transitions", "\(hardware.transitions)"),
          ("die_seed", "\(hardware.seed)"),
        ]
        if let variants {
          entries += [
            ("timing_errors", TimingErrorChoice.Training.transition.rawValue),
            ("training_variants", "\(variants)"),
          ]
        }
      }
      if countsTiming || bitErrorRate == nil {
        try add("technology", file: files.technology)
      }
      if bitErrorRate == nil {
        entries.append(
          drawn.isEmpty || !followsLogic
            ? hardware.memorySupply.map { ("memory_supply_v", "\($0.value)") }
              ?? ("memory_supply", OperatingPointOptions.noMemory)
            : ("memory_supply", "follows_logic"))
        if point.hasMemory {
          entries.append(("extrapolate_memory_law", "\(hardware.extrapolatesMemoryLaw)"))
        }
      }
    }
    // Without a rate the law of the hardware holds, for both buffers.
    let buffers = faultyBuffers ?? (bitErrorRate == nil && chips != nil ? .both : .weights)
    if let bitErrorRate { entries.append(("bit_error_rate", "\(bitErrorRate)")) }
    if bitErrorRate != nil || settings.drawsRates(method) {
      entries.append(("faulty_buffers", buffers.rawValue))
    }
    let rateFactor = trainingRateFactor ?? 1
    // What every training before had is left out.
    if rateFactor != 1 { entries.append(("training_rate_factor", "\(rateFactor)")) }
    let hardware = TrainHardware(
      multiplier: circuit, chips: chips, drawn: drawn, bitErrorRate: bitErrorRate,
      rateFactor: rateFactor, buffers: buffers, trainingVariants: variants, entries: entries)
    try hardware.checkNoise(method)
    return hardware
  }
}

extension EvaluationSetup.FaultyBuffers: ExpressibleByArgument {}
extension TimingErrorChoice.Training: ExpressibleByArgument {}
