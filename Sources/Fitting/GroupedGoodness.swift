import CGSL

/// Judges a law that was fitted through means over groups, each of which gives a value at every x: dies
/// that are measured at several supplies. The means share their groups, so they rise and fall together,
/// and the fit's own χ², which takes them for independent, says little.
///
/// With standardized residuals u, their Jacobian H, G = (HᵀH)⁻¹, P = 1 − HGHᵀ and C the covariance of
/// the standardized means, from the scatter between groups: the covariance of the parameters is GHᵀCHG
/// (K.-Y. Liang and S. L. Zeger, Biometrika 73 (1986) 13), and uᵀu / tr(PC) is distributed as F with ν
/// and ν·(groups − 1) degrees of freedom, ν = tr(PC)² / tr(PCPC) (J. N. K. Rao and A. J. Scott, JASA 76
/// (1981) 221, with their second-order correction). Not modelled: groups far from normal.
public struct GroupedGoodness: Sendable, Hashable {
  /// Covariance of the parameters, row-major.
  public let covariance: [Double]
  /// uᵀu / tr(PC): about 1 for a law that describes the data.
  public let reducedChiSquared: Double
  /// ν.
  public let degreesOfFreedom: Double
  /// The probability that groups of this law give this `reducedChiSquared` or a larger one.
  public let probability: Double

  /// - Parameters:
  ///   - fit: with the standard deviations of its points; it has a degree of freedom left.
  ///   - gradient: the law's derivatives by the parameters at an x.
  ///   - values: the groups' values at each x, `[x][group]`, in the order of the fit's points. Where
  ///     they are all alike, their mean is taken to scatter as the fit's standard deviation says.
  /// - Precondition: at least two groups, as many at each x.
  public init(_ fit: FitResult, values: [[Double]], gradient: (_ x: Double) -> [Double]) {
    let groups = values.first?.count ?? 0
    precondition(groups >= 2 && values.allSatisfy { $0.count == groups }, "too few groups")
    precondition(values.count == fit.x.count && fit.degreesOfFreedom >= 1, "one row a point")
    precondition(fit.isWeighted, "no standard deviations")
    let sigmas = fit.sigma ?? [Double](repeating: 1, count: fit.x.count)
    let rows = zip(fit.x, sigmas).map { x, sigma in gradient(x).map { $0 / sigma } }
    let deviations = zip(values, sigmas).map { Self.deviations($0, sigma: $1) }
    let scatter = deviations.indices.map { row in
      deviations.indices.map { column in
        let product = Self.product(deviations[row], deviations[column])
        return row == column && product == 0 ? 1 : product
      }
    }
    let count = fit.parameters.count
    // GHᵀ, parameters × points, and GHᵀC.
    let inverse = (0..<count).map { row in
      rows.map { Self.product(Array(fit.covariance[row * count..<(row + 1) * count]), $0) }
    }
    let turned = inverse.map { row in scatter.map { Self.product(row, $0) } }
    covariance = (0..<count * count).map { place in
      Self.product(turned[place / count], inverse[place % count])
    }
    // PC, whose traces scale χ².
    let projected = rows.indices.map { row in
      rows.indices.map { column in
        scatter[row][column]
          - (0..<count).reduce(0.0) { $0 + rows[row][$1] * turned[$1][column] }
      }
    }
    let trace = rows.indices.reduce(0.0) { $0 + projected[$1][$1] }
    let ofSquare = rows.indices.reduce(0.0) { sum, row in
      sum + rows.indices.reduce(0.0) { $0 + projected[row][$1] * projected[$1][row] }
    }
    let largest = rows.indices.reduce(0.0) { max($0, scatter[$1][$1]) }
    guard trace > 1e-9 * largest, ofSquare > 0 else {
      // Groups that leave no scatter around any law of this kind: what residual there is, is the law's.
      degreesOfFreedom = 1
      let isExact = fit.chiSquared <= 1e-9
      (reducedChiSquared, probability) = (isExact ? 0 : .infinity, isExact ? 1 : 0)
      return
    }
    degreesOfFreedom = trace * trace / ofSquare
    reducedChiSquared = fit.chiSquared / trace
    probability = gsl_cdf_fdist_Q(
      reducedChiSquared, degreesOfFreedom, degreesOfFreedom * Double(groups - 1))
  }

  /// What each group adds to the standardized mean: the sum of squares is the variance of the mean.
  private static func deviations(_ values: [Double], sigma: Double) -> [Double] {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let scale = 1 / (sigma * (count * (count - 1)).squareRoot())
    return values.map { ($0 - mean) * scale }
  }

  private static func product(_ left: [Double], _ right: [Double]) -> Double {
    var sum = 0.0
    for index in left.indices { sum += left[index] * right[index] }
    return sum
  }
}
