/// What an array does to compute matrix products: cycles, operations, and bits moved and clocked.
///
/// Counted by the register-level simulator and, all but `registerBitToggles`, by the closed form; the
/// two must agree on every shape.
public struct AccessCounts: Hashable, Sendable {
  /// Clock cycles, from the first weight that enters to the last sum in the accumulator bank.
  public var cycles = 0
  /// Products formed by processing elements that are in use, one for each multiply-accumulate.
  public var multiplications = 0
  /// Multipliers that get another weight, the activation held: a fold's weights are taken over.
  public var weightChanges = 0
  /// Additions in processing elements: as many as products.
  public var accumulations = 0
  /// Additions that sum the activations for the zero-point correction.
  public var zeroPointAdditions = 0
  /// Output values that get bias and correction, and those of them that are scaled to a next layer.
  public var corrections = 0
  public var requantizations = 0
  /// Comparisons and additions of the vector unit.
  public var vectorOperations = 0
  /// Bits read from the weight buffer, read from and written to the activation buffer.
  public var weightBitsRead = 0
  public var activationBitsRead = 0
  public var activationBitsWritten = 0
  /// Bits of the words accessed for these, in buffers with words wider than an operand, that hold other
  /// operands or none.
  public var weightBitsUnused = 0
  public var activationReadBitsUnused = 0
  public var activationWriteBitsUnused = 0
  /// Bits of partial sums read from and written to the accumulator bank.
  public var bankBitsRead = 0
  public var bankBitsWritten = 0
  /// Bits moved from and to DRAM.
  public var dramBits = 0
  /// Flip-flops that got a clock edge, and those among them that changed.
  public var registerBitClocks = 0
  public var registerBitToggles = 0

  public init() {}

  public static func += (total: inout AccessCounts, more: AccessCounts) {
    total.cycles += more.cycles
    total.multiplications += more.multiplications
    total.weightChanges += more.weightChanges
    total.accumulations += more.accumulations
    total.zeroPointAdditions += more.zeroPointAdditions
    total.corrections += more.corrections
    total.requantizations += more.requantizations
    total.vectorOperations += more.vectorOperations
    total.weightBitsRead += more.weightBitsRead
    total.activationBitsRead += more.activationBitsRead
    total.activationBitsWritten += more.activationBitsWritten
    total.weightBitsUnused += more.weightBitsUnused
    total.activationReadBitsUnused += more.activationReadBitsUnused
    total.activationWriteBitsUnused += more.activationWriteBitsUnused
    total.bankBitsRead += more.bankBitsRead
    total.bankBitsWritten += more.bankBitsWritten
    total.dramBits += more.dramBits
    total.registerBitClocks += more.registerBitClocks
    total.registerBitToggles += more.registerBitToggles
  }
}

/// The shape of a matrix product: M×K activations by K×N weights.
public struct MatrixShape: Hashable, Sendable {
  public let m: Int
  public let k: Int
  public let n: Int

  /// - Precondition: all at least 1.
  public init(m: Int, k: Int, n: Int) {
    precondition(m > 0 && k > 0 && n > 0, "an empty matrix product")
    self.m = m
    self.k = k
    self.n = n
  }
}
