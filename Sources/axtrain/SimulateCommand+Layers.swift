import Accelerators
import Files
import Networks

extension SimulateCommand {
  /// The layers that the options name.
  ///
  /// - Throws: `InputError` as the readers do; 64 for a name that is no preset.
  func layers() throws -> [LayerWork] {
    if let gemm { return [.product(try GEMM(option: gemm))] }
    if let topology {
      guard topology.hasSuffix(".yaml") || topology.hasSuffix(".yml") else {
        return try ScaleSimTopology.read(contentsOf: topology, batch: batch ?? 1).map {
          .product($0)
        }
      }
      guard batch == nil else {
        throw InputError(.usage, "--batch is not for a Timeloop problem: N is given")
      }
      let document = try TimeloopProblem.document(contentsOf: topology)
      let layers = try TimeloopProblem.read(document)
      let skipped = try TimeloopProblem.skipped(in: document)
      if !skipped.isEmpty {
        Terminal.note(
          "note: \(topology): only 'problem' is read, the array is that of --hardware; skipped: "
            + skipped.joined(separator: ", "))
      }
      return layers.map { .product($0) }
    }
    let name = network ?? ""
    let topology = name == ResNet50.name ? nil : try readNetwork(name)
    do throws(WorkloadError) {
      guard let topology else { return try ResNet50.work(batch: batch ?? 1) }
      return try topology.work(batch: batch ?? 1)
    } catch {
      throw InputError(.badData, at: SourceLocation(file: name), error.reason)
    }
  }

  private func readNetwork(_ name: String) throws -> NetworkTopology {
    if let preset = Preset(rawValue: name) { return try preset.topology() }
    guard FileArgument.isPath(name) else {
      let presets = (Preset.allCases.map(\.rawValue) + [ResNet50.name]).joined(separator: ", ")
      throw InputError(
        .usage, "--network: '\(name)' is no preset (\(presets)); files end in .yaml")
    }
    return try TopologyReader.read(contentsOf: name)
  }
}
