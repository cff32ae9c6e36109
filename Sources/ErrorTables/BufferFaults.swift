/// What a buffer of one chip makes of the words that are stored in it, at one bit error rate.
public enum BufferFaults: Hashable, Sendable {
  /// XOR masks, one a word.
  case inverted([UInt8])
  /// Cells that do not follow what is written, and those of them that are 1; one mask a word.
  case stuck(cells: [UInt8], ones: [UInt8])
  /// Failing cells that are known: their bits, or whole words, are replaced.
  case masked(cells: [UInt8], wholeWords: Bool, encoding: StoredEncoding)
  /// Words behind a code.
  case coded(CodedFaults)

  /// The buffer's capacity in words.
  public var words: Int {
    switch self {
    case .inverted(let masks): masks.count
    case .stuck(let cells, _): cells.count
    case .masked(let cells, _, _): cells.count
    case .coded(let faults): faults.words
    }
  }

  /// How many words vectors and layers are aligned to; words that only fill up are zero bytes.
  public var alignment: Int {
    if case .coded(let faults) = self { faults.code.words } else { 1 }
  }

  /// Turns stored words into those that are read.
  ///
  /// - Parameters:
  ///   - stored: consecutive words of the buffer.
  ///   - start: the place of the first one, a multiple of `alignment`.
  /// - Precondition: the words are within the buffer.
  public func read(_ stored: UnsafeMutableBufferPointer<UInt8>, from start: Int) {
    precondition(start >= 0 && start + stored.count <= words, "words outside the buffer")
    switch self {
    case .inverted(let masks):
      for word in 0..<stored.count { stored[word] ^= masks[start &+ word] }
    case .stuck(let cells, let ones):
      for word in 0..<stored.count {
        stored[word] = stored[word] & ~cells[start &+ word] | ones[start &+ word]
      }
    case .masked(let cells, let wholeWords, let encoding):
      for word in 0..<stored.count where cells[start &+ word] != 0 {
        stored[word] =
          wholeWords
          ? encoding.zero : Self.masked(stored[word], cells[start &+ word], encoding)
      }
    case .coded(let faults): faults.read(stored, from: start)
    }
  }

  /// A word whose failing bits are replaced by its sign; zero if its sign bit fails.
  private static func masked(_ word: UInt8, _ cells: UInt8, _ encoding: StoredEncoding) -> UInt8 {
    switch encoding {
    case .unsigned: return word & ~cells
    case .offsetBinary:
      // In two's complement the low seven bits are the same, and the sign is the inverted top bit.
      if cells & 0x80 != 0 { return encoding.zero }
      return word & 0x80 != 0 ? word & ~cells : word | cells
    }
  }
}

/// The faults of a buffer whose words are kept in codewords: those that have a failing cell.
public struct CodedFaults: Hashable, Sendable {
  /// A codeword with failing cells, and which of them are stuck at 1.
  public struct Codeword: Hashable, Sendable {
    /// Its place in the buffer, in codewords.
    public let index: Int
    public let cells: UInt64
    public let ones: UInt64
    public let checkCells: UInt8
    public let checkOnes: UInt8

    public init(index: Int, cells: UInt64, ones: UInt64, checkCells: UInt8, checkOnes: UInt8) {
      self.index = index
      self.cells = cells
      self.ones = ones
      self.checkCells = checkCells
      self.checkOnes = checkOnes
    }
  }

  public let code: SECDEDCode
  public let words: Int
  /// Whether failing cells are stuck; else they are read inverted.
  public let isStuck: Bool
  public let onDetectedError: BufferFaultModel.DetectedErrorPolicy
  public let encoding: StoredEncoding
  /// By ascending index.
  public let codewords: [Codeword]

  /// - Precondition: codewords ascend.
  public init(
    code: SECDEDCode, words: Int, isStuck: Bool,
    onDetectedError: BufferFaultModel.DetectedErrorPolicy, encoding: StoredEncoding,
    codewords: [Codeword]
  ) {
    precondition(
      zip(codewords, codewords.dropFirst()).allSatisfy { $0.index < $1.index },
      "codewords must ascend")
    self.code = code
    self.words = words
    self.isStuck = isStuck
    self.onDetectedError = onDetectedError
    self.encoding = encoding
    self.codewords = codewords
  }

  /// Encodes, lets the cells fail and decodes, wherever there are failing cells.
  func read(_ stored: UnsafeMutableBufferPointer<UInt8>, from start: Int) {
    let length = code.words
    precondition(start.isMultiple(of: length), "words are read from the start of a codeword")
    let hsiao = code.hsiao
    var next = firstCodeword(from: start / length)
    while next < codewords.count {
      let codeword = codewords[next]
      let first = codeword.index * length - start
      guard first < stored.count else { return }
      let count = min(length, stored.count - first)
      var data: UInt64 = 0
      for word in 0..<count { data |= UInt64(stored[first + word]) << UInt64(8 * word) }
      let result = read(data, through: codeword, hsiao)
      for word in 0..<count {
        stored[first + word] =
          result.map { UInt8(truncatingIfNeeded: $0 >> UInt64(8 * word)) } ?? encoding.zero
      }
      next += 1
    }
  }

  /// The data that are read for those that were written; nil if all their words become zero.
  private func read(_ data: UInt64, through codeword: Codeword, _ hsiao: HsiaoCode) -> UInt64? {
    let check = hsiao.check(of: data)
    let (readData, readCheck) =
      isStuck
      ? (
        data & ~codeword.cells | codeword.ones,
        check & ~codeword.checkCells | codeword.checkOnes
      ) : (data ^ codeword.cells, check ^ codeword.checkCells)
    let (decoded, isUncorrectable) = hsiao.decode(data: readData, check: readCheck)
    return isUncorrectable && onDetectedError == .zero ? nil : decoded
  }

  private func firstCodeword(from index: Int) -> Int {
    var (low, high) = (0, codewords.count)
    while low < high {
      let middle = (low + high) / 2
      if codewords[middle].index < index { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
