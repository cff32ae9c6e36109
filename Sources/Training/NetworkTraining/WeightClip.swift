import Networks

/// Keeps the weights of dense and convolution layers within −limit … limit; biases, the numbers of
/// normalizations and a logit scale stay.
///
/// Applied after each step of the optimizer, as in Stutz et al., *Bit error robustness for
/// energy-efficient DNN accelerators*, MLSys 2021.
struct WeightClip: Sendable {
  let limit: Float
  /// Where weights stand in the vector of parameters.
  private let ranges: [Range<Int>]

  /// - Precondition: `limit` is positive.
  init(limit: Float, topology: NetworkTopology) {
    precondition(limit > 0 && limit.isFinite, "a limit is positive")
    self.limit = limit
    var ranges: [Range<Int>] = []
    var start = 0
    for block in topology.parameters {
      // Only weights have more than one length.
      if block.shape.count > 1 { ranges.append(start..<start + block.count) }
      start += block.count
    }
    self.ranges = ranges
  }

  func apply(to parameters: inout [Float]) {
    let limit = limit
    parameters.withUnsafeMutableBufferPointer { parameters in
      for range in ranges {
        // Not a number passes, so that training stops at it.
        for index in range {
          let value = parameters[index]
          parameters[index] = value > limit ? limit : value < -limit ? -limit : value
        }
      }
    }
  }
}
