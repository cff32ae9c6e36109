import LogicSimulation
import Quantities

/// Equal time steps for timed bit-parallel simulation, as a share of a longest path.
///
/// A gate's delay becomes the nearest whole number of steps, at least one; a capture time the number
/// of whole steps that fit in it. Results on the grid depend on these numbers alone.
public struct TimeGrid: Sendable, Hashable {
  /// Femtoseconds.
  public let step: Double

  /// - Parameters:
  ///   - criticalPath: femtoseconds, positive.
  ///   - steps: into how many the path is cut, at least 1.
  public init(criticalPath: Int64, steps: Int) {
    precondition(criticalPath > 0 && steps >= 1, "no path, or no steps")
    step = Double(criticalPath) / Double(steps)
  }

  /// Delays in steps.
  ///
  /// - Parameter delays: femtoseconds; a delay above 2^20 steps becomes that many, longer than any
  ///   path of the typical die.
  public func delays(_ delays: [Int64]) -> [Int32] {
    delays.map { (delay: Int64) -> Int32 in
      let steps: Double = (Double(delay) / step).rounded()
      return Int32(max(1, min(1_048_576, steps)))
    }
  }

  /// The last step that is not after a time.
  ///
  /// - Parameter time: femtoseconds, unrounded; a time that is a whole number of steps but for a
  ///   millionth of one counts as that many.
  public func captureStep(_ time: Double) -> Int32 {
    let steps: Double = (time / step + 1e-6).rounded(.down)
    return Int32(max(0, min(1_073_741_824, steps)))
  }
}
