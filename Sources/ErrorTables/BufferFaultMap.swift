import Randomness

/// One buffer of one chip, its check bits with it: what it makes of stored words, at every bit error
/// rate up to a maximum.
///
/// Its cells have the thresholds of `MemoryFaultMap`: data cells those of `buffer`, the check bits
/// of a code those of buffer + 2¹⁶, one word of check bits a codeword. So with and without a code
/// the same data cells fail. A stuck cell i is 1 iff the first uniform number of (chip seed,
/// `.stuckValues`, buffer, i) is below the probability of one.
public struct BufferFaultMap: Hashable, Sendable {
  public let model: BufferFaultModel
  public let encoding: StoredEncoding
  private let chipSeed: UInt64
  private let buffer: UInt64
  private let data: MemoryFaultMap
  private let check: MemoryFaultMap?

  /// - Parameters:
  ///   - buffer: which buffer of the chip, below 2¹⁶.
  ///   - words: the capacity, in words of 8 bits; the last codeword may be partly used.
  ///   - bitErrorRate: the largest that will be asked for, in 0 … 1.
  public init(
    chipSeed: UInt64, buffer: UInt64, words: Int, encoding: StoredEncoding,
    model: BufferFaultModel, drawing: FaultDrawing = .perCell, upTo bitErrorRate: Double
  ) {
    precondition(buffer < 1 << 16, "buffer number too large")
    self.model = model
    self.encoding = encoding
    self.chipSeed = chipSeed
    self.buffer = buffer
    let limit = model.cellFailureProbability(bitErrorRate: bitErrorRate)
    func map(_ number: UInt64, words: Int, width: Int, wordsPerEntry: Int) -> MemoryFaultMap {
      MemoryFaultMap(
        chipSeed: chipSeed, buffer: number, words: words, width: width, upTo: limit,
        drawing: drawing,
        correlation: model.clustering.map {
          BlockCorrelation(
            blockWords: $0.blockWords / wordsPerEntry, correlation: $0.correlation, buffer: buffer)
        })
    }
    data = map(buffer, words: words, width: 8, wordsPerEntry: 1)
    check = model.code.map {
      map(
        buffer + Self.checkOffset, words: (words + $0.words - 1) / $0.words, width: $0.checkBits,
        wordsPerEntry: $0.words)
    }
  }

  private static let checkOffset: UInt64 = 1 << 16

  /// What is read at a bit error rate up to the maximum.
  public func faults(atBitErrorRate bitErrorRate: Double) -> BufferFaults {
    let probability = model.cellFailureProbability(bitErrorRate: bitErrorRate)
    let cells = data.masks(atProbability: probability)
    let checkCells = check?.masks(atProbability: probability) ?? []
    return model.faults(
      cells: cells, ones: ones(data, atProbability: probability, buffer: buffer),
      checkCells: checkCells,
      checkOnes: check.map {
        ones($0, atProbability: probability, buffer: buffer + Self.checkOffset)
      } ?? [], encoding: encoding)
  }

  /// The failing cells that are stuck at 1.
  private func ones(
    _ map: MemoryFaultMap, atProbability probability: Double, buffer: UInt64
  ) -> [UInt8] {
    guard case .stuckAt(let probabilityOfOne) = model.kind else { return [] }
    var ones = [UInt8](repeating: 0, count: map.words)
    for cell in map.cells {
      if cell.threshold > probability { break }
      let place = cell.word * map.width + cell.mask.trailingZeroBitCount
      let draw = RandomBlocks(
        seed: chipSeed, purpose: .stuckValues, lane: UInt32(truncatingIfNeeded: buffer),
        index: UInt64(place)
      ).block(0).0
      if draw.uniform < probabilityOfOne { ones[cell.word] |= cell.mask }
    }
    return ones
  }
}
