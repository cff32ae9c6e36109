/// What an array does to compute matrix products: cycles, operations, and bits moved and clocked.
///
/// Counted by the register-level simulator and, all but what changed, by the closed form; the two must
/// agree on every shape.
public struct AccessCounts: Hashable, Sendable {
  /// Clock cycles, from the first weight that enters to the last sum in the accumulator bank.
  public var cycles = 0
  /// Cycles in which the array's clock runs: not while it stands still, nor while the vector unit works.
  public var clockedCycles = 0
  /// Products formed by processing elements that are in use, one for each multiply-accumulate.
  public var multiplications = 0
  /// Held registers that get a clock edge: a fold's operands are taken over, zeros in rows that it does
  /// not use.
  public var heldLoads = 0
  /// Of these, those of elements whose multipliers may get another operand: not of rows that no fold
  /// uses, whose zeros stay.
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
  /// Bits of the buffers' words that are written as these come, and of words of outputs that are read for
  /// these to leave: whole words, and none of the accesses above.
  public var weightFillBits = 0
  public var activationFillBits = 0
  public var outputStoreBits = 0
  /// Flip-flops that got a clock edge, and those among them that changed.
  public var registerBitClocks = 0
  public var registerBitToggles = 0
  /// Of those that changed: bits of links, which are the wires into each element from the one before it or
  /// from the array's edge, and those from the last row to the bank.
  public var linkBitToggles = 0
  /// Clock edges that clock gates of elements let pass, each to its register, and the inverters between
  /// these gates and the flip-flops, once for each edge.
  public var gatedClocks = 0
  public var gatedInverters = 0

  public init() {}

  /// Which bits changed.
  public var toggles: RegisterToggles {
    get { RegisterToggles(all: registerBitToggles, links: linkBitToggles) }
    set { (registerBitToggles, linkBitToggles) = (newValue.all, newValue.links) }
  }

  public static func += (total: inout AccessCounts, more: AccessCounts) {
    total.cycles += more.cycles
    total.clockedCycles += more.clockedCycles
    total.multiplications += more.multiplications
    total.heldLoads += more.heldLoads
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
    total.weightFillBits += more.weightFillBits
    total.activationFillBits += more.activationFillBits
    total.outputStoreBits += more.outputStoreBits
    total.registerBitClocks += more.registerBitClocks
    total.toggles += more.toggles
    total.gatedClocks += more.gatedClocks
    total.gatedInverters += more.gatedInverters
  }
}

/// Bits of an array's registers and bank that changed.
public struct RegisterToggles: Hashable, Sendable {
  public var all: Int
  /// Of all: those of links (`AccessCounts.linkBitToggles`).
  public var links: Int

  public init(all: Int = 0, links: Int = 0) {
    self.all = all
    self.links = links
  }

  public static func += (total: inout RegisterToggles, more: RegisterToggles) {
    total.all += more.all
    total.links += more.links
  }

  public static func - (toggles: RegisterToggles, less: RegisterToggles) -> RegisterToggles {
    RegisterToggles(all: toggles.all - less.all, links: toggles.links - less.links)
  }

  static func * (toggles: RegisterToggles, times: Int) -> RegisterToggles {
    RegisterToggles(all: toggles.all * times, links: toggles.links * times)
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
