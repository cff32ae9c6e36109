import Foundation
import Quantities

/// Energies at a few sizes; straight lines between their logarithms, and on beyond the ends.
public struct PowerLaw: Hashable, Sendable {
  public struct Point: Hashable, Sendable {
    public let size: Double
    public let energy: Energy

    public init(size: Double, energy: Energy) {
      self.size = size
      self.energy = energy
    }
  }

  public let points: [Point]

  /// - Precondition: two points or more, sizes positive and rising, energies positive.
  public init(_ points: [Point]) {
    precondition(points.count >= 2, "a law needs two points")
    precondition(points.allSatisfy { $0.size > 0 && $0.energy.value > 0 })
    precondition(zip(points, points.dropFirst()).allSatisfy { $0.size < $1.size })
    self.points = points
  }

  /// Whether a size lies between the points.
  public func covers(_ size: Double) -> Bool {
    points[0].size <= size && size <= points[points.count - 1].size
  }

  /// - Parameter size: positive.
  public subscript(size: Double) -> Energy {
    if let point = points.first(where: { $0.size == size }) { return point.energy }
    let after = points.dropFirst().dropLast().firstIndex { size < $0.size } ?? points.count - 1
    let (low, high) = (points[after - 1], points[after])
    let exponent = log(high.energy / low.energy) / log(high.size / low.size)
    return pow(size / low.size, exponent) * low.energy
  }
}
