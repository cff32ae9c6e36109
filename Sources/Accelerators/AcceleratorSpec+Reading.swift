import Files
import Netlists
import Quantities
import QuantizedNetworks
import TableArithmetic

extension AcceleratorSpec {
  /// What a spec is read for.
  public enum Use: Sendable {
    /// Networks with errors and energy: weight stationary, 8-bit offset words, up to 256 × 256.
    case evaluation
    /// Cycles and access counts: whatever the format has.
    case simulation
  }

  /// The ranges of fields in simulation.
  public enum Limits {
    public static let side = 1...4096
    public static let width = 2...16
    public static let accumulator = 8...48
    /// Of products of two words of at most 8 bits.
    public static let accumulatorOfBytes = 8...32
    public static let pipeline = 0...8
    public static let bank = 1...65_536
    public static let lanes = 1...65_536
    public static let words = 1...(1 << 30)
    public static let banks = 1...4096
    public static let ports = 1...16
    public static let wordBits = 2...4096
    public static let bandwidth = 1...(1 << 20)
    public static let energyPerBit = Energy(0)...Energy(1e-6)
    public static let supply = Voltage(0.1)...Voltage(5)
  }

  /// Keys that a file may leave out, with their parts: as wide as activations, none, a Kogge-Stone
  /// adder, not counted, as many words as the activation buffer, what `BufferPorts` says, true,
  /// unlimited, that of the technology or energy table, and what `Operation` says.
  public static let optionalKeys = [
    "operands.weight_width_bits", "element.pipeline_registers", "accumulator.netlist",
    "vector_unit.lanes",
    "buffers.output_words",
    "buffers.weight_banks",
    "buffers.weight_ports", "buffers.weight_word_bits", "buffers.activation_banks",
    "buffers.activation_ports", "buffers.activation_word_bits", "buffers.output_banks",
    "buffers.output_ports", "buffers.output_word_bits", "buffers.double_buffering",
    "dram.bits_per_cycle", "dram.energy_per_bit", "clock.policy", "rails.logic", "rails.memory",
    "energy_table", "multiplier",
  ]

  /// Those of them that a file has.
  ///
  /// - Throws: `InputError` as for reading the file.
  public static func optionalKeys(ofFile path: String) throws -> [String] {
    let parts = try StrictYAML(contentsOf: path).entries()
    let keys = try parts.flatMap { part in
      guard case .mapping = part.value.content else { return [part.key] }
      return [part.key] + (try part.value.entries().map { "\(part.key).\($0.key)" })
    }
    return optionalKeys.filter(keys.contains)
  }

  /// Where a key of the outermost mapping has its value; nil if a file does not have it.
  ///
  /// - Throws: `InputError` as for reading the file.
  public static func place(of key: String, inFile path: String) throws -> SourceLocation? {
    try StrictYAML(contentsOf: path).entries().first { $0.key == key }?.value.location
  }

  /// Reads an accelerator's YAML file; `Documentation/FileFormats.md` lists the keys.
  ///
  /// - Throws: `InputError` at the place of what is missing, unknown or out of range for the use.
  public init(contentsOf path: String, for use: Use = .evaluation) throws {
    let keys = [
      "name", "array", "dataflow", "operands", "accumulator", "accumulator_bank", "buffers",
      "clock",
    ]
    let top = try StrictYAML(contentsOf: path).record(
      keys, optional: ["element", "vector_unit", "dram", "rails", "energy_table", "multiplier"])
    let operands = try top["operands"].record(
      ["width_bits", "encoding"], optional: ["weight_width_bits"])
    let encoding: OperandEncoding = try operands["encoding"].choice()
    let dataflow: Dataflow = try top["dataflow"].choice()
    let isEvaluation = use == .evaluation
    for key in isEvaluation ? ["width_bits", "weight_width_bits"] : [] {
      guard let width = operands.optional(key), try width.integer(in: Limits.width) != 8 else {
        continue
      }
      throw InputError(
        .badData, at: width.location,
        "networks are evaluated in words of 8 bits here: write \(key): 8; 'axtrain simulate' takes "
          + "others")
    }
    if isEvaluation, encoding != .offset {
      throw InputError(
        .badData, at: try operands["encoding"].location,
        "the array multiplies offset words: write encoding: offset")
    }
    if isEvaluation, dataflow != .weightStationary {
      throw InputError(
        .badData, at: try top["dataflow"].location,
        "networks are evaluated on weight-stationary arrays: write dataflow: weight_stationary")
    }
    let element = try top.optional("element")?.record(["pipeline_registers"])
    let unit = try top.optional("vector_unit")?.record(["lanes"])
    let array = try top["array"].record(["rows", "columns"])
    let accumulator = try top["accumulator"].record(
      ["width_bits", "overflow"], optional: ["netlist"])
    let adder = accumulator.optional("netlist")
    let bank = try top["accumulator_bank"].record(["vectors"])
    let buffers = try top["buffers"].record(
      ["weight_words", "activation_words"],
      optional: ["output_words", "double_buffering"]
        + ["weight", "activation", "output"].flatMap { buffer in
          ["banks", "ports", "word_bits"].map { "\(buffer)_\($0)" }
        })
    func ports(_ buffer: String) throws -> BufferPorts {
      BufferPorts(
        banks: try buffers.optional(buffer + "_banks")?.integer(in: Limits.banks),
        ports: try buffers.optional(buffer + "_ports")?.integer(in: Limits.ports),
        wordBits: try buffers.optional(buffer + "_word_bits")?.integer(in: Limits.wordBits))
    }
    var allPorts = Ports()
    allPorts.weights = try ports("weight")
    allPorts.activations = try ports("activation")
    allPorts.outputs = try ports("output")
    let clock = try top["clock"].record(["guard_band", "nominal_supply"], optional: ["policy"])
    let rails = try top.optional("rails")?.record(["logic"], optional: ["memory"])
    var operation = Operation()
    operation.logicSupply = try rails?["logic"].quantity(in: Limits.supply)
    operation.memorySupply = try rails?.optional("memory")?.quantity(in: Limits.supply)
    operation.clock = try clock.optional("policy")?.choice()
    operation.energyTable = try top.optional("energy_table")?.text()
    operation.multiplier = try top.optional("multiplier").map { try MultiplierChoice($0) }
    let dramNode = top.optional("dram")
    let dram = try dramNode?.record([], optional: ["bits_per_cycle", "energy_per_bit"])
    let bandwidth = dram?.optional("bits_per_cycle")
    let dramEnergy = dram?.optional("energy_per_bit")
    if let dramNode, bandwidth == nil, dramEnergy == nil {
      throw InputError(
        .badData, at: dramNode.location, "states nothing: give bits_per_cycle or energy_per_bit")
    }
    let side = isEvaluation ? 1...256 : Limits.side
    let words = isEvaluation ? 1...(1 << 24) : Limits.words
    self.init(
      name: try top["name"].text(), rows: try array["rows"].integer(in: side),
      columns: try array["columns"].integer(in: side), dataflow: dataflow, encoding: encoding,
      operandWidth: try operands["width_bits"].integer(in: Limits.width),
      weightWidth: try operands.optional("weight_width_bits")?.integer(in: Limits.width),
      pipelineRegisters: try element?["pipeline_registers"].integer(in: Limits.pipeline) ?? 0,
      accumulator: AccumulatorSpec(
        width: try accumulator["width_bits"].integer(
          in: isEvaluation ? 17...32 : Limits.accumulator),
        overflow: try accumulator["overflow"].choice()),
      accumulatorNetlist: try adder?.text(),
      vectorLanes: try unit?["lanes"].integer(in: Limits.lanes),
      bankVectors: try bank["vectors"].integer(in: Limits.bank),
      weightBufferWords: try buffers["weight_words"].integer(in: words),
      activationBufferWords: try buffers["activation_words"].integer(in: words),
      outputBufferWords: try buffers.optional("output_words")?.integer(in: words),
      ports: allPorts,
      isDoubleBuffered: try buffers.optional("double_buffering")?.flag() ?? true,
      dramBitsPerCycle: try bandwidth?.integer(in: Limits.bandwidth),
      dramEnergyPerBit: try dramEnergy?.quantity(in: Limits.energyPerBit),
      guardBand: try clock["guard_band"].number(in: 1...10),
      nominalSupply: try clock["nominal_supply"].quantity(in: Limits.supply),
      operation: operation)
    if let problem = accumulatorProblem {
      throw InputError(.badData, at: try accumulator["width_bits"].location, problem)
    }
    if let problem = portsProblem {
      throw InputError(.badData, at: try top["buffers"].location, problem)
    }
  }
}

extension AcceleratorSpec.MultiplierChoice {
  /// A file, a family without parameters, or `{generate: family, parameter: value …}`. Values are checked
  /// with the words that the array has in the end.
  fileprivate init(_ node: StrictYAML) throws {
    guard case .mapping = node.content else {
      let name = try node.text()
      if name != Self.exact, !FileArgument.isPath(name) {
        try MultiplierFamily.checkNames(name, parameters: [], at: node.location)
      }
      self.init(name: name, settings: [], at: node.location)
      return
    }
    let entries = try node.entries()
    guard let family = entries.first(where: { $0.key == "generate" }) else {
      throw InputError(
        .badData, at: node.location,
        "key 'generate' is missing: write {generate: FAMILY, PARAMETER: VALUE}, or a netlist's file"
      )
    }
    let parameters = entries.filter { $0.key != family.key }
    let name = try family.value.text()
    try MultiplierFamily.checkNames(
      name, parameters: parameters.map(\.key), at: family.value.location)
    let settings = try parameters.map {
      "\($0.key)=\(try $0.value.integer(in: 0...Int(Int32.max)))"
    }
    self.init(name: name, settings: settings, at: family.value.location)
  }
}
