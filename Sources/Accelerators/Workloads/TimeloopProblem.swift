import Files

/// Reads a layer of Timeloop: a YAML file with `problem: {shape: …, instance: {C, M, N, P, Q, R, S, …}}`,
/// or with the instance's keys in `problem` itself.
///
/// C input channels, M filters, N images, P × Q output positions, R × S the kernel. Strides and
/// dilations (`Wstride`, `Hstride`, `Wdilation`, `Hdilation`) are read and checked; the product does
/// not depend on them, since P and Q are given. G groups (default 1) have C channels and M filters
/// each.
public enum TimeloopProblem {
  private static let extents = ["C", "M", "N", "P", "Q", "R", "S"]
  private static let options = ["G", "Wstride", "Hstride", "Wdilation", "Hdilation"]

  /// - Throws: `InputError` 66 if the file is missing, 65 at the place of what is wrong in it.
  public static func read(contentsOf path: String) throws -> [GEMM] {
    try read(StrictYAML(contentsOf: path))
  }

  static func read(_ document: StrictYAML) throws -> [GEMM] {
    let problem = try document.record(["problem"])["problem"]
    var name = "problem"
    let instance: StrictYAML
    if let entries = try? problem.entries(), entries.contains(where: { $0.key == "instance" }) {
      let fields = try problem.record(["instance"], optional: ["shape", "version", "name"])
      if let shape = fields.optional("shape"), let text = try? shape.text() { name = text }
      name = try fields.optional("name")?.text() ?? name
      instance = try fields["instance"]
    } else {
      instance = problem
    }
    let fields = try instance.record(extents, optional: options + ["name", "shape"])
    name = try fields.optional("name")?.text() ?? name
    func extent(_ key: String) throws -> Int {
      try fields[key].integer(in: 1...GEMM.maximumExtent)
    }
    func product(_ keys: [String]) throws -> Int {
      try keys.reduce(1) { product, key in
        let (result, isTooLarge) = product.multipliedReportingOverflow(by: try extent(key))
        return isTooLarge ? Int.max : result
      }
    }
    for key in options.dropFirst() {
      _ = try fields.optional(key)?.integer(in: 1...65_536)
    }
    do {
      return [
        try GEMM(
          name: name, m: try product(["N", "P", "Q"]), k: try product(["C", "R", "S"]),
          n: try extent("M"),
          repetitions: try fields.optional("G")?.integer(in: 1...65_536) ?? 1)
      ]
    } catch let error as WorkloadError {
      throw InputError(.badData, at: instance.location, "layer '\(name)': \(error.reason)")
    }
  }
}
