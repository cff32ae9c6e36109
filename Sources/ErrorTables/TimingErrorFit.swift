import Files
import Fitting
import Foundation
import Quantities

/// The probability of a wrong captured word against supply voltage, as one law.
///
/// p(V) = p∞·½·erfc(z(V)/√2): the share p∞ of operand transitions that use long paths, times the
/// probability that a path whose delay is spread by variation is longer than the clock period. With a
/// clock period for all supplies z = ln(V/V₀)/σ: the margin grows with the supply. Where the clock
/// tracks it z = (1 − (V₀/V)²)/(2σ): the margin stays, and the spread falls. Both are (V − V₀)/(σ·V₀)
/// about V₀. Counted dies choose these among V, ln V, 1/V and 1/V² (Validation.md).
public struct TimingErrorFit: Hashable, Sendable {
  /// Whether the clock tracks the supply.
  public let tracksSupply: Bool
  /// p∞ in (0, 1], V₀ in volts and σ, a share of V₀, each with its standard error; that of p∞ is 0 where
  /// the data do not determine it and it was set to 1.
  public let parameters: [Double]
  public let standardErrors: [Double]
  /// Covariance of p∞, V₀ and σ, row-major, 3 × 3; 0 where p∞ was set to 1.
  public let covariance: [Double]
  /// About 1 where the law describes the data, and the probability that dies of this law give this or
  /// more; see `GroupedGoodness`.
  public let reducedChiSquared: Double
  public let chiSquaredProbability: Double
  /// The supplies that were fitted.
  public let range: ClosedRange<Double>

  /// Why there is no law.
  public enum Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// Fewer than four voltages show errors.
    case tooFewErrors(voltages: Int)
    /// One die, or other numbers of dies at other voltages: how dies differ is not known.
    case unknownSpread
    /// The law does not pass through the points within the spread of their dies.
    case doesNotDescribe(TimingErrorFit)
    /// The points leave V₀, σ or p∞ without a standard error, or no scatter to judge the law by.
    case undetermined
    /// GSL found no minimum, or one that is no probability law.
    case noMinimum(String)

    public var description: String {
      switch self {
      case .tooFewErrors(let voltages): "errors at \(voltages) voltages only; four are needed"
      case .unknownSpread: "it needs at least two dies, as many at each voltage"
      case .doesNotDescribe(let law):
        "the points reject it, reduced chi-squared "
          + CellValue.format(law.reducedChiSquared, digits: 3) + " has a probability of "
          + CellValue.format(law.chiSquaredProbability, digits: 2)
      case .undetermined:
        "the points do not determine it: a parameter has no finite standard error above 0, or nothing "
          + "is left to judge the curve by"
      case .noMinimum(let reason): reason
      }
    }

    /// Whether there was enough to fit, but the law is not one to use.
    public var isPoorFit: Bool {
      switch self {
      case .tooFewErrors, .unknownSpread: false
      case .doesNotDescribe, .undetermined, .noMinimum: true
      }
    }
  }

  /// The probability at a supply inside `range`, in [0, 1].
  public func probability(at supply: Voltage) -> Double {
    min(1, law.value(parameters, at: supply.value))
  }

  /// One standard deviation of that probability, from the covariance of the parameters.
  public func standardDeviation(at supply: Voltage) -> Double {
    let gradient = law.gradient(parameters, at: supply.value)
    var variance = 0.0
    for row in 0..<3 {
      for column in 0..<3 {
        variance += gradient[row] * covariance[3 * row + column] * gradient[column]
      }
    }
    return max(0, variance).squareRoot()
  }

  private var law: Law { Law(tracksSupply: tracksSupply) }

  /// The probability as a function of p∞, V₀ and σ.
  struct Law {
    let tracksSupply: Bool

    func value(_ parameters: [Double], at supply: Double) -> Double {
      parameters[0] * Normal.upperTail(margin(parameters, supply))
    }

    /// The derivatives by p∞, V₀ and σ.
    func gradient(_ parameters: [Double], at supply: Double) -> [Double] {
      let (middle, sigma) = (parameters[1], parameters[2])
      let z = margin(parameters, supply)
      let slope = parameters[0] * Normal.density(z) / sigma
      let ratio = middle / supply
      return [
        Normal.upperTail(z), slope / middle * (tracksSupply ? ratio * ratio : 1), slope * z,
      ]
    }

    /// How many standard deviations of a path's delay fit before the clock edge.
    private func margin(_ parameters: [Double], _ supply: Double) -> Double {
      let ratio = parameters[1] / supply
      return (tracksSupply ? (1 - ratio * ratio) / 2 : -log(ratio)) / parameters[2]
    }
  }
}
