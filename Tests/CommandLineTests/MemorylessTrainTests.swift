import TestSupport
import Testing

@Suite("axtrain train without a memory")
struct MemorylessTrainTests {
  @Test("without a memory training sees late products alone, by option and by spec")
  func noMemory() throws {
    let folder = try TemporaryFolder()
    let options = [
      "--method", "pas", "--epochs", "4", "--multiplier", TrainMethodTests.multiplier, "--hardware",
      "HardwareSpecs/Accelerators/ntc16x16-22nm.yaml", "--technology",
      "HardwareSpecs/Technology/ptm22_hp.yaml", "--supply", "0.40 V", "--dies", "4",
      "--transitions", "4000",
    ]
    _ = try folder.write("memory_supply: none\n", to: "none.yaml")
    for (name, memory) in [
      ("option", ["--memory-supply", "none"]), ("spec", ["--spec", folder.file("none.yaml")]),
    ] {
      _ = try TrainMethodTests.run(
        TrainMethodTests.common + TrainMethodTests.scratch + options + memory + [
          "-o", folder.file(name),
        ])
    }
    try TrainMethodTests.expectSame(
      folder, "option", "spec", ["weights.safetensors", "history.csv"])
    let record = try TrainMethodTests.record(of: folder.file("option"))
    #expect(record["memory_supply"] == "none")
    #expect(record["extrapolate_memory_law"] == nil && record["bit_error_rate"] == nil)
    #expect(Double(record["product_error_rate"] ?? "") ?? 0 > 0)
  }
}
