import Files

/// Reads a layer of Timeloop: a YAML file with `problem: {shape: …, instance: {C, M, N, P, Q, R, S, …}}`,
/// or with the instance's keys in `problem` itself.
///
/// C input channels, M (or K) filters, N images, P × Q output positions, R × S the kernel; G groups
/// (default 1) have C channels and M filters each. P and Q are taken as they stand, as Timeloop does:
/// the input then follows from strides and dilations, (P − 1)·Wstride + (R − 1)·Wdilation + 1 words
/// along W without padding; `H`, `W` and paddings are only checked. With P, and without
/// Q, S and all of H, the layer has one dimension: Q and S are 1. Where both P and Q are left out, they
/// follow from W and H: P = ⌊(W + 2·Wpad − Wdilation·(R − 1) − 1) / Wstride⌋ + 1, and Q from H
/// and S in the same way. Positions are Q rows of P. Densities are refused: only dense layers are
/// modeled. `!include FILE` stands for what is in another file beside this one. Where `shape` states the
/// data spaces of a matrix product, its dimensions are the keys (`TimeloopMatrixProduct`). Sections for
/// Timeloop's own models and search stand beside `problem` and are skipped, whatever tags (`!Component`)
/// they have.
public enum TimeloopProblem {
  private static let steps = [
    "Wstride", "Hstride", "WStride", "HStride", "Wdilation", "Hdilation", "WDilation", "HDilation",
  ]
  private static let paddings = ["Wpad", "Hpad"]

  /// - Throws: `InputError` 66 if the file is missing, 65 at the place of what is wrong in it.
  public static func read(contentsOf path: String) throws -> [GEMM] {
    try read(document(contentsOf: path))
  }

  /// A file with what it includes.
  ///
  /// - Throws: as `read(contentsOf:)`.
  public static func document(contentsOf path: String) throws -> StrictYAML {
    try StrictYAML(contentsOf: path, includesFiles: true, foreign: Set(skippedSections))
  }

  /// Keys beside `problem` that are not read: Timeloop's input, version 0.3 and 0.4.
  public static let skippedSections = [
    "arch", "architecture", "architecture_constraints", "components", "compound_components",
    "constraints", "globals", "mapper", "mapping", "mapspace", "mapspace_constraints",
    "sparse_optimizations", "variables",
  ]

  /// The sections of a document that are skipped, in its order.
  ///
  /// - Throws: `InputError` 65 if it is no mapping.
  public static func skipped(in document: StrictYAML) throws -> [String] {
    try document.entries().map(\.key).filter(skippedSections.contains)
  }

  /// - Throws: `InputError` 65 at the place of what is wrong.
  public static func read(_ document: StrictYAML) throws -> [GEMM] {
    let problem = try document.record(["problem"], optional: skippedSections)["problem"]
    var name = "problem"
    let instance: StrictYAML
    if let entries = try? problem.entries(), entries.contains(where: { $0.key == "instance" }) {
      let fields = try problem.record(["instance"], optional: ["shape", "version", "name"])
      if let shape = fields.optional("shape"), let text = try? shape.text() { name = text }
      name = try fields.optional("name")?.text() ?? name
      instance = try fields["instance"]
      if let shape = fields.optional("shape"),
        let product = try TimeloopMatrixProduct(shape: shape)
      {
        return [try product.layer(instance, named: name)]
      }
    } else {
      instance = problem
    }
    let keys = Set(try instance.entries().map(\.key))
    let filters = keys.contains("K") && !keys.contains("M") ? "K" : "M"
    let isSized = keys.isDisjoint(with: ["P", "Q"]) && keys.isSuperset(of: ["W", "H"])
    let positions = isSized ? ["W", "H"] : ["P", "Q"]
    let hasOneDimension =
      !isSized
      && keys.isDisjoint(with: [
        "Q", "S", "H", "Hpad", "Hstride", "HStride", "Hdilation", "HDilation",
      ])
    let fields = try instance.record(
      ["C", filters, "N", "R"] + (hasOneDimension ? ["P"] : ["S"] + positions),
      optional: (isSized ? [] : ["W", "H"]) + steps + paddings
        + ["G", "name", "shape", "densities"])
    // Timeloop's own tools write an empty mapping for a dense layer.
    if let densities = fields.optional("densities"),
      (try? densities.entries().isEmpty) != true
    {
      throw InputError(
        .badData, at: densities.location,
        "densities are not modeled: without the key the layer counts as dense")
    }
    name = try fields.optional("name")?.text() ?? name
    func extent(_ key: String) throws -> Int {
      try fields[key].integer(in: 1...GEMM.maximumExtent)
    }
    func product(_ values: [Int]) -> Int {
      values.reduce(1) { product, value in
        let (result, isTooLarge) = product.multipliedReportingOverflow(by: value)
        return isTooLarge ? Int.max : result
      }
    }
    for key in steps { _ = try fields.optional(key)?.integer(in: 1...65_536) }
    for key in paddings { _ = try fields.optional(key)?.integer(in: 0...65_536) }
    for key in ["W", "H"] where !isSized { _ = try fields.optional(key)?.integer(in: 0...Int.max) }
    /// Positions, taps and input along an axis of Timeloop's.
    func axis(
      _ axis: String, positions: String, taps kernel: String
    ) throws -> ConvolutionGeometry.Axis {
      func option(_ key: String, or other: String, default value: Int) throws -> Int {
        try (fields.optional(key) ?? fields.optional(other))?.integer(in: 0...65_536) ?? value
      }
      let stride = try option("\(axis)stride", or: "\(axis)Stride", default: 1)
      let dilation = try option("\(axis)dilation", or: "\(axis)Dilation", default: 1)
      let isFlat = hasOneDimension && kernel == "S"
      let taps = isFlat ? 1 : try extent(kernel)
      let reach = dilation * (taps - 1) + 1
      guard isSized else {
        let count = isFlat ? 1 : try extent(positions)
        return ConvolutionGeometry.Axis(
          input: (count - 1) * stride + reach, positions: count, taps: taps, stride: stride,
          dilation: dilation, padding: 0)
      }
      let padding = try option("\(axis)pad", or: "\(axis)pad", default: 0)
      let input = try extent(axis)
      let length = input + 2 * padding
      guard reach <= length else {
        throw InputError(
          .badData, at: instance.location,
          "layer '\(name)': a kernel of \(reach) along \(axis) is larger than its input of "
            + "\(length)")
      }
      return ConvolutionGeometry.Axis(
        input: input, positions: (length - reach) / stride + 1, taps: taps, stride: stride,
        dilation: dilation, padding: padding)
    }
    let columns = try axis("W", positions: "P", taps: "R")
    let rows = try axis("H", positions: "Q", taps: "S")
    do {
      return [
        try GEMM(
          name: name, m: product([try extent("N"), columns.positions, rows.positions]),
          k: product([try extent("C"), columns.taps, rows.taps]), n: try extent(filters),
          repetitions: try fields.optional("G")?.integer(in: 1...65_536) ?? 1,
          convolution: ConvolutionGeometry(rows: rows, columns: columns))
      ]
    } catch let error as WorkloadError {
      throw InputError(.badData, at: instance.location, "layer '\(name)': \(error.reason)")
    }
  }
}
