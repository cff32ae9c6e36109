import Randomness

/// The persistent faults of one buffer of one chip: which stored bits are read inverted, for every
/// bit error rate up to a maximum.
///
/// Cell i (bit b of word w, i = w·width + b) has a threshold uᵢ, uniform in (0, 1] and fixed by the
/// chip's seed: the stream (chip seed, `.memoryFaults`, buffer·2⁴⁰ + i). At a bit error rate p the
/// cell fails iff uᵢ ≤ p, so the faults at a higher supply voltage are among those at a lower one.
/// Source: Stutz, Chandramoorthy, Hein, Schiele, *Bit error robustness for energy-efficient DNN
/// accelerators*, MLSys 2021.
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
  /// - Precondition: fewer than 2⁴⁰ cells; the maximum is in 0 … 1.
  public init(
    chipSeed: UInt64, buffer: UInt64, words: Int, width: Int = 8,
    upTo maximumProbability: Double
  ) {
    precondition(buffer < 1 << 24, "buffer number too large")
    precondition((1...8).contains(width), "width outside 1…8")
    precondition((0...1 << 36).contains(words), "too many words")
    precondition((0...1).contains(maximumProbability), "probability outside [0, 1]")
    var cells: [Cell] = []
    for cell in 0..<words * width {
      var stream = RandomStream(
        seed: chipSeed, purpose: .memoryFaults, index: buffer << 40 | UInt64(cell))
      let threshold = 1 - stream.nextUniform()
      if threshold <= maximumProbability {
        cells.append(
          Cell(threshold: threshold, word: cell / width, mask: 1 << UInt8(cell % width)))
      }
    }
    self.words = words
    self.width = width
    self.maximumProbability = maximumProbability
    self.cells = cells.sorted { ($0.threshold, $0.word) < ($1.threshold, $1.word) }
  }

  /// The failing bits of each word at a bit error rate: XOR them onto what was stored.
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
  /// - Parameter width: 1 to 8 bits.
  /// - Precondition: `probability` is in 0 … 1.
  public static func freshMasks(
    words: Int, width: Int = 8, probability: Double, stream: inout RandomStream
  ) -> [UInt8] {
    precondition((1...8).contains(width), "width outside 1…8")
    precondition((0...1).contains(probability), "probability outside [0, 1]")
    var masks = [UInt8](repeating: 0, count: words)
    if probability == 0 { return masks }
    let cells = words * width
    var cell = stream.nextGeometric(probability: probability)
    while cell < cells {
      masks[cell / width] |= 1 << UInt8(cell % width)
      cell += 1 + stream.nextGeometric(probability: probability)
    }
    return masks
  }
}
