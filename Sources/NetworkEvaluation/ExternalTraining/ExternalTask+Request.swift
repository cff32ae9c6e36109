import ErrorTables
import Files
import ModelFiles
import Networks
import QuantizedNetworks

/// The request of an external training, as `Documentation/FileFormats.md` describes it.
extension ExternalTask {
  /// The file's text, which follows from the task and the bytes of its files alone.
  func request(_ files: [ExternalFile]) throws -> String {
    JSONValue.object([
      "protocol": .integer(Self.protocolVersion),
      // Seeds beyond 2^53 would be rounded by many readers; a sweep's have 31 bits.
      "seed": .integer(Int(seed)),
      "start": .text(Self.startFolder), "result": .text(Self.resultFile),
      "topology": try topologyJSON(),
      "dataset": data.json, "multiplier": multiplierJSON, "quantization": quantizationJSON,
      "hardware": hardwareJSON, "training": trainingJSON,
      "files": .object(
        Dictionary(
          files.map { ($0.name, .text("\($0.digest)")) }, uniquingKeysWith: { first, _ in first })),
    ]).prettyText
  }

  private func topologyJSON() throws -> JSONValue {
    let yaml = try StrictYAML(text: start.topology.yaml, file: ModelFolder.topologyFile)
    guard case .object(var fields) = JSONValue(yaml) else { return .null }
    // Which may look like a number.
    fields["name"] = .text(start.topology.name)
    return .object(fields)
  }

  private var multiplierJSON: JSONValue {
    .object(["name": .text(multiplier.name), "products": .text(Self.productsFile)])
  }

  private var quantizationJSON: JSONValue {
    func pair(_ range: ClosedRange<Float>) -> JSONValue {
      .array([.real(Double(range.lowerBound)), .real(Double(range.upperBound))])
    }
    let spec = multiplier.quantization
    return .object([
      "encoding": .text(spec.encoding.rawValue), "weight_bits": .integer(spec.weightBits),
      "activation_bits": .integer(spec.activationBits),
      "weight_granularity": .text(spec.weightGranularity.rawValue),
      "weight_scheme": .text(spec.weightScheme.rawValue),
      "activation_scheme": .text(spec.activationScheme.rawValue),
      "input_range": pair(ranges.input),
      "output_ranges": .object(
        Dictionary(
          ranges.outputs.map { ("\($0.key)", pair($0.value)) }, uniquingKeysWith: { $1 })),
    ])
  }

  private var hardwareJSON: JSONValue {
    let model: String
    var productBits = 16
    switch errors.timing {
    case .maskRun, .masks: model = "masks"
    case .differences(let drawn): (model, productBits) = ("differences", drawn.outputBits)
    case .bits: model = "bits"
    }
    return .object([
      "logic_supply_v": .real(conditions.logicSupply.value),
      "memory_supply_v": conditions.memorySupply.map { .real($0.value) } ?? .null,
      "clock": .text(conditions.clock.rawValue),
      "clock_period_s": .real(conditions.clockPeriod.value),
      "accumulator_bits": .integer(accumulator.width),
      "accumulator_overflow": .text(accumulator.overflow.rawValue),
      "weight_bit_error_rate": .real(errors.weightBitErrorRate),
      "activation_bit_error_rate": .real(errors.activationBitErrorRate),
      "weight_memory": .text(errors.weightFaults.description),
      "activation_memory": .text(errors.activationFaults.description),
      "timing_error_rate": .real(errors.timing.probability),
      "timing_error_model": .text(model), "product_bits": .integer(productBits),
      "timing_errors": .text(Self.timingErrorsFile),
    ])
  }

  private var trainingJSON: JSONValue {
    .object([
      "passes": .integer(2 * choice.pasEpochs), "batch_size": .integer(choice.batchSize),
      "learning_rate": .real(choice.pasLearningRate),
      "weight_clip": .real(Double(choice.weightClip)),
      "logit_scale": .real(Double(choice.logitScale)),
    ])
  }
}

extension JSONValue {
  /// A YAML document: words that are whole numbers, numbers or flags become such.
  fileprivate init(_ node: StrictYAML) {
    switch node.content {
    case .mapping(let entries):
      self = .object(
        Dictionary(entries.map { ($0.key, JSONValue($0.value)) }, uniquingKeysWith: { $1 }))
    case .list(let items): self = .array(items.map { JSONValue($0) })
    case .scalar(let text):
      if text == "true" || text == "false" {
        self = .flag(text == "true")
      } else {
        self = Int(text).map(JSONValue.integer) ?? Double(text).map(JSONValue.real) ?? .text(text)
      }
    }
  }
}
