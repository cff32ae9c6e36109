/// How the cells of a buffer fail, and what the buffer does about it.
public struct BufferFaultModel: Hashable, Sendable {
  /// What a failing cell does.
  public enum Kind: Hashable, Sendable {
    /// It is read inverted.
    case flip
    /// It is read as one value whatever was written: 1 with this probability, drawn for each cell.
    case stuckAt(probabilityOfOne: Double)
  }

  /// Failures that cluster: the critical voltages of the cells of a block of so many consecutive
  /// words are correlated.
  public struct Clustering: Hashable, Sendable {
    /// Words of 8 bits in a block; a multiple of 8.
    public let blockWords: Int
    /// The correlation ρ between the critical voltages of two cells of a block, in 0 … 1 without 1.
    public let correlation: Double

    /// - Precondition: `blockWords` is a positive multiple of 8; `correlation` in [0, 1).
    public init(blockWords: Int, correlation: Double) {
      precondition(blockWords > 0 && blockWords.isMultiple(of: 8), "blocks of 8·n words")
      precondition(correlation >= 0 && correlation < 1, "correlation outside [0, 1)")
      self.blockWords = blockWords
      self.correlation = correlation
    }
  }

  /// What is done where the decoder finds an error that it cannot correct.
  public enum DetectedErrorPolicy: String, CaseIterable, Hashable, Sendable {
    /// The words are used as they were read.
    case keep
    /// All words of the codeword become the value zero.
    case zero
  }

  public enum Protection: Hashable, Sendable {
    case none
    /// A code whose check bits are stored in cells that fail like all others.
    case code(SECDEDCode, onDetectedError: DetectedErrorPolicy)
    /// A failing bit, known from a test, is replaced by the word's sign, which rounds to zero; a
    /// word whose sign bit fails becomes zero. Source: Reagen et al., *Minerva: enabling low-power,
    /// highly-accurate deep neural network accelerators*, ISCA 2016, where it is detected as it is
    /// read; what becomes of a failing sign bit is our definition.
    case bitMasking
    /// A word with a failing bit, known from a test, becomes zero. Source: Reagen et al., as above.
    case wordMasking
  }

  public var kind: Kind
  public var clustering: Clustering?
  public var protection: Protection

  /// - Precondition: a probability of one is in 0 … 1.
  public init(
    kind: Kind = .flip, clustering: Clustering? = nil, protection: Protection = .none
  ) {
    if case .stuckAt(let probability) = kind {
      precondition((0...1).contains(probability), "probability outside [0, 1]")
    }
    self.kind = kind
    self.clustering = clustering
    self.protection = protection
  }

  /// Unprotected cells that fail independently and are read inverted.
  public static let flips = BufferFaultModel()

  /// The code, if there is one.
  public var code: SECDEDCode? {
    if case .code(let code, _) = protection { code } else { nil }
  }

  /// How many words a vector or a layer's weights are aligned to: those of a codeword.
  public var alignment: Int { code?.words ?? 1 }

  /// Bits stored, and moved at each access, over those of data; minus 1.
  public var storageOverhead: Double { code?.overhead ?? 0 }

  /// The share of cells that fail where bits of random data are read wrong with this probability.
  ///
  /// A stuck cell is wrong for one of the two values, so twice as many cells are stuck; at most all.
  public func cellFailureProbability(bitErrorRate: Double) -> Double {
    switch kind {
    case .flip: bitErrorRate
    case .stuckAt: min(1, 2 * bitErrorRate)
    }
  }
}

/// What the words of a buffer stand for.
public enum StoredEncoding: Hashable, Sendable {
  /// Weights: the value q is stored as q + 128.
  case offsetBinary
  /// Activations.
  case unsigned

  /// The stored word of the value zero.
  public var zero: UInt8 { self == .offsetBinary ? 128 : 0 }
}
