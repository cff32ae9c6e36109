/// A buffer as memories: equal banks of whole words, one bank where the accelerator states none.
public struct BufferMemory: Sendable, Hashable {
  public let banks: Int
  /// Of a bank.
  public let ports: Int
  public let wordsPerBank: Int
  /// At least an operand's; bits that no whole operand fills are unused.
  public let wordBits: Int
  /// In a word.
  public let operandsPerWord: Int

  /// - Parameters:
  ///   - operands: that the buffer holds, at least 1.
  ///   - bits: of an operand.
  public init(operands: Int, bits: Int, ports: BufferPorts) {
    banks = ports.banks ?? 1
    self.ports = ports.ports ?? 1
    wordBits = max(bits, ports.wordBits ?? bits)
    operandsPerWord = wordBits / bits
    wordsPerBank = AnalyticalModel.ceiling(
      AnalyticalModel.ceiling(operands, operandsPerWord), banks)
  }

  /// The size of one bank.
  public var bytesPerBank: Double { Double(wordsPerBank) * Double(wordBits) / 8 }

  /// The size that an access's energy goes by: that of one bank, but at least that of the smallest
  /// memory that the law by size was compared at (64×8, Validation.md), since no decoder and no sense
  /// amplifier vanishes with its cells.
  public var bytesOfAccess: Double { max(64, bytesPerBank) }

  /// Cells of all banks, those of unused bits too.
  public var cells: Double { Double(banks) * Double(wordsPerBank) * Double(wordBits) }

  /// Accesses of single operands in a sequence that are served in a cycle; nil: as many as are wanted.
  ///
  /// - Parameter ports: as they were stated.
  func operandsPerCycle(_ ports: BufferPorts) -> Int? {
    ports.banks.map { $0 * self.ports * operandsPerWord }
  }

  /// The bits of the words that hold so many operands, one after another.
  func wordBits(operands: Int) -> Int {
    AnalyticalModel.ceiling(operands, operandsPerWord) * wordBits
  }

  /// Those of them beyond the operands' own.
  func unusedBits(operands: Int, bits: Int) -> Int {
    wordBits(operands: operands) - operands * bits
  }
}

extension AcceleratorSpec {
  public var weightMemory: BufferMemory {
    BufferMemory(operands: weightBufferWords, bits: weightWidth, ports: ports.weights)
  }
  public var activationMemory: BufferMemory {
    BufferMemory(operands: activationBufferWords, bits: operandWidth, ports: ports.activations)
  }
  public var outputMemory: BufferMemory {
    BufferMemory(operands: outputBufferWords, bits: operandWidth, ports: ports.outputs)
  }
}
