import DesignSpaceExploration
import Files
import NetworkEvaluation
import TestSupport
import Testing

@Suite("Shares of hardened bits that a sweep refuses")
struct HardenedShareTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A network of 2,048 and 320 weights of 8 bits: 18,944 bits.
  private func spec(_ shares: String, granularity: String = "weight") throws -> SweepSpec {
    let text = try InputFile.text(of: Repository.path("Sweeps/memory-errors-small.yaml"))
      .replacing("HardwareSpecs/", with: Repository.path("HardwareSpecs/"))
    let line =
      "hardened_bits: {shares: [\(shares)], by: [random], granularity: [\(granularity)]}\n"
    return try SweepSpec(contentsOf: folder.write(text + line, to: "s.yaml"), allowOutside: true)
  }

  @Test(
    "those that names of rows cannot tell from 0 or from another, at their place",
    arguments: [
      ("1e-9", 26, "a share of 1e-09 is below 1e-08, which names of rows do not tell from 0"),
      ("0, 0.01, 9.9e-9", 35, "a share of 9.9e-09 is below 1e-08"),
      ("0.01, 0.010000000001", 32, "names of rows have 1% for this share and one before it"),
    ])
  func names(shares: String, column: Int, message: String) throws {
    let error = #expect(throws: InputError.self) { try spec(shares) }
    #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
    #expect(error?.status == .badData && error?.location?.column == column)
    _ = try spec("0, 1e-8, 2e-8")
  }

  @Test("those that harden no bit, or no bit of a whole layer, before anything is trained")
  func none() throws {
    for (granularity, refused, taken, least) in [
      ("weight", "2.6e-5", "2.64e-5", 2.64e-5), ("layer", "0.0168", "0.0169", 0.0169),
    ] {
      let fine = try spec("0, \(taken)", granularity: granularity)
      try EvaluationInputs(setup: fine.setup).checkHardening(of: fine.points) { _ in nil }
      let spec = try spec("0, \(refused)", granularity: granularity)
      let store = try SweepStore(path: folder.file("\(granularity).sqlite"))
      defer { store.close() }
      let error = #expect(throws: InputError.self) {
        try SweepSession(spec: spec, store: store, build: "test").run(
          jobs: 1, progress: { _ in Issue.record("something began") }, stopRequested: { false })
      }
      #expect(error?.location?.column == 29 && error?.status == .badData)
      #expect(
        error?.message.hasSuffix(
          "by \(granularity) hardens none of the 18944 bits of the network's weights: leave it out, or "
            + "give at least \(least)") == true, "\(error?.message ?? "")")
    }
  }
}
