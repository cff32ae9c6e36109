import Foundation

/// The mean of values that are drawn independently: one a die, a chip.
public enum GroupedMean {
  /// Its 95 % interval: Student's t, its skewness taken out by Hall's cubic transformation (P. Hall,
  /// On the removal of skewness by transformation, J. R. Statist. Soc. B 54, 1992).
  ///
  /// Most dies have few errors and a few have most of them: Student's interval is right for values
  /// that lie evenly about their mean and misses the true one of such dies at its upper end. With
  /// values of no skewness, and with two, it is Student's. Of fewer than `unlimitedCount` values the
  /// skewness is limited (`skewnessLimit`), so that the interval is less than 1.8 times as wide as Student's.
  ///
  /// - Precondition: at least two values.
  public static func interval95(_ values: [Double]) -> ClosedRange<Double> {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let error = SampleVariance(values).ofMean.squareRoot()
    let student = Normal.studentTwoSided95(degreesOfFreedom: count - 1)
    let limit = skewnessLimit(count: values.count, student: student)
    let skewness = min(max(skewness(values), -limit), limit)
    // Of the standardized mean q the transformed one is r(q) = q + g·q²/3 + g²·q³/27 + g/6n.
    func value(_ t: Double) -> Double {
      let q = t / count.squareRoot()
      // Below, the cube root loses more digits than the skewness changes.
      if abs(skewness) < 1e-5 { return mean - t * error }
      let root = cbrt(1 + skewness * (q - skewness / (6 * count)))
      return mean - error * count.squareRoot() * 3 / skewness * (root - 1)
    }
    return value(student)...value(-student)
  }

  /// From so many values on the skewness is taken as it is: one normal sample in a thousand is so skewed
  /// that the cube root below is of a number less than 0; of 8 values it is one in eight, of 4 one in two.
  static let unlimitedCount = 20

  /// The largest magnitude of a skewness that is taken out.
  ///
  /// Near 0 the cube root has no bounded slope, and an end would jump with the sample. The limit is the
  /// g with 1 − g·t/√n − g²/6n = 1/1,000, of which the root is 1/10 and its slope in the transformed mean
  /// 100: our own, by simulation (Validation.md), not Hall's.
  ///
  /// - Parameter student: t of `count` − 1 degrees of freedom, positive.
  static func skewnessLimit(count: Int, student: Double) -> Double {
    guard count < unlimitedCount else { return .infinity }
    let n = Double(count)
    let q = student / n.squareRoot()
    return 3 * n * ((q * q + 4 * 0.999 / (6 * n)).squareRoot() - q)
  }

  /// The sample's third central moment, without bias, over the third power of its standard deviation;
  /// 0 of fewer than three values, or of equal ones.
  static func skewness(_ values: [Double]) -> Double {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let variance = SampleVariance(values).ofMean * count
    guard values.count >= 3, variance > 0 else { return 0 }
    let cubes = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) * ($1 - mean) }
    return cubes * count / ((count - 1) * (count - 2)) / (variance * variance.squareRoot())
  }
}
