import Networks

/// What biases of a network in training take back of a multiplier's mean error, from the network that
/// fine-tuning begins with on.
///
/// Through the multiplier's products such a network gives about the activations that it would give
/// without the correction through exact ones. So its ranges, and all that is asked of it in floating
/// point, are those of the network without it.
public struct BiasCorrection: Hashable, Sendable {
  private struct Change: Hashable, Sendable {
    /// In the vector of parameters.
    let place: Int
    /// At the start, without the correction and with it.
    let trained: Float
    let corrected: Float
  }

  private let changes: [Change]

  /// No bias is corrected.
  public static let none = BiasCorrection(changes: [])

  private init(changes: [Change]) { self.changes = changes }

  /// What one network has over another.
  ///
  /// - Precondition: networks of one topology.
  init(from trained: Network, to corrected: Network) {
    precondition(trained.topology == corrected.topology, "networks of two topologies")
    changes = zip(trained.parameters, corrected.parameters).enumerated().compactMap { place, pair in
      pair.0 == pair.1 ? nil : Change(place: place, trained: pair.0, corrected: pair.1)
    }
  }

  /// The network without the correction; of the one that fine-tuning began with to the bit.
  ///
  /// - Precondition: a network of the topology that was corrected.
  public func removed(from network: Network) -> Network {
    guard !changes.isEmpty else { return network }
    var network = network
    for change in changes {
      // What training has moved the bias by, added to where it would have begun.
      network.parameters[change.place] = Float(
        Double(change.trained)
          + (Double(network.parameters[change.place]) - Double(change.corrected)))
    }
    return network
  }
}
