import Fitting
import Foundation

/// What a bit of a static memory of one port costs, its share of the memory's circuits included, against
/// a ratio x of the memory's words and width: c + a·x, fitted on memories of one technology.
///
/// Fitted on the logarithm of the cost a bit, so that relative errors weigh alike; without a where it
/// would be negative, which would make the law fall below zero somewhere.
public struct SRAMDensityLaw: Sendable {
  /// A memory of one port.
  struct Macro {
    let words: Double
    /// Bits of a word.
    let width: Double
    /// What its words and width make of the ratio.
    let x: Double
    /// The mean of a bit.
    let density: Double
  }

  /// Parameters in the unit of densities, x: the ratio, y: the logarithm of the density.
  public let fit: FitResult
  /// The words, widths and bits of the memories that were fitted.
  public let words: ClosedRange<Double>
  public let widths: ClosedRange<Double>
  public let bits: ClosedRange<Double>

  /// - Parameters:
  ///   - names: of c and a.
  ///   - slope: where the search begins, a to c.
  /// - Precondition: there is a macro; words, widths and densities are positive.
  /// - Throws: `FittingError` if there are less than three, or they do not determine the law.
  init(_ macros: [Macro], names: [String], slope: Double) throws(FittingError) {
    func range(_ value: (Macro) -> Double) -> ClosedRange<Double> {
      let values = macros.map(value)
      return (values.min() ?? 0)...(values.max() ?? 0)
    }
    precondition(!macros.isEmpty && range { min($0.words, $0.width, $0.density) }.lowerBound > 0)
    (words, widths, bits) = (range(\.words), range(\.width), range { $0.words * $0.width })
    let (x, y) = (macros.map(\.x), macros.map { log($0.density) })
    let mean = macros.reduce(0) { $0 + $1.density } / Double(macros.count)
    let both = try NonlinearLeastSquares.fit(
      names: names, start: [mean, slope * mean], x: x, y: y
    ) { p, x in Self.logarithm(p, x) }
    guard both.parameters[1] < 0 else {
      fit = both
      return
    }
    fit = try NonlinearLeastSquares.fit(
      names: Array(names.prefix(1)), start: [mean], x: x, y: y
    ) { p, x in Self.logarithm(p, x) }
  }

  private static func logarithm(_ p: [Double], _ x: Double) -> Double {
    log(p[0] + (p.count > 1 ? p[1] * x : 0))
  }

  func density(at x: Double) -> Double { exp(Self.logarithm(fit.parameters, x)) }
}

/// A model of whole memories by such a law.
public protocol SRAMMacroModel {
  var law: SRAMDensityLaw { get }
}

extension SRAMMacroModel {
  public var fit: FitResult { law.fit }
  /// The words, widths and bits of the memories that were fitted.
  public var words: ClosedRange<Double> { law.words }
  public var widths: ClosedRange<Double> { law.widths }
  public var bits: ClosedRange<Double> { law.bits }

  /// Whether words, width and bits lie between those of the memories that were fitted.
  public func covers(words: Double, width: Double) -> Bool {
    law.words.contains(words) && law.widths.contains(width) && law.bits.contains(words * width)
  }
}
