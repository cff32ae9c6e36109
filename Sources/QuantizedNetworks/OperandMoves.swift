import Networks
import Synchronization

/// How the operands of an integer network's products, and the sums of these, change from one set of
/// weights to another: what slopes of the multiplier are to predict.
///
/// Activations move as well, by what the layers before give. Both networks see the same examples.
public struct OperandMoves: Sendable {
  /// A product of matrices before and after.
  struct Move: Sendable {
    let before: ArrayProduct
    let after: ArrayProduct
    /// Σₖ M(a′, w′) − Σₖ M(a, w), M × N row-major.
    let changes: [Double]

    /// - Precondition: products of one layer and group.
    init(from before: ArrayProduct, to after: ArrayProduct, multiplier: EncodedMultiplier) {
      precondition(
        (before.m, before.k, before.n) == (after.m, after.k, after.n), "products of other sizes")
      let (k, n) = (before.k, before.n)
      self.before = before
      self.after = after
      changes = (0..<before.m * n).map { place in
        let (row, filter) = place.quotientAndRemainder(dividingBy: n)
        return (0..<k).reduce(0.0) { sum, step in
          let (a, w) = (row * k + step, step * n + filter)
          return sum
            + Double(multiplier.product(after.activations[a], after.weights[w]))
            - Double(multiplier.product(before.activations[a], before.weights[w]))
        }
      }
    }
  }

  let multiplier: EncodedMultiplier
  /// Of each layer with weights, a move a group.
  let layers: [[Move]]

  init(_ layers: [[Move]], of multiplier: EncodedMultiplier) {
    self.layers = layers
    self.multiplier = multiplier
  }

  /// - Parameters:
  ///   - before, after: of the same layers, with the same quantization of activations.
  ///   - multiplier: for their words.
  ///   - inputs: `count` × features words.
  public init(
    from before: IntegerNetwork, to after: IntegerNetwork, multiplier: EncodedMultiplier,
    inputs: [UInt8], count: Int
  ) {
    let runs = [before, after].map { network in
      let inference = IntegerInference(network, multiplier: multiplier)
      return (inference: inference, trace: inference.trace(inputs, count: count))
    }
    let layers = before.linears.indices.map { layer in
      let products = runs.map {
        $0.inference.products(of: $0.trace, layer: layer, images: count)
      }
      return zip(products[0], products[1]).map {
        Move(from: $0, to: $1, multiplier: multiplier)
      }
    }
    self.init(layers, of: multiplier)
  }

  /// Σ(Δ − Δ̂)²/ΣΔ² over a layer's sums, the mean over layers whose sums change: Δ is how a sum changes
  /// and Δ̂ the slopes at the operands before times the operands' moves, in words. 0 where slopes
  /// predict all; 1 is what no prediction would give.
  public func error(of slopes: ProductSlopes) -> Double {
    let errors = layers.compactMap { moves -> Double? in
      var (missed, changed) = (0.0, 0.0)
      for move in moves {
        for (change, predicted) in zip(move.changes, predictions(move, slopes)) {
          missed += (change - predicted) * (change - predicted)
          changed += change * change
        }
      }
      return changed > 0 ? missed / changed : nil
    }
    return errors.isEmpty ? 0 : errors.reduce(0, +) / Double(errors.count)
  }

  /// The window with the least `error(of:)`; of equal ones the first.
  ///
  /// - Precondition: at least one window, each 0 to 127.
  public func bestWindow(of windows: [Int], work: ChunkedWork = .serial) -> Int {
    let errors = Mutex([Double](repeating: .infinity, count: windows.count))
    work.forEachChunk(of: windows.count, size: 1) { index, _ in
      let error = error(of: ProductSlopes(of: multiplier, window: windows[index]))
      errors.withLock { $0[index] = error }
    }
    let found = errors.withLock { $0 }
    let best = found.indices.reduce(0) { found[$1] < found[$0] ? $1 : $0 }
    return windows[best]
  }

  /// Σₖ (∂M/∂a·(a′ − a) + ∂M/∂w·(w′ − w)), M × N row-major.
  private func predictions(_ move: Move, _ slopes: ProductSlopes) -> [Double] {
    let (before, after) = (move.before, move.after)
    let activations = multiplier.encoding.integerTable(bits: multiplier.activationBits)
    let weights = multiplier.encoding.integerTable(bits: multiplier.weightBits)
    var sums = [Double](repeating: 0, count: before.m * before.n)
    for row in 0..<before.m {
      for step in 0..<before.k {
        let activation = Int(before.activations[row * before.k + step])
        let value = activations[activation]
        let moved = activations[Int(after.activations[row * before.k + step])] - value
        for filter in 0..<before.n {
          let weight = Int(before.weights[step * before.n + filter])
          let turned = weights[Int(after.weights[step * before.n + filter])] - weights[weight]
          guard moved != 0 || turned != 0 else { continue }
          let place = activation << 8 | weight
          sums[row * before.n + filter] +=
            Double(moved) * (Double(weights[weight]) + Double(slopes.activation[place]))
            + Double(turned) * (Double(value) + Double(slopes.weight[place]))
        }
      }
    }
    return sums
  }
}
