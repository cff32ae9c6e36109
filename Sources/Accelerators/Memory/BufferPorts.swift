/// How many accesses a buffer serves in a cycle, as an accelerator's file states it.
///
/// Word w lies in bank w mod `banks`; a bank serves `ports` accesses of a word a cycle.
public struct BufferPorts: Sendable, Hashable {
  /// 1 to 4096; nil: as many accesses as are wanted.
  public var banks: Int?
  /// 1 to 16; nil: 1.
  public var ports: Int?
  /// 2 to 4096, at least an operand's; nil: an operand's. Bits that no whole operand fills are unused.
  public var wordBits: Int?

  public init(banks: Int? = nil, ports: Int? = nil, wordBits: Int? = nil) {
    self.banks = banks
    self.ports = ports
    self.wordBits = wordBits
  }

  /// The same with what another one states.
  func overriding(_ other: BufferPorts) -> BufferPorts {
    BufferPorts(
      banks: other.banks ?? banks, ports: other.ports ?? ports, wordBits: other.wordBits ?? wordBits
    )
  }
}

extension AcceleratorSpec {
  /// The ports of each buffer.
  public struct Ports: Sendable, Hashable {
    public var weights = BufferPorts()
    public var activations = BufferPorts()
    public var outputs = BufferPorts()

    public init() {}

    /// The same with what another one states.
    func overriding(_ other: Ports) -> Ports {
      var result = self
      result.weights = weights.overriding(other.weights)
      result.activations = activations.overriding(other.activations)
      result.outputs = outputs.overriding(other.outputs)
      return result
    }
  }

  /// Whether something limits how fast operands come: DRAM's bandwidth, or a buffer's banks.
  public var hasLimitedMemory: Bool {
    dramBitsPerCycle != nil
      || [ports.weights, ports.activations, ports.outputs].contains { $0.banks != nil }
  }

  /// Why the buffers' ports make no sense, if they do not.
  public var portsProblem: String? {
    let buffers = [
      ("weight", ports.weights, weightWidth), ("activation", ports.activations, operandWidth),
      ("output", ports.outputs, operandWidth),
    ]
    for (name, ports, width) in buffers {
      if ports.banks == nil, ports.ports != nil || ports.wordBits != nil {
        return "the \(name) buffer has ports or a word, but no banks: give \(name)_banks too"
      }
      if let bits = ports.wordBits, bits < width {
        return
          "a word of the \(name) buffer has \(bits) bits, an operand \(width): "
          + "give \(name)_word_bits of \(width) or more"
      }
    }
    return nil
  }
}
