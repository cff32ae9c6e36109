import Fitting
import Randomness

/// Failures that cluster by block while every cell keeps its failure probability exactly.
///
/// A cell's critical voltage is that of its block plus its own: in standard deviations
/// √ρ·B + √(1 − ρ)·Z with B and Z standard normal, so any two cells of a block have correlation ρ
/// and each alone is standard normal. With Z = Q⁻¹(w), w uniform, the cell's threshold is
/// u = Q(√ρ·B + √(1 − ρ)·Q⁻¹(w)), uniform again: means and nesting are those of independent cells.
/// Given B, a cell fails at p with probability Q((Q⁻¹(p) − √ρ·B)/√(1 − ρ)). Q is the upper tail of
/// the normal distribution, as in the failure law itself. It is the one-factor Gaussian copula:
/// Vasicek, *The distribution of loan portfolio value*, Risk 15 (2002) 160. That failures of
/// undervolted block RAMs differ between blocks is measured in Salami, Unsal, Cristal,
/// *Comprehensive evaluation of supply voltage underscaling in FPGA on-chip memories*, MICRO 2018.
public struct BlockCorrelation: Hashable, Sendable {
  public let blockWords: Int
  public let correlation: Double
  /// The buffer whose blocks these are: check bits share those of their data.
  public let buffer: UInt64

  /// - Precondition: `blockWords` is positive; `correlation` in [0, 1); `buffer` below 2²⁴.
  public init(blockWords: Int, correlation: Double, buffer: UInt64) {
    precondition(blockWords > 0 && correlation >= 0 && correlation < 1, "not a correlation")
    precondition(buffer < 1 << 24, "buffer number too large")
    self.blockWords = blockWords
    self.correlation = correlation
    self.buffer = buffer
  }

  /// A block of a chip: its B is from the stream (chip seed, `.memoryBlocks`, buffer, block).
  func block(_ number: Int, chipSeed: UInt64) -> Block {
    var stream = RandomStream(
      seed: chipSeed, purpose: .memoryBlocks, lane: UInt32(truncatingIfNeeded: buffer),
      index: UInt64(number))
    return Block(correlation: correlation, normal: stream.nextNormal())
  }

  /// The part of a block's cells that they share.
  struct Block {
    /// √ρ·B and √(1 − ρ).
    private let shared: Double
    private let own: Double

    init(correlation: Double, normal: Double) {
      shared = correlation.squareRoot() * normal
      own = (1 - correlation).squareRoot()
    }

    /// The probability that one of its cells fails where all cells do with probability p.
    func failureProbability(_ p: Double) -> Double {
      guard p > 0 else { return 0 }
      guard p < 1 else { return 1 }
      return Normal.upperTail((Normal.upperQuantile(p) - shared) / own)
    }

    /// A bound, not below the exact one, on the own thresholds of cells that fail up to p.
    func localLimit(_ p: Double) -> Double { min(1, failureProbability(p) * (1 + 1e-9)) }

    /// The threshold of a cell with the own threshold w.
    func threshold(_ w: Double) -> Double {
      guard w < 1 else { return 1 }
      return Normal.upperTail(shared + own * Normal.upperQuantile(w))
    }
  }
}
