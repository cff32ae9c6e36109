import Fitting
import Foundation
import Quantities

/// The area of a static memory of one port against its words and their width, fitted on memories of
/// one technology.
///
/// Area = words·width·(c + a·width/words): c for a bit, and for wide, short memories, whose lines of
/// data are many, a for each pair of a word's bits. Fitted on ln(area/bit), so that relative errors weigh
/// alike. The law rises in words and in width.
///
/// Not modelled: more than one port; that a generator's choice of rows and columns makes areas jump by
/// a part of their size.
public struct SRAMAreaModel: Sendable {
  /// A memory of one port.
  public struct Macro: Sendable {
    public let words: Double
    /// Bits of a word.
    public let width: Double
    public let area: Area

    public init(words: Double, width: Double, area: Area) {
      self.words = words
      self.width = width
      self.area = area
    }
  }

  /// Parameters in µm², x: width/words, y: ln(µm² a bit).
  public let fit: FitResult
  /// The words, widths and bits of the memories that were fitted.
  public let words: ClosedRange<Double>
  public let widths: ClosedRange<Double>
  public let bits: ClosedRange<Double>
  /// Where the memories come from, for results.
  public let source: String

  /// - Precondition: there is a macro; words, widths and areas are positive.
  /// - Throws: `FittingError` if there are less than three, or they do not determine the law.
  public init(_ macros: [Macro], source: String) throws(FittingError) {
    func range(_ value: (Macro) -> Double) -> ClosedRange<Double> {
      let values = macros.map(value)
      return (values.min() ?? 0)...(values.max() ?? 0)
    }
    precondition(!macros.isEmpty && range { min($0.words, $0.width, $0.area.value) }.lowerBound > 0)
    (words, widths, bits) = (range(\.words), range(\.width), range { $0.words * $0.width })
    self.source = source
    let x = macros.map { $0.width / $0.words }
    let densities = macros.map { $0.area.value * 1e12 / ($0.words * $0.width) }
    let y = densities.map { log($0) }
    let mean = densities.reduce(0, +) / Double(densities.count)
    let both = try NonlinearLeastSquares.fit(
      names: ["c_um2", "a_um2"], start: [mean, 0.1 * mean], x: x, y: y
    ) { p, x in Self.logarithm(p, x) }
    guard both.parameters[1] < 0 else {
      fit = both
      return
    }
    // Areas of wide memories would fall below zero: none depends on the width then.
    fit = try NonlinearLeastSquares.fit(names: ["c_um2"], start: [mean], x: x, y: y) { p, x in
      Self.logarithm(p, x)
    }
  }

  private static func logarithm(_ p: [Double], _ x: Double) -> Double {
    log(p[0] + (p.count > 1 ? p[1] * x : 0))
  }

  /// - Precondition: both positive.
  public func area(words: Double, width: Double) -> Area {
    precondition(words > 0 && width > 0, "a memory without bits")
    return Area(1e-12 * words * width * exp(Self.logarithm(fit.parameters, width / words)))
  }

  /// Whether words, width and bits lie between those of the memories that were fitted.
  public func covers(words: Double, width: Double) -> Bool {
    self.words.contains(words) && widths.contains(width) && bits.contains(words * width)
  }
}
