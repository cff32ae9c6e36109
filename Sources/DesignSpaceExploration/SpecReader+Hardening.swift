import Files
import NetworkEvaluation
import QuantizedNetworks

extension SpecReader {
  /// Hardened bits as a spec has them.
  struct Hardening: Sendable {
    let shares: [(share: Double, location: SourceLocation)]
    let choices: [BitProtection.Choice]
    let granularities: [HardenedBits.Granularity]
    let cell: HardenedCell

    /// Every share above 0 by every choice, and once without where a share is 0.
    var protections: [BitProtection?] {
      let protected: [BitProtection?] = choices.flatMap { choice in
        granularities.flatMap { granularity in
          shares.filter { $0.share > 0 }.map {
            BitProtection(choice: choice, granularity: granularity, share: $0.share)
          }
        }
      }
      return (shares.contains { $0.share == 0 } ? [nil] : []) + protected
    }
  }

  /// `{shares: […], by: […], granularity: […], cell: {energy: …, leakage: …, area: …}}`.
  func hardenedBits(_ node: StrictYAML) throws -> Hardening {
    let fields = try node.record(["shares", "by"], optional: ["granularity", "cell"])
    let shares = try fields["shares"].list().map { (try $0.number(in: 0...1), $0.location) }
    let choices: [BitProtection.Choice] = try fields["by"].list().map { try $0.choice() }
    let granularities: [HardenedBits.Granularity] =
      try fields.optional("granularity")?.list().map { try $0.choice() } ?? [.weight]
    guard !shares.isEmpty, !choices.isEmpty, !granularities.isEmpty,
      Set(shares.map(\.0)).count == shares.count, Set(choices).count == choices.count,
      Set(granularities).count == granularities.count
    else {
      throw InputError(
        .badData, at: node.location,
        "shares, by and granularity need at least one entry each, none twice")
    }
    for (index, (share, location)) in shares.enumerated() where share > 0 {
      guard share >= BitProtection.smallestShare else {
        throw InputError(
          .badData, at: location,
          "a share of \(share) is below \(BitProtection.smallestShare), which names of rows do not tell "
            + "from 0: give 0 or a larger one")
      }
      let percent = BitProtection.percent(share)
      guard !shares[..<index].contains(where: { BitProtection.percent($0.0) == percent }) else {
        throw InputError(
          .badData, at: location,
          "names of rows have \(percent) for this share and one before it: leave one out")
      }
    }
    return Hardening(
      shares: shares.map { (share: $0.0, location: $0.1) }, choices: choices,
      granularities: granularities,
      cell: try fields.optional("cell").map(hardenedCell) ?? .standard)
  }

  private func hardenedCell(_ node: StrictYAML) throws -> HardenedCell {
    let fields = try node.record(["energy", "leakage", "area"])
    return HardenedCell(
      energy: try fields["energy"].number(in: 1...100),
      leakage: try fields["leakage"].number(in: 1...100),
      area: try fields["area"].number(in: 1...100))
  }
}
