import Accelerators
import ArgumentParser
import Files

/// Flags that replace the banks, ports and words of an accelerator's buffers.
struct BufferPortOptions: ParsableArguments {
  @Option(
    help: "Banks of the weight buffer, 1 to 4096, or unlimited: nothing waits for its accesses.")
  var weightBanks: Limit?

  @Option(
    help:
      "Accesses that a bank of the weight buffer serves in a cycle, 1 to 16 (default: the file's, or 1)."
  )
  var weightPorts: Int?

  @Option(
    help: "Bits of a word of the weight buffer, up to 4096 (default: the file's, or a weight's).")
  var weightWordBits: Int?

  @Option(help: "Banks of the activation buffer, or unlimited.")
  var activationBanks: Limit?

  @Option(
    help:
      "Accesses that a bank of the activation buffer serves in a cycle (default: the file's, or 1)."
  )
  var activationPorts: Int?

  @Option(
    help: "Bits of a word of the activation buffer (default: the file's, or an activation's).")
  var activationWordBits: Int?

  @Option(help: "Banks of the output buffer, or unlimited.")
  var outputBanks: Limit?

  @Option(
    help: "Accesses that a bank of the output buffer serves in a cycle (default: the file's, or 1)."
  )
  var outputPorts: Int?

  @Option(help: "Bits of a word of the output buffer (default: the file's, or an activation's).")
  var outputWordBits: Int?

  /// What the flags state.
  ///
  /// - Throws: `InputError` 64 for one outside its range.
  func ports() throws -> AcceleratorSpec.Ports {
    var ports = AcceleratorSpec.Ports()
    ports.weights = try Self.ports("weight", weightBanks?.value, weightPorts, weightWordBits)
    ports.activations = try Self.ports(
      "activation", activationBanks?.value, activationPorts, activationWordBits)
    ports.outputs = try Self.ports("output", outputBanks?.value, outputPorts, outputWordBits)
    return ports
  }

  /// The buffers that lose the banks of the accelerator's file.
  var unlimitedBuffers: [WritableKeyPath<AcceleratorSpec.Ports, BufferPorts> & Sendable] {
    [
      (weightBanks, \AcceleratorSpec.Ports.weights), (activationBanks, \.activations),
      (outputBanks, \.outputs),
    ].filter { $0.0 != nil && $0.0?.value == nil }.map(\.1)
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
      _ buffer: String, _ given: BufferPorts, _ operandBits: Int,
      _ flags: (banks: Limit?, ports: Int?, wordBits: Int?)
    ) -> [(key: String, value: String, isFlag: Bool)] {
      let isUnlimited = flags.banks.map { $0.value == nil } ?? false
      return [
        ("banks", given.banks.map(String.init) ?? "unlimited", flags.banks != nil),
        ("ports", "\(given.ports ?? 1)", flags.ports != nil || isUnlimited),
        ("word_bits", "\(given.wordBits ?? operandBits)", flags.wordBits != nil || isUnlimited),
      ].map { ("buffers.\(buffer)_\($0.0)", $0.1, $0.2) }
    }
    return rows(
      "weight", spec.ports.weights, spec.weightWidth,
      (weightBanks, weightPorts, weightWordBits))
      + rows(
        "activation", spec.ports.activations, spec.operandWidth,
        (activationBanks, activationPorts, activationWordBits))
      + rows(
        "output", spec.ports.outputs, spec.operandWidth,
        (outputBanks, outputPorts, outputWordBits))
  }
}
