import Files
import Quantities
import Technology

extension EnergyTable {
  private enum Kind: String, CaseIterable {
    case operations
    case accesses
  }

  /// Reads a table's YAML file; `Documentation/FileFormats.md` lists the keys.
  ///
  /// - Throws: `InputError` 65 at the place of what is missing, unknown or out of range.
  public init(contentsOf path: String) throws {
    let document = try StrictYAML(contentsOf: path)
    let operations = ["multiply", "add", "sram_64bit", "dram_64bit"]
    let accesses = [
      "word_bits", "multiply_accumulate", "register_file", "inter_element", "buffer", "dram",
    ]
    let head = try document.record(["name", "kind", "source"], optional: operations + accesses)
    name = try head["name"].text()
    source = try head["source"].text()
    switch try head["kind"].choice(Kind.self) {
    case .operations:
      let fields = try document.record(["name", "kind", "source"] + operations)
      costs = .operations(
        Operations(
          multiply: try PowerLaw(fields["multiply"], "bits", Self.bits, Self.energies),
          add: try PowerLaw(fields["add"], "bits", Self.bits, Self.energies),
          sram: try PowerLaw(fields["sram_64bit"], "bytes", 1...(1 << 40), Self.energies),
          dram: try fields["dram_64bit"].quantity(in: Self.energies)))
    case .accesses:
      let fields = try document.record(["name", "kind", "source"] + accesses)
      func ratio(_ key: String) throws -> Double { try fields[key].number(in: 0...1e9) }
      costs = .accesses(
        Accesses(
          wordBits: try fields["word_bits"].integer(in: Self.bits),
          multiplyAccumulate: try ratio("multiply_accumulate"),
          registerFile: try ratio("register_file"), interElement: try ratio("inter_element"),
          buffer: try ratio("buffer"), dram: try ratio("dram")))
    }
  }

  private static let bits = 1...256
  private static let energies = Energy(1e-21)...Energy(1)
}
