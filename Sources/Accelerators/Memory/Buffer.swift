import Technology

/// The buffers around the array.
public enum Buffer: String, CaseIterable, Sendable {
  case weight = "weight_buffer"
  case activation = "activation_buffer"
  /// The half that a layer writes while it reads the other.
  case output = "output_buffer"
}

extension AcceleratorSpec {
  /// Each buffer's memory, in the order of the buffers.
  public var memories: [(buffer: Buffer, memory: BufferMemory)] {
    [(.weight, weightMemory), (.activation, activationMemory), (.output, outputMemory)]
  }

  /// The buffers whose banks are smaller or larger than the memories whose access energy is known; none
  /// of a technology without memory.
  public func memories(
    outside access: SRAMAccessEnergy?
  ) -> [(buffer: Buffer, memory: BufferMemory)] {
    guard let access else { return [] }
    return memories.filter { !access.covers(bytes: $0.memory.bytesPerBank) }
  }
}

extension AccessCounts {
  /// Bits that buffers read or write, of whole words, on an accelerator.
  public struct BufferAccess: Sendable {
    public let buffer: Buffer
    public let bits: Int
    public let memory: BufferMemory
  }

  /// The accesses to each buffer: the array's and the vector unit's, and those of what comes from DRAM or
  /// leaves for it.
  public func bufferAccesses(on spec: AcceleratorSpec) -> [BufferAccess] {
    spec.memories.map { buffer, memory in
      let bits =
        switch buffer {
        case .weight: weightBitsRead + weightBitsUnused + weightFillBits
        case .activation: activationBitsRead + activationReadBitsUnused + activationFillBits
        case .output: activationBitsWritten + activationWriteBitsUnused + outputStoreBits
        }
      return BufferAccess(buffer: buffer, bits: bits, memory: memory)
    }
  }
}
