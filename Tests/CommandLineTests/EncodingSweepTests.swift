import Files
import Foundation
import TestSupport
import Testing

@Suite("axtrain sweep with words of other encodings and widths", .serialized)
struct EncodingSweepTests {
  private static let multipliers = """
    multipliers:
      - {generate: exact_dadda}
      - {generate: truncated, columns: 8}
      - {generate: exact_dadda, width: 5}

    """

  private func run(
    _ folder: TemporaryFolder, output: String, jobs: Int = 2,
    editing edit: (String) -> String = { $0 }
  ) throws -> AxTrainProgram.Outcome {
    try SmallSweep.run(folder, output: output, jobs: jobs) {
      edit(
        $0.replacing(#/multipliers:\n(  - .*\n)+/#, with: Self.multipliers)
          .replacing("  - {clock: fixed, supply: [0.80 V]}\n", with: "")
          .replacing("supply: [0.45 V, 1.00 V]", with: "supply: [0.55 V]")
          .replacing("hidden: [32]", with: "hidden: [8]")
          .replacing(
            #/methods: .*/#,
            with: "methods: [weight_clipping, bias_correction, distillation]")
          + "encodings: [offset, sign_magnitude]\n")
    }
  }

  @Test("every multiplier is run with each, the same bytes for one job and three")
  func axis() throws {
    let folder = try TemporaryFolder()
    let outcome = try run(folder, output: "a", jobs: 1)
    try #require(outcome.status == 0, "\(outcome.errors)")
    try #require(try run(folder, output: "b", jobs: 3).status == 0)
    #expect(try SmallSweep.read(folder, "a/points.csv") == SmallSweep.read(folder, "b/points.csv"))
    let table = try CSVTable(contentsOf: folder.file("a/points.csv"))
    func column(_ name: String) throws -> [String] {
      let index = try #require(table.header.firstIndex(of: name))
      return table.rows.map { $0.fields[index] }
    }
    let (names, encodings, bits) = (
      try column("multiplier"), try column("encoding"), try column("weight_bits")
    )
    let (methods, accuracies) = (try column("method"), try column("accuracy_percent"))
    let sram = try column("energy_sram_nj").compactMap(Double.init)
    #expect(names.count == 3 * 2 * 3)
    func row(_ name: String, _ method: String) throws -> Int {
      try #require(names.indices.first { names[$0] == name && methods[$0] == method })
    }
    for (name, encoding, width) in [
      ("mul8u_exact_dadda", "offset", "8"), ("mul8u_exact_dadda_sm", "sign_magnitude", "8"),
      ("mul5u_exact_dadda", "offset", "5"), ("mul5u_exact_dadda_sm", "sign_magnitude", "6"),
    ] {
      let row = try row(name, "weight_clipping")
      #expect(encodings[row] == encoding && bits[row] == width)
    }
    // Fewer bits are moved, from buffers that are as much smaller (an access goes by the square root of
    // the size below 32 KB), and what an exact multiplier adds on the average is nothing.
    let ratio =
      try sram[row("mul5u_exact_dadda", "distillation")]
      / sram[row("mul8u_exact_dadda", "distillation")]
    #expect(abs(ratio - pow(5.0 / 8, 1.5)) < 1e-8)
    for name in ["mul8u_exact_dadda", "mul8u_exact_dadda_sm", "mul5u_exact_dadda"] {
      #expect(
        try accuracies[row(name, "bias_correction")] == accuracies[row(name, "weight_clipping")])
    }
    #expect(
      try accuracies[row("mul8u_truncated_t8", "bias_correction")]
        != accuracies[row("mul8u_truncated_t8", "weight_clipping")])
  }

  @Test(
    "what other words do not go with is an error before anything runs",
    arguments: [
      ("timing_errors: {fidelity: gate}", "set timing_errors to fidelity statistical"),
      ("timing_errors: {training: transition}", "set timing_errors to training statistical"),
      ("memory: {weights: {protection: bit_masking}}", "choose a code or none"),
    ])
  func refused(line: String, text: String) throws {
    let folder = try TemporaryFolder()
    let outcome = try run(folder, output: "c") {
      $0.replacing("methods: [", with: "methods: [pas, ") + line + "\n"
    }
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains(text), "\(outcome.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.file("c/points.csv")))
  }

  @Test("late products of words with a sign are as far off as numbers are, not as bit patterns")
  func late() throws {
    let folder = try TemporaryFolder()
    let outcome = try run(folder, output: "a") {
      $0.replacing(
        "supply: [0.55 V]", with: "supply: [0.55 V]}\n  - {clock: fixed, supply: [0.75 V]"
      )
      .replacing(Self.multipliers, with: "multipliers: [{generate: exact_dadda}]\n\n")
      .replacing(#/methods: .*/#, with: "methods: [weight_clipping]")
    }
    try #require(outcome.status == 0, "\(outcome.errors)")
    let table = try CSVTable(contentsOf: folder.file("a/timing_errors.csv"))
    let row = try #require(
      table.rows.first {
        try table.text($0, "multiplier") == "mul8u_exact_dadda_sm"
          && table.text($0, "clock") == "fixed"
      })
    let rate = try table.number(row, "error_rate")
    try #require(rate > 0)
    let deviation = (try table.number(row, "mean_square") / rate).squareRoot()
    #expect(deviation < 20_000)
  }

  @Test("sums of signed products that would saturate take no drawn errors")
  func saturating() throws {
    let folder = try TemporaryFolder()
    let array = "HardwareSpecs/Accelerators/ntc16x16.yaml"
    let text = try String(contentsOfFile: Repository.path(array), encoding: .utf8)
      .replacing("{width_bits: 24, overflow: wrap}", with: "{width_bits: 18, overflow: saturate}")
    try text.write(toFile: folder.file("narrow.yaml"), atomically: true, encoding: .utf8)
    let outcome = try run(folder, output: "c") {
      $0.replacing(array, with: folder.file("narrow.yaml"))
    }
    #expect(outcome.status == 65)
    #expect(
      outcome.errors.contains(
        "accumulators saturate at sums that products of mul8u_exact_dadda_sm"),
      "\(outcome.errors)")
  }

  @Test("fidelities are compared for offset words only")
  func fidelities() throws {
    let outcome = try AxTrainProgram.run([
      "compare-fidelities", Repository.path("Sweeps/multipliers-small.yaml"), "--supply",
      "0.5 V", "--multiplier", "mul8u_exact_dadda_sm", "--allow-outside",
    ])
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("name another by --multiplier"), "\(outcome.errors)")
    let narrow = try AxTrainProgram.run([
      "compare-fidelities", Repository.path("Sweeps/multipliers-small.yaml"), "--supply",
      "0.4 V", "--multiplier", "mul6u_exact_dadda", "--chips", "1", "--steps", "32",
      "--allow-outside",
    ])
    #expect(narrow.status == 0, "\(narrow.errors)")
    #expect(narrow.errors.contains("transition and gate agree on every accumulator"))
  }
}
