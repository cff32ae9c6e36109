import DesignSpaceExploration
import ErrorTables
import Files
import NetworkEvaluation

/// What a sweep found, in sentences that name their numbers.
public struct SweepFindings: Sendable {
  public let sentences: [String]
  /// The exact multiplier of the sweep, if it has one.
  public let exactMultiplier: String?

  public init(_ result: SweepResult, accuracyLoss: Double) {
    let table = result.table
    exactMultiplier =
      result.inputs.multipliers.first { multiplier in
        multiplier.products == .exact(widthA: 8, widthB: 8)
      }?.name
    let exact = exactMultiplier
    let nominal = result.inputs.accelerator.nominalSupply.value
    let rows = Rows(table)
    let references = table.rows.indices.filter {
      rows.text($0, "multiplier") == exact && rows.text($0, "method") == "conventional"
        && rows.text($0, "clock") == "track" && rows.number($0, "supply_v") == nominal
    }
    let reference =
      references.first { rows.number($0, "memory_supply_v") == nominal } ?? references.first
    sentences =
      [
        Self.rates(rows, result.points),
        Self.choice(result, rows, accuracyLoss: accuracyLoss, reference: reference),
        Self.minimum(rows, table.rows.indices, exact: exact),
        Self.training(
          rows, result.ranking.order.sorted(), exact: exact,
          plain: Self.isGiven(result) ? "the given network" : "conventional training"),
        Self.dram(rows, table.rows.indices),
        Self.extrapolated(result),
        Self.excluded(result.ranking),
        Self.disagreement(result, rows),
      ].compactMap { $0 }
      + Self.rises(result.hardware.tables(result.inputs)) + result.inputs.notes
  }

  /// The most accurate method at each given rate of wrong bits, and conventional training beside it.
  private static func rates(_ rows: Rows, _ points: [DesignPoint]) -> String? {
    func rate(_ row: Int) -> Double? { points[row].bitErrorRate }
    func accuracy(_ row: Int) -> Double { rows.number(row, "accuracy_percent") ?? -1 }
    let indices = rows.table.rows.indices.filter { rate($0) != nil }
    let rates = Set(indices.compactMap(rate)).sorted()
    guard rates.count > 1 else { return nil }
    let parts = rates.compactMap { value -> String? in
      let here = indices.filter { rate($0) == value }
      guard let best = here.max(by: { accuracy($0) < accuracy($1) }) else { return nil }
      var part =
        "at \(CellValue.format(100 * value, digits: 3))\u{A0}% \(rows.text(best, "method")), "
        + rows.accuracy(best)
      if let plain = here.first(where: {
        rows.text($0, "method") == "conventional"
          && rows.text($0, "multiplier") == rows.text(best, "multiplier")
          && rows.text($0, "supply_v") == rows.text(best, "supply_v")
          && rows.text($0, "memory_supply_v") == rows.text(best, "memory_supply_v")
      }), plain != best {
        part += " (conventional \(rows.accuracy(plain)))"
      }
      return part
    }
    return "Most accurate by the rate of wrong bits: " + parts.joined(separator: "; ") + "."
  }

  /// The lowest-energy point that keeps the accuracy; nothing where none is ranked.
  private static func choice(
    _ result: SweepResult, _ rows: Rows, accuracyLoss: Double, reference: Int?
  ) -> String? {
    if result.ranking.order.isEmpty { return nil }
    guard let exactAccuracy = result.exactAccuracy else {
      return "No point is chosen: a conventional network, whose accuracy it would have to keep, "
        + "failed in its training."
    }
    let exact = CellValue.format(100 * exactAccuracy, digits: 4)
    let loss =
      CellValue.format(accuracyLoss, digits: 3) + (accuracyLoss == 1 ? " point" : " points")
    guard let row = result.chosen else {
      return "No ranked point keeps within \(loss) of the exact network's \(exact) %."
    }
    var sentence =
      "Lowest energy within \(loss) of the exact network "
      + "(\(exact) %): \(rows.text(row, "multiplier")), \(rows.text(row, "method")), "
      + "\(rows.supplies(row)) with a \(rows.text(row, "clock")) clock: "
      + "\(rows.accuracy(row)), \(rows.short(row, "energy_on_chip_nj")) nJ an inference"
    if let reference, let energy = rows.number(reference, "energy_on_chip_nj"),
      let least = rows.number(row, "energy_on_chip_nj"), energy / least >= 1.05
    {
      sentence +=
        ", \(CellValue.format(energy / least, digits: 2)) times less than the exact multiplier at "
        + "\(rows.supplies(reference)) (\(rows.short(reference, "energy_on_chip_nj")) nJ)"
    }
    return sentence + "."
      + plain(result, rows, least: 100 * exactAccuracy - accuracyLoss, chosen: row)
  }

  /// Whether the rows of conventional are those of a network that the sweep was given.
  private static func isGiven(_ result: SweepResult) -> Bool {
    result.inputs.setup.network.model != nil
  }

  /// What the best network that was not trained for the hardware takes on it.
  ///
  /// - Parameter least: the accuracy that it has to keep, in percent.
  private static func plain(
    _ result: SweepResult, _ rows: Rows, least: Double, chosen: Int
  ) -> String {
    func isPlain(_ row: Int) -> Bool {
      result.points[row].method == .conventional && result.points[row].protection == nil
    }
    func energy(_ row: Int) -> Double { rows.number(row, "energy_on_chip_nj") ?? .infinity }
    let plain = result.ranking.order.filter(isPlain)
    guard !isPlain(chosen), !plain.isEmpty else { return "" }
    let good = plain.filter { (rows.number($0, "accuracy_percent") ?? 0) >= least }
    guard let row = good.min(by: { (energy($0), $0) < (energy($1), $1) }) else {
      return isGiven(result)
        ? " The given network does not keep it on this hardware."
        : " No conventionally trained network keeps it."
    }
    let ratio = CellValue.format(energy(row) / energy(chosen), digits: 3)
    return
      (isGiven(result) ? " The given network takes " : " A conventionally trained network takes ")
      + "\(rows.short(row, "energy_on_chip_nj")) nJ (\(rows.text(row, "multiplier")), "
      + "\(rows.supplies(row)), \(rows.text(row, "clock")) clock): "
      + (ratio == "1" ? "as much." : "\(ratio) times as much.")
  }

  /// Where leakage begins to cost more than a lower supply saves.
  private static func minimum(_ rows: Rows, _ indices: Range<Int>, exact: String?) -> String? {
    let tracked = indices.filter {
      rows.text($0, "multiplier") == exact && rows.text($0, "clock") == "track"
        && rows.text($0, "method") == "conventional"
    }
    let energies = tracked.compactMap { row in
      rows.number(row, "energy_on_chip_nj").map { (row, $0) }
    }
    let supplies = Set(tracked.compactMap { rows.number($0, "supply_v") })
    guard let least = energies.min(by: { $0.1 < $1.1 }), supplies.count > 2 else { return nil }
    let isInside =
      rows.number(least.0, "supply_v") != supplies.min()
      && rows.number(least.0, "supply_v") != supplies.max()
    let place = isInside ? "has its minimum" : "is least, at the end of the range,"
    let isRanked = rows.text(least.0, "accumulator_meets_timing") != "false"
    return "Energy with the exact multiplier and a tracking clock \(place) at "
      + "\(rows.supplies(least.0)) (\(rows.short(least.0, "energy_on_chip_nj")) nJ"
      + (isRanked ? ")." : "; not ranked).")
  }

  /// The ranked, tracked supply at which pas gains most on conventional training.
  ///
  /// - Parameter plain: what that is called.
  private static func training(
    _ rows: Rows, _ indices: [Int], exact: String?, plain: String
  ) -> String? {
    func row(_ method: String, like other: Int) -> Int? {
      indices.first { row in
        rows.text(row, "method") == method
          && ["multiplier", "clock", "supply_v", "memory_supply_v"].allSatisfy {
            rows.text(row, $0) == rows.text(other, $0)
          }
      }
    }
    let pairs = indices.compactMap { pas -> (pas: Int, conventional: Int, gain: Double)? in
      guard rows.text(pas, "method") == "pas", rows.text(pas, "multiplier") == exact,
        rows.text(pas, "clock") == "track", let conventional = row("conventional", like: pas),
        let high = rows.number(pas, "accuracy_percent"),
        let low = rows.number(conventional, "accuracy_percent")
      else { return nil }
      return (pas, conventional, high - low)
    }
    guard let best = pairs.max(by: { $0.gain < $1.gain }), best.gain >= 1 else { return nil }
    var accuracies = "pas keeps \(rows.accuracy(best.pas))"
    if let clipped = row("weight_clipping", like: best.pas) {
      accuracies += ", weight clipping \(rows.accuracy(clipped))"
    }
    return "At \(rows.supplies(best.pas)), where "
      + "\(rows.percent(best.pas, "weight_bit_error_rate")) % of stored bits and "
      + "\(rows.percent(best.pas, "timing_error_rate")) % of products are wrong, \(accuracies), "
      + "\(plain) \(rows.accuracy(best.conventional)) (exact multiplier)."
  }

  private static func dram(_ rows: Rows, _ indices: Range<Int>) -> String? {
    let values = Set(indices.map { rows.short($0, "energy_dram_nj") })
    guard let value = values.first, values.count == 1, !value.isEmpty else { return nil }
    return "DRAM adds \(value) nJ to every point; it is not ranked."
  }

  /// The buffers whose accesses cost what no memory of the technology's table costs.
  private static func extrapolated(_ result: SweepResult) -> String? {
    let access = result.inputs.technology.sram?.access
    let memories = result.inputs.multipliers.flatMap { $0.accelerator.memories(outside: access) }
    guard !memories.isEmpty else { return nil }
    let sizes = Set(memories.map(\.memory.bytesPerBank)).sorted().map {
      CellValue.format($0, digits: 6)
    }
    return "Accesses to buffers of \(sizes.joined(separator: ", ")) bytes a bank are extrapolated "
      + "beyond the sizes that the technology has energies for."
  }

  /// Where a multiplier's errors become more likely as the supply rises, by the tables of dies, whose
  /// operands are the same at all supplies.
  static func rises(_ tables: [TimingErrorTable]) -> [String] {
    tables.compactMap { $0.riseFinding("Errors of \($0.netlist) with a \($0.clock) clock") }
  }

  /// Where simulated elements and the error tables exclude each other. The tables' operands are those of
  /// conventional and clipped networks, so the rows of these methods are held against them.
  private static func disagreement(_ result: SweepResult, _ rows: Rows) -> String? {
    let found = rows.table.rows.indices.compactMap { row -> TableDisagreement? in
      let point = result.points[row]
      let key = CharacterizedHardware.TableKey(multiplier: point.multiplier, clock: point.clock)
      guard ["gate", "transition"].contains(rows.text(row, "fidelity")),
        [.conventional, .weightClipping].contains(point.method),
        let value = rows.number(row, "timing_error_rate"),
        let low = rows.number(row, "timing_error_rate_low"),
        let high = rows.number(row, "timing_error_rate_high"), low <= high,
        let table = result.hardware.timing[key]?.point(at: point.logicSupply)
      else { return nil }
      return TableDisagreement(
        multiplier: rows.text(row, "multiplier"), clock: rows.text(row, "clock"), table: table,
        simulated: TableDisagreement.Rate(value: value, interval: low...high))
    }
    let setup = result.inputs.setup
    return TableDisagreement.sentence(
      found,
      trains: setup.timingErrors.training == .statistical
        && setup.training.methods.contains(where: \.drawsErrors))
  }

  private static func excluded(_ ranking: ParetoRanking) -> String? {
    let count = ranking.excluded.count
    guard count > 0 else { return nil }
    return
      "\(count) point\(count == 1 ? " is" : "s are") not ranked: \(Set(ranking.excluded.map(\.reason)).sorted().joined(separator: "; "))."
  }

  /// Cells by column name.
  private struct Rows: Sendable {
    let table: ResultTable
    private let hasMemoryRails: Bool

    init(_ table: ResultTable) {
      self.table = table
      hasMemoryRails = MemoryRail.areSeveral(in: table)
    }

    /// `0.5 V`, and the memory's where a logic supply has several.
    func supplies(_ row: Int) -> String {
      "\(short(row, "supply_v")) V"
        + (hasMemoryRails ? " and \(short(row, "memory_supply_v")) V for the memory" : "")
    }

    func text(_ row: Int, _ column: String) -> String { table[row, column].formatted }
    func number(_ row: Int, _ column: String) -> Double? { table[row, column].number }
    func short(_ row: Int, _ column: String) -> String {
      number(row, column).map { CellValue.format($0, digits: 3) } ?? text(row, column)
    }
    func percent(_ row: Int, _ column: String) -> String {
      number(row, column).map { CellValue.format(100 * $0, digits: 2) } ?? "?"
    }
    /// `97.29 ± 0.12 %`.
    func accuracy(_ row: Int) -> String {
      guard let mean = number(row, "accuracy_percent"), let half = table.accuracyHalfWidth(row)
      else { return "?" }
      return
        "\(CellValue.format(mean, digits: 4)) ± \(CellValue.format(half, digits: 2))\u{A0}%"
    }
  }
}
