import Files
import QuantizedNetworks
import Reporting
import TableArithmetic

/// Says which layers' sums accumulators could not hold.
enum OverflowNote {
  /// - Parameter layers: those with weights, in their order.
  static func show(_ layers: [OverflowTally.Layer], _ accumulator: AccumulatorSpec) {
    let shares = layers.enumerated().filter { $1.overflowed > 0 }.map { index, layer in
      "\(CellValue.format(100 * layer.share, digits: 3)) % of layer \(index)"
    }
    guard !shares.isEmpty else { return }
    let shown = shares.prefix(4).joined(separator: ", ") + (shares.count > 4 ? " …" : "")
    Terminal.note(
      "note: sums that do not fit accumulators of \(accumulator.width) bits "
        + (accumulator.overflow == .wrap ? "wrap" : "saturate")
        + ": \(shown) (layers with weights, from 0 on)")
  }
}
