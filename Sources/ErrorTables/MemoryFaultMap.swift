import Randomness

/// How the thresholds of a chip's cells are drawn; either way they are fixed by the chip's seed.
public enum FaultDrawing: String, CaseIterable, Hashable, Sendable {
  /// A random number for every cell: the stream (chip seed, `.memoryFaults`, buffer·2⁴⁰ + cell).
  case perCell = "per_cell"
  /// By bands of thresholds (`ThresholdBands`): costs as much as there are failing cells.
  case banded
}

/// The persistent faults of one buffer of one chip: which cells fail, for every failure probability
/// up to a maximum.
///
/// Cell i (bit b of word w, i = w·width + b) has a threshold uᵢ, uniform in (0, 1] and fixed by the
/// chip's seed. At a probability p the cell fails iff uᵢ ≤ p, so the faults at a higher supply
/// voltage are among those at a lower one. Source: Stutz, Chandramoorthy, Hein, Schiele, *Bit error
/// robustness for energy-efficient DNN accelerators*, MLSys 2021. Cells are independent, or those
/// of a block are correlated (`BlockCorrelation`).
public struct MemoryFaultMap: Hashable, Sendable {
  /// A cell that fails from some bit error rate on.
  public struct Cell: Hashable, Sendable {
    /// The lowest bit error rate at which the cell fails, in (0, 1].
    public let threshold: Double
    /// The word that the cell belongs to.
    public let word: Int
    /// The cell's bit in that word.
    public let mask: UInt8
  }

  public let words: Int
  public let width: Int
  /// The largest bit error rate that the map knows.
  public let maximumProbability: Double
  /// The cells that fail at or below the maximum, by ascending threshold.
  public let cells: [Cell]

  /// Draws the map of a buffer, as `words` words of `width` bits.
  ///
  /// - Parameters:
  ///   - buffer: which buffer of the chip, below 2²⁴.
  ///   - width: 1 to 8 bits.
  ///   - correlation: of the cells of a block; nil where cells are independent.
  /// - Precondition: fewer than 2⁴⁰ cells; the maximum is in 0 … 1.
  public init(
    chipSeed: UInt64, buffer: UInt64, words: Int, width: Int = 8,
    upTo maximumProbability: Double, drawing: FaultDrawing = .perCell,
    correlation: BlockCorrelation? = nil
  ) {
    precondition(buffer < 1 << 24, "buffer number too large")
    precondition((1...8).contains(width), "width outside 1…8")
    precondition((0...1 << 36).contains(words), "too many words")
    precondition((0...1).contains(maximumProbability), "probability outside [0, 1]")
    var cells: [Cell] = []
    let blockWords = correlation?.blockWords ?? max(1, words)
    for (run, first) in stride(from: 0, to: words, by: blockWords).enumerated() {
      let block = correlation?.block(run, chipSeed: chipSeed)
      // A hair more than the limit, as the mapping of thresholds rounds.
      let limit = block.map { $0.localLimit(maximumProbability) } ?? maximumProbability
      let local = Self.thresholds(
        drawing, chipSeed: chipSeed, buffer: buffer, run: run, firstCell: first * width,
        count: min(blockWords, words - first) * width, upTo: limit)
      for entry in local {
        let threshold = block.map { $0.threshold(entry.threshold) } ?? entry.threshold
        guard threshold <= maximumProbability else { continue }
        let cell = first * width + entry.cell
        cells.append(
          Cell(threshold: threshold, word: cell / width, mask: 1 << UInt8(cell % width)))
      }
    }
    self.words = words
    self.width = width
    self.maximumProbability = maximumProbability
    self.cells = cells.sorted { ($0.threshold, $0.word) < ($1.threshold, $1.word) }
  }

  /// The cells of a run whose own, uniform threshold is at most `limit`.
  private static func thresholds(
    _ drawing: FaultDrawing, chipSeed: UInt64, buffer: UInt64, run: Int, firstCell: Int,
    count: Int, upTo limit: Double
  ) -> [ThresholdBands.Cell] {
    switch drawing {
    case .banded:
      return ThresholdBands.cells(
        seed: chipSeed, lane: UInt32(truncatingIfNeeded: buffer), run: UInt64(run), count: count,
        upTo: limit)
    case .perCell:
      var cells: [ThresholdBands.Cell] = []
      for cell in 0..<count {
        var stream = RandomStream(
          seed: chipSeed, purpose: .memoryFaults, index: buffer << 40 | UInt64(firstCell + cell))
        let threshold = 1 - stream.nextUniform()
        if threshold <= limit { cells.append(.init(cell: cell, threshold: threshold)) }
      }
      return cells
    }
  }

  /// The failing cells of each word at a failure probability, as masks.
  ///
  /// - Precondition: `probability` is in 0 … `maximumProbability`.
  public func masks(atProbability probability: Double) -> [UInt8] {
    precondition((0...maximumProbability).contains(probability), "beyond the map's range")
    var masks = [UInt8](repeating: 0, count: words)
    for cell in cells {
      if cell.threshold > probability { break }
      masks[cell.word] |= cell.mask
    }
    return masks
  }

  /// Faults of a chip that was never seen before, as training needs them: each bit of each word is
  /// set with this probability, independently.
  ///
  /// Skips from fault to fault, in the order of cells: costs as much as there are faults.
  ///
  /// - Parameters:
  ///   - width: 1 to 8 bits.
  ///   - skips: taken where they are of this probability, in the place of a table of their own.
  /// - Precondition: `probability` is in 0 … 1.
  public static func freshMasks(
    words: Int, width: Int = 8, probability: Double, skips: GeometricSkips? = nil,
    stream: inout RandomStream
  ) -> [UInt8] {
    precondition((1...8).contains(width), "width outside 1…8")
    precondition((0...1).contains(probability), "probability outside [0, 1]")
    var masks = [UInt8](repeating: 0, count: words)
    if probability == 0 { return masks }
    let cells = words * width
    let given = skips.flatMap { $0.probability == probability ? $0 : nil }
    let skips =
      given ?? GeometricSkips(probability: probability, draws: Double(cells) * probability)
    var cell = skips.next(from: &stream)
    while cell < cells {
      // Bytes, the usual words, need no division.
      let (word, bit) = width == 8 ? (cell >> 3, cell & 7) : (cell / width, cell % width)
      masks[word] |= 1 << UInt8(bit)
      cell += 1 + skips.next(from: &stream)
    }
    return masks
  }
}
