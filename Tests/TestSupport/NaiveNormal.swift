import Foundation

/// The normal distribution from the C library's error function, and its quantile by bisection.
public enum NaiveNormal {
  public static func density(_ x: Double) -> Double {
    exp(-x * x / 2) / (2 * Double.pi).squareRoot()
  }

  public static func upperTail(_ x: Double) -> Double { erfc(x / 2.0.squareRoot()) / 2 }

  public static func upperQuantile(_ probability: Double) -> Double {
    var (low, high) = (-40.0, 40.0)
    for _ in 0..<200 {
      let middle = (low + high) / 2
      if upperTail(middle) > probability { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// The probability that a cell fails whose critical voltage has this part from its block, in
  /// standard deviations, where all cells fail at `rate`.
  public static func failure(_ rate: Double, correlation: Double, block: Double) -> Double {
    upperTail(
      (upperQuantile(rate) - correlation.squareRoot() * block) / (1 - correlation).squareRoot())
  }
}
