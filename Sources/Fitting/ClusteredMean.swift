/// The mean of values that come in clusters, and the variance of that mean when clusters are drawn anew:
/// chips whose elements have their dies from the same draw.
///
/// Value = μ + cluster + rest, with independent normal parts of variances σ²(cluster) and σ²(rest). Of C
/// values n(d) are in cluster d of D. With q = Σ n(d)²/C and n₀ = (C − q)/(D − 1) the mean of all values
/// has the variance (σ²(rest) + q·σ²(cluster))/C, and the mean square between clusters, Σ n(d)·(mean(d) −
/// mean)²/(D − 1), is σ²(rest) + n₀·σ²(cluster) in the mean (S. R. Searle, G. Casella, C. E. McCulloch,
/// Variance Components, Wiley 1992, chapter 3). The estimate is that mean square times q/(n₀·C), of D − 1
/// degrees of freedom: exact for clusters of one size, where it is the variance of their means over D;
/// else σ²(rest) counts q/n₀ ≥ 1 times. With a cluster for each value it is that of independent values.
public struct ClusteredMean: Sendable, Hashable {
  /// The mean of each cluster's values.
  public let clusterMeans: [Double]
  /// Of the mean of all values, at least 0.
  public let varianceOfMean: Double

  /// - Parameters:
  ///   - values: value i is in cluster i mod `clusters`.
  ///   - clusters: from 2 to as many as there are values.
  public init(_ values: [Double], clusters: Int) {
    precondition(clusters >= 2 && clusters <= values.count, "a variance needs two clusters")
    let members = (0..<clusters).map { first in
      stride(from: first, to: values.count, by: clusters).map { values[$0] }
    }
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let sizes = members.map { Double($0.count) }
    let means = zip(members, sizes).map { $0.reduce(0, +) / $1 }
    let between =
      zip(means, sizes).reduce(0) { $0 + $1.1 * (($1.0 - mean) * ($1.0 - mean)) }
      / Double(clusters - 1)
    let ofMean = sizes.reduce(0) { $0 + $1 * $1 } / count
    let ofMeanSquare = (count - ofMean) / Double(clusters - 1)
    clusterMeans = means
    varianceOfMean = between * (ofMean / ofMeanSquare) / count
  }

  /// Of `varianceOfMean`, at least 1.
  public var degreesOfFreedom: Double { Double(clusterMeans.count - 1) }
}
