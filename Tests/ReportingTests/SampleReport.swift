import DesignSpaceExploration
import Files
import Reporting
import TestSupport

/// The report of the made sweep.
enum SampleReport {
  static func make(
    title: String = "Digits on a 16 × 16 near-threshold array", table: ResultTable? = nil,
    findings: [String]? = nil, manifest: RunManifest? = nil
  ) -> ParetoReport {
    let table = table ?? SampleSweep.table
    let late = (table.cells("accumulator_meets_timing") ?? []).enumerated().filter {
      $0.element == .flag(false)
    }
    let ranking = ParetoRanking(
      table,
      excluded: late.map {
        ParetoRanking.ExcludedRow(row: $0.offset, reason: "the accumulator misses its timing")
      })
    let chosen = ranking.front.first { (table.cells("accuracy_percent")?[$0].number ?? 0) > 96.2 }
    return ParetoReport(
      title: title,
      findings: findings ?? [
        "At 0.55 V the truncated multiplier with AxTrain-pas needs the least energy of all points "
          + "within one point of the exact network's accuracy.",
        "Below 0.5 V leakage eats what the lower voltage saves.",
      ],
      points: table, ranking: ranking, chosen: chosen, exactMultiplier: "exact",
      manifest: manifest ?? sampleManifest)
  }

  static let sampleManifest = RunManifest(
    version: "0.1.0",
    spec: .object(["voltages": .array(SampleSweep.voltages.map(JSONValue.real))]),
    seeds: ["chip": 7, "training": 42],
    inputs: [
      .init(
        name: "HardwareSpecs/Multipliers/exact_8x8.v",
        sha256: Digest(of: "made input").description)
    ],
    machine: ["OpenBLAS kernels": "Haswell"], columns: SampleSweep.columns)
}
