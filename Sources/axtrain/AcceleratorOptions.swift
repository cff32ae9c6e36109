import Accelerators
import ArgumentParser
import Files
import Quantities
import QuantizedNetworks
import TableArithmetic

/// An accelerator's file, and flags that replace its fields.
struct AcceleratorOptions: ParsableArguments {
  @Option(help: "The accelerator's YAML file.")
  var hardware = "HardwareSpecs/Accelerators/ntc16x16.yaml"

  @OptionGroup var array: DesignPointOptions

  @Option(help: "Bits of activations, 2 to 16 (of weights too, unless they have their own).")
  var widthBits: Int?

  @Option(help: "Bits of weights, 2 to 16.")
  var weightWidthBits: Int?

  @Option(help: "offset, twos_complement or sign_magnitude.")
  var encoding: OperandEncoding?

  @Option(help: "Registers of a product between multiplier and adder, 0 to 8.")
  var pipelineRegisters: Int?

  @Option(help: "Bits of an accumulator, 8 to 32, of words of more than 8 bits to 48.")
  var accumulatorBits: Int?

  @Option(help: "wrap or saturate.")
  var overflow: AccumulatorOverflow?

  @Option(
    help: """
      The netlist of the accumulators' adder, for energies by gates, or none for a Kogge-Stone adder \
      (default: the file's, or none).
      """)
  var accumulatorNetlist: String?

  @Option(help: "Vectors of partial sums in the accumulator bank.")
  var bankVectors: Int?

  @Option(
    help: """
      Words that a vector unit takes in a cycle, 1 to 65536: counts pooling and residual additions of \
      --network, which none does not (default: the file's, or none).
      """)
  var vectorLanes: OptionalCount?

  @OptionGroup var ports: BufferPortOptions

  @Option(help: "Whether transfers overlap the fold before: true or false.")
  var doubleBuffering: Bool?

  @Option(help: "What DRAM moves in a cycle, bits, or unlimited.")
  var dramBitsPerCycle: Limit?

  @Option(
    help: """
      What a bit costs that DRAM sends or takes, such as "4 pJ", or none for that of the energy table \
      or technology (default: the file's, or none).
      """)
  var dramEnergyPerBit: String?

  @Option(help: "Clock period over the longest path, 1 to 10.")
  var guardBand: Double?

  @Option(help: "The supply whose period a fixed clock keeps, such as \"1.0 V\".")
  var nominalSupply: String?

  /// - Throws: `ValidationError` if flags say what words the array multiplies, of a network that does.
  func checkNamesNoWords() throws {
    guard encoding == nil, widthBits == nil, weightWidthBits == nil else {
      throw ValidationError(
        "A network's quantization says its words: leave out --encoding, --width-bits and "
          + "--weight-width-bits.")
    }
  }

  /// The spec with the flags' fields.
  ///
  /// - Throws: `InputError` 64 for a flag outside its range or with several values, and as for reading
  ///   the file.
  func spec(
    _ operation: AcceleratorSpec.Operation.Overrides = AcceleratorSpec.Operation.Overrides()
  ) throws -> AcceleratorSpec {
    let points = try points(operation)
    guard points.count == 1 else {
      throw InputError(
        .usage,
        "these are \(points.count) design points, which only 'axtrain simulate' takes: give --rows, "
          + "--columns, --dataflow and the buffers' words one value each")
    }
    return points[0]
  }

  /// The specs with the flags' fields.
  ///
  /// - Parameter operation: what other options state.
  /// - Throws: `InputError` 64 for a flag outside its range, and as for reading the file.
  func points(
    _ operation: AcceleratorSpec.Operation.Overrides = AcceleratorSpec.Operation.Overrides()
  ) throws -> DesignPoints {
    let axes = try array.axes()
    return DesignPoints(try base(operation), axes)
  }

  /// The spec with the fields of all flags but those that may have several values.
  private func base(
    _ operation: AcceleratorSpec.Operation.Overrides
  ) throws -> AcceleratorSpec {
    let spec = try AcceleratorSpec(contentsOf: hardware, for: .simulation)
    var fields = AcceleratorSpec.Overrides(bankVectors: bankVectors)
    typealias Limits = AcceleratorSpec.Limits
    try Self.check("--width-bits", widthBits, Limits.width)
    try Self.check("--weight-width-bits", weightWidthBits, Limits.width)
    try Self.check("--pipeline-registers", pipelineRegisters, Limits.pipeline)
    let widest = max(
      widthBits ?? spec.operandWidth, weightWidthBits ?? widthBits ?? spec.weightWidth)
    try Self.check(
      "--accumulator-bits", accumulatorBits,
      // Of bytes what wider words could have gets a reason, below.
      widest > 8 || (33...48).contains(accumulatorBits ?? 0)
        ? Limits.accumulator : Limits.accumulatorOfBytes)
    try Self.check("--bank-vectors", bankVectors, Limits.bank)
    try Self.check("--vector-lanes", vectorLanes?.value, Limits.lanes)
    try Self.check("--dram-bits-per-cycle", dramBitsPerCycle?.value, Limits.bandwidth)
    try Self.check("--guard-band", guardBand, 1...10)
    (fields.operandWidth, fields.encoding) = (widthBits, encoding)
    fields.weightWidth = weightWidthBits ?? widthBits
    (fields.accumulatorWidth, fields.overflow) = (accumulatorBits, overflow)
    fields.pipelineRegisters = pipelineRegisters
    fields.accumulatorNetlist = accumulatorNetlist.map { $0 == OptionalCount.word ? nil : $0 }
    fields.vectorLanes = vectorLanes.map(\.value)
    fields.ports = try ports.ports()
    fields.unlimitedBuffers = ports.unlimitedBuffers
    fields.isDoubleBuffered = doubleBuffering
    fields.dramBitsPerCycle = dramBitsPerCycle.map(\.value)
    fields.guardBand = guardBand
    if let dramEnergyPerBit {
      let energy =
        dramEnergyPerBit == OptionalCount.word
        ? nil : try Energy(dramEnergyPerBit, option: "--dram-energy-per-bit")
      try Self.check("--dram-energy-per-bit", energy, Limits.energyPerBit)
      fields.dramEnergyPerBit = .some(energy)
    }
    if let nominalSupply {
      fields.nominalSupply = try Voltage(nominalSupply, option: "--nominal-supply")
      try Self.check("--nominal-supply", fields.nominalSupply, Limits.supply)
    }
    fields.operation = operation
    let result = spec.overriding(fields)
    if let problem = result.contradiction { throw InputError(.usage, problem) }
    return result
  }

  /// Whether the option names a netlist.
  var namesAccumulatorNetlist: Bool { OptionalCount.isStated(accumulatorNetlist) }

  /// Says that not even one product fits, if so.
  func noteNarrowSums(_ spec: AcceleratorSpec) {
    let needed = spec.productWidth + (spec.encoding == .offset ? 1 : 0)
    guard spec.accumulator.width < needed else { return }
    Terminal.note(
      "note: accumulators of \(spec.accumulator.width) bits do not hold one product of "
        + "\(spec.operandWidth) by \(spec.weightWidth) bits, which takes \(needed): sums "
        + (spec.accumulator.overflow == .wrap ? "wrap" : "saturate"))
  }

  /// - Throws: `InputError` 64 if a value is given and outside the range.
  static func check<Value: Comparable>(
    _ option: String, _ value: Value?, _ range: ClosedRange<Value>
  ) throws {
    guard let value, !range.contains(value) else { return }
    throw InputError(
      .usage, "\(option): \(value) is outside \(range.lowerBound) … \(range.upperBound)")
  }

  /// The columns of `explanation`.
  private static let explanationColumns = [
    ColumnDefinition("field", "The key in the accelerator's file."),
    ColumnDefinition("value", "What it is taken as."),
    ColumnDefinition(
      "source", "`file`, `flag`, `model`, `default`, or `derived` from these: no key of the file."),
  ]

  /// Every field with its value and where that came from: what `--explain` prints.
  ///
  /// - Parameters:
  ///   - flags: keys of `AcceleratorSpec.Operation` that other options give.
  ///   - words: where encoding and widths came from, if from a network: `model` or `default`.
  func explanation(
    _ spec: AcceleratorSpec, flags: Set<String>, words: String? = nil
  ) throws -> ResultTable {
    var table = ResultTable(columns: Self.explanationColumns)
    let written = try AcceleratorSpec.optionalKeys(ofFile: hardware)
    func add(_ key: String, _ value: String, isFlag: Bool, source: String? = nil) {
      let isDefault = AcceleratorSpec.optionalKeys.contains(key) && !written.contains(key)
      table.append([
        .text(key), .text(value),
        .text(source ?? (isFlag ? "flag" : isDefault ? "default" : "file")),
      ])
    }
    add("name", spec.name, isFlag: false)
    add("array.rows", "\(spec.rows)", isFlag: array.rows != nil)
    add("array.columns", "\(spec.columns)", isFlag: array.columns != nil)
    add("dataflow", spec.dataflow.rawValue, isFlag: array.dataflow != nil)
    add("operands.width_bits", "\(spec.operandWidth)", isFlag: widthBits != nil, source: words)
    add(
      "operands.weight_width_bits", "\(spec.weightWidth)",
      isFlag: weightWidthBits != nil || widthBits != nil, source: words)
    add("operands.encoding", spec.encoding.rawValue, isFlag: encoding != nil, source: words)
    add(
      "element.pipeline_registers", "\(spec.pipelineRegisters)", isFlag: pipelineRegisters != nil)
    add(
      "element registers",
      spec.elementRegisters.map { "\($0.name) \($0.bits)" }.joined(separator: ", "),
      isFlag: false, source: "derived")
    add("accumulator.width_bits", "\(spec.accumulator.width)", isFlag: accumulatorBits != nil)
    add("accumulator.overflow", spec.accumulator.overflow.rawValue, isFlag: overflow != nil)
    add(
      "accumulator.netlist", spec.accumulatorNetlist ?? "kogge_stone",
      isFlag: accumulatorNetlist != nil)
    add("accumulator_bank.vectors", "\(spec.bankVectors)", isFlag: bankVectors != nil)
    add(
      "vector_unit.lanes", spec.vectorLanes.map(String.init) ?? "not counted",
      isFlag: vectorLanes != nil)
    add("buffers.weight_words", "\(spec.weightBufferWords)", isFlag: array.weightWords != nil)
    add(
      "buffers.activation_words", "\(spec.activationBufferWords)",
      isFlag: array.activationWords != nil)
    add("buffers.output_words", "\(spec.outputBufferWords)", isFlag: array.outputWords != nil)
    for row in ports.explanation(spec) { add(row.key, row.value, isFlag: row.isFlag) }
    add("buffers.double_buffering", "\(spec.isDoubleBuffered)", isFlag: doubleBuffering != nil)
    add(
      "dram.bits_per_cycle", spec.dramBitsPerCycle.map(String.init) ?? "unlimited",
      isFlag: dramBitsPerCycle != nil)
    add(
      "dram.energy_per_bit",
      spec.dramEnergyPerBit?.description ?? "of the energy table or technology",
      isFlag: dramEnergyPerBit != nil)
    add("clock.guard_band", "\(spec.guardBand)", isFlag: guardBand != nil)
    add("clock.nominal_supply", "\(spec.nominalSupply)", isFlag: nominalSupply != nil)
    let operation = spec.operation
    for (key, value) in [
      ("clock.policy", operation.clock?.rawValue ?? ClockPolicy.track.rawValue),
      ("rails.logic", operation.logicSupply?.description ?? "none"),
      ("rails.memory", operation.memorySupply?.description ?? "of the logic"),
      ("energy_table", operation.energyTable ?? "none"),
      ("multiplier", operation.multiplier.map { $0.description } ?? "exact"),
    ] {
      add(key, value, isFlag: flags.contains(key))
    }
    return table
  }
}

extension AccumulatorOverflow: ExpressibleByArgument {}
extension CycleConvention: ExpressibleByArgument {}
