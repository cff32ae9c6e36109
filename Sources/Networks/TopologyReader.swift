import Files

/// Reads topologies from YAML, as FileFormats.md defines them.
public struct TopologyReader {
  /// Where each layer of the file stands, by its path.
  private var places: [[String]: SourceLocation] = [:]

  private static let size = 1...65_536
  private static let window = 1...1_024
  private static let offset = 0...1_024

  /// - Throws: `InputError` 66 if the file is missing, 65 at the place of what is wrong in it.
  public static func read(contentsOf path: String) throws -> NetworkTopology {
    try read(StrictYAML(contentsOf: path))
  }

  /// Reads a topology from a node of a larger document.
  ///
  /// - Throws: `InputError` 65 at the place of what is wrong.
  public static func read(_ node: StrictYAML) throws -> NetworkTopology {
    var reader = TopologyReader()
    let fields = try node.record(["name", "input", "layers"], optional: ["logit_scale"])
    reader.places[[]] = try fields["layers"].location
    let layers = try reader.layers(fields["layers"], path: [])
    let input = try input(fields["input"])
    let scale = try fields.optional("logit_scale").map(logitScale) ?? .fixed(1)
    let name = try fields["name"].text()
    guard NetworkTopology.isName(name) else {
      throw InputError(
        .badData, at: try fields["name"].location,
        "a name has 1 to 64 letters, digits, '-', '_' or '.'")
    }
    do {
      return try NetworkTopology(name: name, input: input, layers: layers, logitScale: scale)
    } catch {
      throw InputError(
        .badData, at: reader.places[error.path] ?? node.location, "\(error.layer): \(error.reason)")
    }
  }

  /// A number of features, or `{channels: 3, rows: 32, columns: 32}`.
  private static func input(_ node: StrictYAML) throws -> FeatureShape {
    let lengths: (Int, Int, Int)
    if case .scalar = node.content {
      lengths = (try node.integer(in: 1...FeatureShape.maximumCount), 1, 1)
    } else {
      let fields = try node.record(["channels", "rows", "columns"])
      lengths = (
        try fields["channels"].integer(in: size), try fields["rows"].integer(in: size),
        try fields["columns"].integer(in: size)
      )
    }
    do {
      return try FeatureShape.checked(
        channels: lengths.0, rows: lengths.1, columns: lengths.2)
    } catch {
      throw InputError(.badData, at: node.location, error.reason)
    }
  }

  /// A number, or `{learned: start}`.
  private static func logitScale(_ node: StrictYAML) throws -> NetworkTopology.LogitScale {
    if case .scalar = node.content { return .fixed(Float(try node.number(in: 1e-3...1e3))) }
    return .learned(start: Float(try node.record(["learned"])["learned"].number(in: 1e-3...1e3)))
  }

  private mutating func layers(_ node: StrictYAML, path: [String]) throws -> [LayerSpec] {
    try node.list().enumerated().map { index, item in
      let path = path + ["\(index)"]
      places[path] = item.location
      return try layer(item, path: path)
    }
  }

  /// A word, or a mapping with one key.
  private mutating func layer(_ node: StrictYAML, path: [String]) throws -> LayerSpec {
    let (name, location, settings) = try Self.nameAndSettings(node)
    switch name {
    case "relu", "flatten", "global_average_pooling":
      if let settings {
        throw InputError(.badData, at: settings.location, "\(name) takes no settings")
      }
      return name == "relu" ? .relu : name == "flatten" ? .flatten : .globalAveragePooling
    case "batch_normalization":
      let fields = try settings?.record([], optional: ["epsilon", "momentum"])
      return .batchNormalization(
        epsilon: Float(try fields?.optional("epsilon")?.number(in: 1e-12...1) ?? 1e-5),
        momentum: Float(try fields?.optional("momentum")?.number(in: 0...1) ?? 0.1))
    case "dense", "convolution", "max_pooling", "average_pooling", "clipped_relu",
      "group_normalization", "dropout", "residual":
      guard let settings else {
        throw InputError(.badData, at: location, "\(name) needs settings: '\(name): {…}'")
      }
      return try layer(name, settings, path: path)
    default:
      let hint =
        InputError.nearest(to: name, among: Self.names).map { "did you mean '\($0)'? " } ?? ""
      throw InputError(
        .badData, at: location,
        "'\(name)' is no layer: \(hint)allowed: \(Self.names.joined(separator: ", "))")
    }
  }

  static let names = [
    "dense", "convolution", "max_pooling", "average_pooling", "global_average_pooling", "relu",
    "clipped_relu", "flatten", "batch_normalization", "group_normalization", "dropout", "residual",
  ]

  private static func nameAndSettings(
    _ node: StrictYAML
  ) throws -> (String, SourceLocation, StrictYAML?) {
    guard case .mapping = node.content else { return (try node.text(), node.location, nil) }
    let entries = try node.entries()
    guard entries.count == 1 else {
      throw InputError(
        .badData, at: node.location, "a layer is one word, or one key with its settings")
    }
    return (entries[0].key, entries[0].location, entries[0].value)
  }

  /// A layer with settings.
  private mutating func layer(
    _ name: String, _ node: StrictYAML, path: [String]
  ) throws -> LayerSpec {
    switch name {
    case "dense":
      let fields = try node.record(["outputs"], optional: ["bias"])
      return .dense(
        outputs: try fields["outputs"].integer(in: Self.size),
        hasBias: try fields.optional("bias")?.flag() ?? true)
    case "convolution":
      return .convolution(try Self.convolution(node))
    case "max_pooling":
      return .maxPooling(try Self.pooling(node, allowed: []))
    case "average_pooling":
      return .averagePooling(try Self.pooling(node, allowed: ["counts_padding"]))
    case "clipped_relu":
      return .clippedReLU(
        ceiling: Float(try node.record(["ceiling"])["ceiling"].number(in: 1e-6...1e6)))
    case "group_normalization":
      let fields = try node.record(["groups"], optional: ["epsilon"])
      return .groupNormalization(
        groups: try fields["groups"].integer(in: Self.size),
        epsilon: Float(try fields.optional("epsilon")?.number(in: 1e-12...1) ?? 1e-5))
    case "dropout":
      return .dropout(
        probability: Float(try node.record(["probability"])["probability"].number(in: 0...0.99)))
    default:
      let fields = try node.record(["body"], optional: ["shortcut"])
      return .residual(
        body: try layers(fields["body"], path: path + ["body"]),
        shortcut: try fields.optional("shortcut").map {
          try layers($0, path: path + ["shortcut"])
        } ?? [])
    }
  }

  private static func convolution(_ node: StrictYAML) throws -> ConvolutionSpec {
    let fields = try node.record(
      ["filters", "kernel"], optional: ["stride", "padding", "dilation", "groups", "bias"])
    return ConvolutionSpec(
      filters: try fields["filters"].integer(in: size),
      kernel: try fields["kernel"].integer(in: window),
      stride: try fields.optional("stride")?.integer(in: window) ?? 1,
      padding: try fields.optional("padding")?.integer(in: offset) ?? 0,
      dilation: try fields.optional("dilation")?.integer(in: window) ?? 1,
      groups: try fields.optional("groups")?.integer(in: size) ?? 1,
      hasBias: try fields.optional("bias")?.flag() ?? true)
  }

  private static func pooling(_ node: StrictYAML, allowed: [String]) throws -> PoolingSpec {
    let fields = try node.record(["kernel"], optional: ["stride", "padding"] + allowed)
    return PoolingSpec(
      kernel: try fields["kernel"].integer(in: window),
      stride: try fields.optional("stride")?.integer(in: window),
      padding: try fields.optional("padding")?.integer(in: offset) ?? 0,
      countsPadding: try fields.optional("counts_padding")?.flag() ?? false)
  }
}
