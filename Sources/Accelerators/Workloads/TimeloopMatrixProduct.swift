import Files

/// Reads a matrix product of Timeloop: a problem whose `shape` states `dimensions` and three
/// `data_spaces`, each rank of which is one dimension (as `problem-shapes/gemm_ABZ.yaml` of Timeloop).
///
/// What a dimension is follows from the data spaces that it indexes. The output is the one with
/// `read_write`; the weights are the one named `Weights` or `B`, or the second of the others. Extents of
/// dimensions of inputs and output multiply to M, of both operands to K, of weights and output to N,
/// and those that index all three are repetitions. A dimension that indexes one data space alone, or a
/// rank that is a sum, is no matrix product and refused.
struct TimeloopMatrixProduct {
  private var dimensions: [String] = []
  /// The dimensions that index the inputs, the weights and the output.
  private var spaces: [Set<String>] = []
  private(set) var name: String?

  /// Nil where `shape` is a name, or names the dimensions of a convolution.
  ///
  /// - Throws: `InputError` 65 at the place of what is no matrix product.
  init?(shape: StrictYAML) throws {
    guard let entries = try? shape.entries(),
      let dimensions = entries.first(where: { $0.key == "dimensions" })
    else { return nil }
    self.dimensions = try dimensions.value.list().map { try $0.text() }
    guard !Set(self.dimensions).isSuperset(of: ["R", "S", "P", "Q"]) else { return nil }
    let dashed = entries.contains { $0.key == "data-spaces" }
    let key = dashed ? "data-spaces" : "data_spaces"
    let fields = try shape.record(
      ["dimensions", key], optional: ["name", "coefficients", "version"])
    name = try fields.optional("name")?.text()
    let list = try fields[key].list()
    let read = try list.map { try Self.space($0, of: self.dimensions) }
    let (outputs, inputs) = (read.filter(\.isOutput), read.filter { !$0.isOutput })
    guard outputs.count == 1, inputs.count == 2 else {
      throw InputError(
        .badData, at: try fields[key].location,
        "a matrix product has two data spaces and one with read_write: true, not "
          + "\(inputs.count) and \(outputs.count)")
    }
    let weights = inputs.firstIndex { ["weights", "b"].contains($0.name.lowercased()) } ?? 1
    spaces = [inputs[1 - weights].ranks, inputs[weights].ranks, outputs[0].ranks]
  }

  private static func space(
    _ node: StrictYAML, of dimensions: [String]
  ) throws -> (name: String, ranks: Set<String>, isOutput: Bool) {
    let fields = try node.record(
      ["name", "projection"], optional: ["read_write", "read-write"])
    let ranks = try fields["projection"].list().map { rank in
      let terms = try rank.list()
      let factors = try terms.first?.list() ?? []
      guard terms.count == 1, factors.count == 1, let name = try factors.first?.text() else {
        throw InputError(
          .badData, at: rank.location,
          "a rank that is a sum is no matrix product's: write [[M]] and [[K]] for two ranks")
      }
      guard dimensions.contains(name) else {
        throw InputError(.badData, at: rank.location, "'\(name)' is none of the dimensions")
      }
      return name
    }
    let isOutput = try (fields.optional("read_write") ?? fields.optional("read-write"))?.flag()
    return (try fields["name"].text(), Set(ranks), isOutput ?? false)
  }

  /// The layer of an instance.
  ///
  /// - Throws: `InputError` 65 for a dimension without an extent, an unknown one, or one outside 1 …
  ///   2³¹ − 1; where a dimension larger than 1 indexes one data space alone, or none.
  func layer(_ instance: StrictYAML, named given: String) throws -> GEMM {
    let fields = try instance.record(dimensions, optional: ["name", "densities"])
    if let densities = fields.optional("densities") {
      throw InputError(
        .badData, at: densities.location,
        "densities are not modeled: without the key the layer counts as dense")
    }
    let name = try fields.optional("name")?.text() ?? self.name ?? given
    var (m, k, n, repetitions) = (1, 1, 1, 1)
    func multiply(_ product: inout Int, _ extent: Int) {
      let (result, isTooLarge) = product.multipliedReportingOverflow(by: extent)
      product = isTooLarge ? Int.max : result
    }
    for dimension in dimensions {
      let extent = try fields[dimension].integer(in: 1...GEMM.maximumExtent)
      switch spaces.map({ $0.contains(dimension) }) {
      case [true, false, true]: multiply(&m, extent)
      case [true, true, false]: multiply(&k, extent)
      case [false, true, true]: multiply(&n, extent)
      case [true, true, true]: multiply(&repetitions, extent)
      default:
        guard extent == 1 else {
          throw InputError(
            .badData, at: try fields[dimension].location,
            "dimension '\(dimension)' indexes one data space alone: no matrix product's")
        }
      }
    }
    guard repetitions <= 65_536 else {
      throw InputError(
        .badData, at: instance.location,
        "layer '\(name)': \(repetitions) products, at most 65536 are counted")
    }
    do throws(WorkloadError) {
      return try GEMM(name: name, m: m, k: k, n: n, repetitions: repetitions)
    } catch {
      throw InputError(.badData, at: instance.location, "layer '\(name)': \(error.reason)")
    }
  }
}
