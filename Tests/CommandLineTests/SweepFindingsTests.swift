import Foundation
import TestSupport
import Testing

@Suite("What a sweep says that it found")
struct SweepFindingsTests {
  /// The points that are ranked, of a report's `points.csv`.
  private func rankedPoints(_ folder: TemporaryFolder) throws -> [[String: String]] {
    let lines = try SmallSweep.read(folder, "out/points.csv").split(separator: "\n")
      .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    let names = try #require(lines.first)
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(names, $0)) }
      .filter { $0["accumulator_meets_timing"] == "true" }
  }

  @Test("the energy of the best conventionally trained network stands beside the chosen point's")
  func conventional() throws {
    let folder = try TemporaryFolder()
    for loss in [20.0, 1] {
      let run = try SmallSweep.run(folder, output: "out") {
        $0.replacingOccurrences(
          of: "accuracy_loss_percent: 1", with: "accuracy_loss_percent: \(Int(loss))")
      }
      #expect(run.status == 0)
      let text = run.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      let exact = try #require(
        text.firstMatch(of: /of the exact network \(([0-9.]+) %\)/).flatMap { Double($0.1) })
      let points = try rankedPoints(folder).filter {
        Double($0["accuracy_percent"] ?? "").map { $0 >= exact - loss } ?? false
      }
      func least(_ points: [[String: String]]) throws -> Double {
        try #require(points.compactMap { Double($0["energy_on_chip_nj"] ?? "") }.min())
      }
      let chosen = try least(points)
      let conventional = try least(points.filter { $0["method"] == "conventional" })
      // Otherwise nothing is said, and nothing would be tested.
      try #require(conventional > chosen)
      let said = try #require(
        text.firstMatch(
          of: /trained network takes ([0-9.]+) nJ .*?: (?:([0-9.]+) times )?as much/))
      let energy = try #require(Double(said.1))
      let ratio = try #require(said.2.map { Double($0) } ?? 1)
      #expect(abs(energy / conventional - 1) < 5e-3)
      #expect(abs(ratio / (conventional / chosen) - 1) < 5e-3)
    }
  }
}
