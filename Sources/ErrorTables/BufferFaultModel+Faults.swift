import Randomness

extension BufferFaultModel {
  /// What a buffer with these failing cells makes of its words.
  ///
  /// - Parameters:
  ///   - cells: the failing cells of each word.
  ///   - ones: those that are stuck at 1; empty where cells are not stuck.
  ///   - checkCells: the failing check bits of each codeword; empty without a code.
  ///   - checkOnes: those that are stuck at 1.
  func faults(
    cells: [UInt8], ones: [UInt8], checkCells: [UInt8], checkOnes: [UInt8],
    encoding: StoredEncoding
  ) -> BufferFaults {
    switch protection {
    case .bitMasking: return .masked(cells: cells, wholeWords: false, encoding: encoding)
    case .wordMasking: return .masked(cells: cells, wholeWords: true, encoding: encoding)
    case .none: return ones.isEmpty ? .inverted(cells) : .stuck(cells: cells, ones: ones)
    case .code(let code, let onDetectedError):
      var codewords: [CodedFaults.Codeword] = []
      for index in checkCells.indices {
        let data = Self.gathered(cells, index, code.words)
        if data == 0 && checkCells[index] == 0 { continue }
        codewords.append(
          CodedFaults.Codeword(
            index: index, cells: data,
            ones: ones.isEmpty ? 0 : Self.gathered(ones, index, code.words),
            checkCells: checkCells[index], checkOnes: checkOnes.isEmpty ? 0 : checkOnes[index]))
      }
      return .coded(
        CodedFaults(
          code: code, words: cells.count, isStuck: kind != .flip,
          onDetectedError: onDetectedError, encoding: encoding, codewords: codewords))
    }
  }

  /// The words of a codeword as one number, the first one lowest.
  private static func gathered(_ words: [UInt8], _ index: Int, _ count: Int) -> UInt64 {
    var value: UInt64 = 0
    for word in 0..<count where index * count + word < words.count {
      value |= UInt64(words[index * count + word]) << UInt64(8 * word)
    }
    return value
  }

  /// Faults of a chip that was never seen before, as training needs them.
  ///
  /// Draws from the stream in this order: what the cells of each block share, if failures cluster;
  /// the failing data cells, block by block, from one to the next; the values of those that are
  /// stuck; the same two of the check bits.
  ///
  /// - Parameters:
  ///   - bitErrorRate: in 0 … 1.
  ///   - skips: of the rate, to find failing cells by; nil: made for this call.
  public func freshFaults(
    words: Int, bitErrorRate: Double, encoding: StoredEncoding, skips: GeometricSkips? = nil,
    stream: inout RandomStream
  ) -> BufferFaults {
    let blocks = freshBlocks(words: words, stream: &stream)
    let probability = cellFailureProbability(bitErrorRate: bitErrorRate)
    let cells = freshCells(
      words: words, width: 8, wordsPerEntry: 1, blocks, probability: probability, skips: skips,
      stream: &stream)
    let ones = freshOnes(cells, stream: &stream)
    guard let code else {
      return faults(cells: cells, ones: ones, checkCells: [], checkOnes: [], encoding: encoding)
    }
    let checkCells = freshCells(
      words: (words + code.words - 1) / code.words, width: code.checkBits,
      wordsPerEntry: code.words, blocks, probability: probability, skips: skips, stream: &stream)
    let checkOnes = freshOnes(checkCells, stream: &stream)
    return faults(
      cells: cells, ones: ones, checkCells: checkCells, checkOnes: checkOnes, encoding: encoding)
  }

  /// What finds failing cells at a rate, for many calls of `freshFaults` at it; nil where nothing fails.
  ///
  /// - Parameter bitErrorRate: in 0 … 1.
  public func skips(bitErrorRate: Double) -> GeometricSkips? {
    let probability = cellFailureProbability(bitErrorRate: bitErrorRate)
    return probability > 0 ? GeometricSkips(probability: probability, draws: .infinity) : nil
  }

  private func freshBlocks(
    words: Int, stream: inout RandomStream
  ) -> [BlockCorrelation.Block] {
    guard let clustering else { return [] }
    return stride(from: 0, to: words, by: clustering.blockWords).map { _ in
      BlockCorrelation.Block(correlation: clustering.correlation, normal: stream.nextNormal())
    }
  }

  private func freshCells(
    words: Int, width: Int, wordsPerEntry: Int, _ blocks: [BlockCorrelation.Block],
    probability: Double, skips: GeometricSkips?, stream: inout RandomStream
  ) -> [UInt8] {
    guard let clustering else {
      return MemoryFaultMap.freshMasks(
        words: words, width: width, probability: probability, skips: skips, stream: &stream)
    }
    let blockWords = clustering.blockWords / wordsPerEntry
    var cells: [UInt8] = []
    cells.reserveCapacity(words)
    for block in blocks {
      cells += MemoryFaultMap.freshMasks(
        words: min(blockWords, words - cells.count), width: width,
        probability: block.failureProbability(probability), stream: &stream)
    }
    return cells
  }

  private func freshOnes(_ cells: [UInt8], stream: inout RandomStream) -> [UInt8] {
    guard case .stuckAt(let probabilityOfOne) = kind else { return [] }
    return cells.map { mask in
      var left = mask
      var ones: UInt8 = 0
      while left != 0 {
        let bit = left & (~left &+ 1)
        if stream.nextUniform() < probabilityOfOne { ones |= bit }
        left &= left &- 1
      }
      return ones
    }
  }
}
