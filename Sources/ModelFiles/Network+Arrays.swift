import Files
import Networks

extension Network {
  /// The network of a topology with the numbers of a file's arrays.
  ///
  /// Shapes are those of the parameters: PyTorch's. Doubles and halves become single precision.
  ///
  /// - Throws: `InputError` 65 if a parameter or statistic has no array or more than one, an array
  ///   belongs to nothing, has another shape or integers, a rule names no array, or a number is not
  ///   finite.
  public init(
    topology: NetworkTopology, arrays: NamedArrays, mapping: ArrayMapping = .byName
  ) throws {
    let known = Set((topology.parameters + topology.statistics).map(\.name))
    if let rule = mapping.idleRule(among: arrays.names) {
      let hint =
        InputError.nearest(to: rule, among: arrays.names).map { "; nearest is '\($0)'" } ?? ""
      throw arrays.refusal("has no array of the rule '\(rule)'\(hint)")
    }
    var sources: [String: String] = [:]
    for name in arrays.names {
      guard let parameter = mapping.parameter(name) else { continue }
      let label = parameter == name ? "'\(name)'" : "'\(name)', taken for '\(parameter)',"
      guard known.contains(parameter) else {
        let hint =
          InputError.nearest(to: parameter, among: known.sorted()).map { "; nearest is '\($0)'" }
          ?? ""
        throw arrays.refusal("\(label) belongs to no layer of '\(topology.name)'\(hint)")
      }
      if let other = sources.updateValue(name, forKey: parameter) {
        throw arrays.refusal("'\(other)' and '\(name)' are both taken for '\(parameter)'")
      }
    }
    func values(_ blocks: [ParameterBlock]) throws -> [Float] {
      try blocks.flatMap { block in
        guard let name = sources[block.name] else {
          let hint =
            InputError.nearest(to: block.name, among: arrays.names).map { "; nearest is '\($0)'" }
            ?? ""
          throw arrays.refusal("no array is taken for '\(block.name)'\(hint)")
        }
        let reals = try arrays.reals(name, shape: block.shape)
        if let complaint = block.complaint(reals) {
          throw arrays.refusal("'\(name)': \(complaint)")
        }
        return reals
      }
    }
    self.init(
      topology: topology, parameters: try values(topology.parameters),
      statistics: try values(topology.statistics))
  }
}

extension ParameterBlock {
  /// What is wrong with numbers for this block, beyond their being finite: a variance below 0 would
  /// make every logit no number.
  func complaint(_ values: [Float]) -> String? {
    guard name.hasSuffix(".running_var"), let wrong = values.firstIndex(where: { $0 < 0 }) else {
      return nil
    }
    return "the variance of channel \(wrong) is \(values[wrong])"
  }
}
