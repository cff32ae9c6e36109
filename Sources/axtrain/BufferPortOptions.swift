import Accelerators
import ArgumentParser
import Files

/// Flags that replace the banks, ports and words of an accelerator's buffers.
struct BufferPortOptions: ParsableArguments {
  @Option(help: "Banks of the weight buffer, 1 to 4096 (without: nothing waits for its accesses).")
  var weightBanks: Int?

  @Option(
    help: "Accesses that a bank of the weight buffer serves in a cycle, 1 to 16 (default: 1).")
  var weightPorts: Int?

  @Option(help: "Bits of a word of the weight buffer, up to 4096 (default: a weight's).")
  var weightWordBits: Int?

  @Option(help: "Banks of the activation buffer.")
  var activationBanks: Int?

  @Option(help: "Accesses that a bank of the activation buffer serves in a cycle (default: 1).")
  var activationPorts: Int?

  @Option(help: "Bits of a word of the activation buffer (default: an activation's).")
  var activationWordBits: Int?

  @Option(help: "Banks of the output buffer.")
  var outputBanks: Int?

  @Option(help: "Accesses that a bank of the output buffer serves in a cycle (default: 1).")
  var outputPorts: Int?

  @Option(help: "Bits of a word of the output buffer (default: an activation's).")
  var outputWordBits: Int?

  /// What the flags state.
  ///
  /// - Throws: `InputError` 64 for one outside its range.
  func ports() throws -> AcceleratorSpec.Ports {
    var ports = AcceleratorSpec.Ports()
    ports.weights = try Self.ports("weight", weightBanks, weightPorts, weightWordBits)
    ports.activations = try Self.ports(
      "activation", activationBanks, activationPorts, activationWordBits)
    ports.outputs = try Self.ports("output", outputBanks, outputPorts, outputWordBits)
    return ports
  }

  private static func ports(
    _ buffer: String, _ banks: Int?, _ ports: Int?, _ wordBits: Int?
  ) throws -> BufferPorts {
    typealias Limits = AcceleratorSpec.Limits
    try AcceleratorOptions.check("--\(buffer)-banks", banks, Limits.banks)
    try AcceleratorOptions.check("--\(buffer)-ports", ports, Limits.ports)
    try AcceleratorOptions.check("--\(buffer)-word-bits", wordBits, Limits.wordBits)
    return BufferPorts(banks: banks, ports: ports, wordBits: wordBits)
  }

  /// The fields as `--explain` prints them.
  func explanation(_ spec: AcceleratorSpec) -> [(key: String, value: String, isFlag: Bool)] {
    func rows(
      _ buffer: String, _ given: BufferPorts, _ operandBits: Int, _ flags: BufferPorts
    ) -> [(key: String, value: String, isFlag: Bool)] {
      [
        ("banks", given.banks.map(String.init) ?? "unlimited", flags.banks != nil),
        ("ports", "\(given.ports ?? 1)", flags.ports != nil),
        ("word_bits", "\(given.wordBits ?? operandBits)", flags.wordBits != nil),
      ].map { ("buffers.\(buffer)_\($0.0)", $0.1, $0.2) }
    }
    return rows(
      "weight", spec.ports.weights, spec.weightWidth,
      BufferPorts(banks: weightBanks, ports: weightPorts, wordBits: weightWordBits))
      + rows(
        "activation", spec.ports.activations, spec.operandWidth,
        BufferPorts(banks: activationBanks, ports: activationPorts, wordBits: activationWordBits))
      + rows(
        "output", spec.ports.outputs, spec.operandWidth,
        BufferPorts(banks: outputBanks, ports: outputPorts, wordBits: outputWordBits))
  }
}
