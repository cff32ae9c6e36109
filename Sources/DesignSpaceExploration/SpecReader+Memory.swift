import ErrorTables
import Files
import NetworkEvaluation

extension SpecReader {
  /// The keys of `training` that change rates of wrong bits.
  static let rateKeys = ["drawn_rates", "drawn_activation_rates", "training_rate_factor"]

  /// Refuses what says something of a memory that is not modelled, and of its rates of wrong bits unless
  /// they are given.
  func refuseMemoryKeys(_ top: StrictYAML.Record, givenRates: Bool) throws {
    let training = givenRates ? [] : try top["training"].entries()
    if let entry = training.first(where: { Self.rateKeys.contains($0.key) }) {
      throw InputError(
        .badData, at: entry.location,
        "\(entry.key) does nothing with memory_supply: none, where no bits are wrong: leave it out, "
          + "or give rates by bit_errors")
    }
    for key in ["memory", "hardened_bits"] {
      guard let node = top.optional(key) else { continue }
      throw InputError(
        .badData, at: node.location,
        "\(key) does nothing with memory_supply: none, where no memory is modelled: give a supply or "
          + "follows_logic")
    }
    let law = try top["extrapolate_memory_law"]
    guard try !law.flag() else {
      throw InputError(
        .badData, at: law.location,
        "there is no memory law to extrapolate with memory_supply: none: write false")
    }
  }

  /// How buffers fail and are protected; what is left out is as without `memory`.
  func memory(_ node: StrictYAML) throws -> MemoryChoice {
    let fields = try node.record([], optional: ["fault_maps", "weights", "activations"])
    return MemoryChoice(
      drawing: try fields.optional("fault_maps").map { try $0.choice() } ?? .perCell,
      weights: try fields.optional("weights").map(buffer) ?? .flips,
      activations: try fields.optional("activations").map(buffer) ?? .flips)
  }

  private enum FaultKind: String, CaseIterable {
    case flip
    case stuckAt = "stuck_at"
  }

  private func buffer(_ node: StrictYAML) throws -> BufferFaultModel {
    let fields = try node.record(
      [],
      optional: [
        "kind", "stuck_at_one", "block_words", "block_correlation", "protection",
        "on_detected_error",
      ])
    return BufferFaultModel(
      kind: try kind(fields), clustering: try clustering(fields, at: node.location),
      protection: try protection(fields))
  }

  private func kind(_ fields: StrictYAML.Record) throws -> BufferFaultModel.Kind {
    let kind = try fields.optional("kind").map { try $0.choice(FaultKind.self) } ?? .flip
    switch kind {
    case .stuckAt:
      return .stuckAt(
        probabilityOfOne: try fields.optional("stuck_at_one").map { try $0.number(in: 0...1) }
          ?? 0.5)
    case .flip:
      if let extra = fields.optional("stuck_at_one") {
        throw InputError(
          .badData, at: extra.location, "cells that flip are not stuck: set kind: stuck_at")
      }
      return .flip
    }
  }

  private func clustering(
    _ fields: StrictYAML.Record, at location: SourceLocation
  ) throws -> BufferFaultModel.Clustering? {
    let (words, correlation) = (
      fields.optional("block_words"), fields.optional("block_correlation")
    )
    guard words != nil || correlation != nil else { return nil }
    guard let words, let correlation else {
      throw InputError(
        .badData, at: (words ?? correlation)?.location ?? location,
        "block_words and block_correlation belong together: give both or none")
    }
    let size = try words.integer(in: 8...1 << 24)
    guard size.isMultiple(of: 8) else {
      throw InputError(
        .badData, at: words.location, "\(size) is not a multiple of 8 words")
    }
    return BufferFaultModel.Clustering(
      blockWords: size, correlation: try correlation.number(in: 0...0.999))
  }

  private func protection(_ fields: StrictYAML.Record) throws -> BufferFaultModel.Protection {
    let codes = SECDEDCode.allCases.map(\.rawValue)
    let policy = fields.optional("on_detected_error")
    guard let node = fields.optional("protection") else {
      try refusePolicy(policy)
      return .none
    }
    let name = try node.text()
    if let code = SECDEDCode(rawValue: name) {
      return .code(code, onDetectedError: try policy.map { try $0.choice() } ?? .keep)
    }
    try refusePolicy(policy)
    switch name {
    case "none": return .none
    case "bit_masking": return .bitMasking
    case "word_masking": return .wordMasking
    default:
      let names = ["none"] + codes + ["bit_masking", "word_masking"]
      let hint = InputError.nearest(to: name, among: names).map { "did you mean '\($0)'? " } ?? ""
      throw InputError(
        .badData, at: node.location,
        "'\(name)' is not known here: \(hint)allowed: \(names.joined(separator: ", "))")
    }
  }

  private func refusePolicy(_ policy: StrictYAML?) throws {
    guard let policy else { return }
    throw InputError(
      .badData, at: policy.location,
      "only a code detects errors: set protection to one, such as secded_72_64")
  }
}
