import Foundation
import Randomness

/// Draws which of many cells have a small threshold, at a cost of the number of such cells.
///
/// Thresholds w are uniform in (0, 1], independent, and fixed by their key, whatever limit is asked
/// for. Band k < 16 covers (2⁻ᵏ⁻¹, 2⁻ᵏ]; band 16 covers (0, 2⁻¹⁶]. In each band every cell is hit
/// independently, with probability q_k = 1/(2ᵏ⁺¹ − 1) for k < 16 and q₁₆ = 2⁻¹⁶, and a hit has a
/// threshold that is uniform in the band; a cell has the lowest threshold of its hits.
///
/// So P(w ≤ 2⁻ᵏ) = 1 − Π_{j≥k}(1 − q_j) = 2⁻ᵏ, as 1 − q_j = (1 − 2⁻ʲ)/(1 − 2⁻ʲ⁻¹) and the product
/// telescopes; inside band k, P(w ≤ x) = 2⁻ᵏ⁻¹ + (1 − 2⁻ᵏ⁻¹)·q_k·(2ᵏ⁺¹x − 1) = x. A limit needs only
/// the bands that reach below it, each drawn by geometric distances: about 2·limit·cells draws.
///
/// Hit j of band k takes block j of (seed, `.memoryFaultBands`, lane, run·2⁸ + k): its first half
/// gives the distance to the hit before, its second half the threshold. Distances do not depend on
/// the number of cells, so a shorter run has the same thresholds.
enum ThresholdBands {
  static let deepest = 16

  struct Cell {
    let cell: Int
    let threshold: Double
  }

  /// The cells of a run with a threshold of at most `limit`, by ascending cell.
  static func cells(
    seed: UInt64, lane: UInt32, run: UInt64, count: Int, upTo limit: Double
  ) -> [Cell] {
    guard limit > 0, count > 0 else { return [] }
    var hits: [Cell] = []
    for band in (0...deepest).reversed() where band == deepest || lowerEnd(band) < limit {
      let blocks = RandomBlocks(
        seed: seed, purpose: .memoryFaultBands, lane: lane, index: run << 8 | UInt64(band))
      let probability =
        band == deepest
        ? 0x1p-16 : 1 / (Double(sign: .plus, exponent: band + 1, significand: 1) - 1)
      let scale = 1 / log1p(-probability)
      let upper = Double(sign: .plus, exponent: -band, significand: 1)
      let width = upper - lowerEnd(band)
      var cell = -1
      var number: UInt32 = 0
      while true {
        let (distance, place) = blocks.block(number)
        cell += 1 + Int(log(1 - distance.uniform) * scale)
        guard cell < count else { break }
        let threshold = upper - width * place.uniform
        if threshold <= limit { hits.append(Cell(cell: cell, threshold: threshold)) }
        number += 1
      }
    }
    hits.sort { ($0.cell, $0.threshold) < ($1.cell, $1.threshold) }
    var cells: [Cell] = []
    cells.reserveCapacity(hits.count)
    for hit in hits where cells.last?.cell != hit.cell { cells.append(hit) }
    return cells
  }

  private static func lowerEnd(_ band: Int) -> Double {
    band == deepest ? 0 : Double(sign: .plus, exponent: -band - 1, significand: 1)
  }
}
