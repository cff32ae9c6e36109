import Accelerators
import Files
import Quantities
import TestSupport
import Testing

@Suite("Accelerator files")
struct AcceleratorSpecTests {
  static let folder = "HardwareSpecs/Accelerators/"

  @Test("files without the optional keys mean what they meant: defaults are stated")
  func defaults() throws {
    let path = Repository.path(Self.folder + "ntc16x16.yaml")
    let spec = try AcceleratorSpec(contentsOf: path, for: .simulation)
    #expect(try spec == AcceleratorSpec(contentsOf: path))
    #expect(spec.weightWidth == 8 && spec.outputBufferWords == spec.activationBufferWords)
    #expect(spec.isDoubleBuffered && spec.dramBitsPerCycle == nil)
    #expect(spec.vectorLanes == nil)
    #expect(spec.pipelineRegisters == 0 && spec.ports == AcceleratorSpec.Ports())
    #expect(spec.accumulatorNetlist == nil && spec.dramEnergyPerBit == nil)
    #expect(try AcceleratorSpec.optionalKeys(ofFile: path) == [])
  }

  @Test("the other shipped arrays are read for simulation")
  func shipped() throws {
    let edge = try AcceleratorSpec(
      contentsOf: Repository.path(Self.folder + "edge8x8.yaml"), for: .simulation)
    #expect(edge.dataflow == .outputStationary && edge.processingElements == 64)
    #expect(edge.dramBitsPerCycle == 32)
    let large = try AcceleratorSpec(
      contentsOf: Repository.path(Self.folder + "tpu128x128.yaml"), for: .simulation)
    #expect(large.processingElements == 16_384 && large.bankVectors == 2048)
  }

  @Test("banks, ports and words of buffers are read, each buffer's own")
  func ports() throws {
    let text = try InputFile.text(of: Repository.path(Self.folder + "ntc16x16.yaml"))
    let folder = try TemporaryFolder()
    let path = try folder.write(
      text.replacing(
        "weight_words: 4096",
        with: "weight_words: 4096, weight_banks: 16, weight_word_bits: 32, "
          + "activation_banks: 8, activation_ports: 2"), to: "array.yaml")
    let spec = try AcceleratorSpec(contentsOf: path, for: .simulation)
    #expect(spec.ports.weights == BufferPorts(banks: 16, wordBits: 32))
    #expect(spec.ports.activations == BufferPorts(banks: 8, ports: 2))
    #expect(spec.ports.outputs == BufferPorts())
    #expect(spec.hasLimitedMemory)
    let energy = try folder.write(
      text + "dram: {energy_per_bit: 4 pJ}\n", to: "energy.yaml")
    let stated = try AcceleratorSpec(contentsOf: energy, for: .simulation)
    #expect(stated.dramEnergyPerBit == Energy(4e-12) && stated.dramBitsPerCycle == nil)
    #expect(try AcceleratorSpec.optionalKeys(ofFile: energy) == ["dram.energy_per_bit"])
    var other = AcceleratorSpec.Overrides()
    other.ports.activations.banks = 4
    #expect(
      spec.overriding(other).ports.activations == BufferPorts(banks: 4, ports: 2))
    #expect(try AcceleratorSpec(contentsOf: path).ports == spec.ports)
  }

  @Test(
    "what is unknown, out of range or of no use for networks is refused at its place",
    arguments: [
      ("dataflow: weight_stationary", "dataflow: row_stationary", true, "is not known here"),
      ("rows: 16", "rows: 0", true, "0 is outside 1 … 4096"),
      ("rows: 16", "rows: 5000", true, "5000 is outside 1 … 4096"),
      ("width_bits: 8", "width_bits: 17", true, "17 is outside 2 … 16"),
      ("width_bits: 8", "width_bits: 8, weight_bits: 4", true, "unknown key 'weight_bits'"),
      ("width_bits: 24", "width_bits: 49", true, "49 is outside 8 … 48"),
      (
        "width_bits: 24", "width_bits: 33", true,
        "accumulators of 33 bits are for words of more than 8 bits"
      ),
      ("width_bits: 24", "width_bits: 33", false, "33 is outside 17 … 32"),
      ("weight_words: 4096", "weight_words: -1", true, "-1 is outside"),
      (
        "weight_words: 4096", "double_buffering: yes, weight_words: 4096", true,
        "is not true or false"
      ),
      ("weight_words: 4096", "weight_banks: 0, weight_words: 4096", true, "0 is outside 1 … 4096"),
      (
        "weight_words: 4096", "output_banks: 2, output_ports: 17, weight_words: 4096", true,
        "17 is outside 1 … 16"
      ),
      ("weight_words: 4096", "weight_ports: 2, weight_words: 4096", true, "give weight_banks too"),
      (
        "weight_words: 4096", "activation_banks: 2, activation_word_bits: 7, weight_words: 4096",
        true, "a word of the activation buffer has 7 bits, an operand 8"
      ),
      ("name: ntc16x16\n", "name: n\ndram: {bits_per_cycle: 0}\n", true, "0 is outside 1"),
      ("name: ntc16x16\n", "name: n\nrails: {logic: 9 V}\n", true, "outside"),
      ("name: ntc16x16\n", "name: n\nrails: {memory: 0.5 V}\n", true, "key 'logic' is missing"),
      ("guard_band: 1.1,", "guard_band: 1.1, policy: slow,", true, "is not known here"),
      ("name: ntc16x16\n", "name: n\nvector_unit: {lanes: 0}\n", true, "0 is outside 1 … 65536"),
      ("name: ntc16x16\n", "name: n\ndram: {}\n", true, "give bits_per_cycle or energy_per_bit"),
      ("name: ntc16x16\n", "name: n\nmultiplier: {generate: drun, k: 6}\n", true, "'drum'"),
      ("name: ntc16x16\n", "name: n\nmultiplier: nonsense\n", true, "unknown family 'nonsense'"),
      (
        "name: ntc16x16\n", "name: n\nmultiplier: {generate: drum, q: 6}\n", true,
        "unknown parameter of 'drum' 'q'"
      ),
      ("name: ntc16x16\n", "name: n\ndram: {energy_per_bit: -1 pJ}\n", true, "outside"),
      ("name: ntc16x16\n", "name: n\ndram: {energy_per_bit: 4}\n", true, "unit"),
      (
        "dataflow: weight_stationary",
        "dataflow: weight_stationary\nelement: {pipeline_registers: 9}",
        true, "9 is outside 0 … 8"
      ),
      (
        "dataflow: weight_stationary", "dataflow: output_stationary", false,
        "write dataflow: weight_stationary"
      ),
      ("encoding: offset", "encoding: twos_complement", false, "write encoding: offset"),
      ("width_bits: 8", "width_bits: 4", false, "networks are evaluated in words of 8 bits here"),
    ])
  func refusals(
    old: String, new: String, isSimulation: Bool, message: String
  ) throws {
    let text = try InputFile.text(of: Repository.path(Self.folder + "ntc16x16.yaml"))
    #expect(text.contains(old))
    let folder = try TemporaryFolder()
    let path = try folder.write(text.replacing(old, with: new), to: "array.yaml")
    let error = try #require(throws: InputError.self) {
      try AcceleratorSpec(contentsOf: path, for: isSimulation ? .simulation : .evaluation)
    }
    #expect(error.message.contains(message), "\(error)")
    // The place of the changed value; comments of the file stand before it.
    let changed = new.split(separator: "\n").last.map(String.init) ?? new
    let expected = text.replacing(old, with: new).split(
      separator: "\n", omittingEmptySubsequences: false
    ).firstIndex { $0.contains(changed) }
    #expect(error.location?.line == expected.map { $0 + 1 })
  }
}
