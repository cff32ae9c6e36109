import Fitting
import Foundation
import Quantities

/// What of a memory the leakage of the memory rail is of.
public enum SRAMLeakageSource: String, CaseIterable, Sendable {
  /// Bit cells alone: a lower bound.
  case cells
  /// Whole memories, decoders and sense amplifiers too.
  case macros
}

/// The leakage power of a whole static memory of one port against its words and their width, fitted on
/// memories of one technology at one supply.
///
/// Power = words·width·(c + a/words) = c·bits + a·width: c for a bit with its share of what goes with
/// bits, a for each column, whose precharge and sense amplifier are there however few words it has. Fitted
/// on ln(power/bit), so that relative errors weigh alike.
///
/// Not modelled: more than one port; what a generator's choice of subarrays makes of the same size.
public struct SRAMLeakageModel: Sendable {
  /// A memory of one port.
  public struct Macro: Sendable {
    public let words: Double
    /// Bits of a word.
    public let width: Double
    public let power: Power

    public init(words: Double, width: Double, power: Power) {
      self.words = words
      self.width = width
      self.power = power
    }
  }

  /// Parameters in nW, x: 1/words, y: ln(nW a bit).
  public let fit: FitResult
  /// The words, widths and bits of the memories that were fitted.
  public let words: ClosedRange<Double>
  public let widths: ClosedRange<Double>
  public let bits: ClosedRange<Double>

  /// - Precondition: there is a macro; words, widths and powers are positive.
  /// - Throws: `FittingError` if there are less than three, or they do not determine the law.
  public init(_ macros: [Macro]) throws(FittingError) {
    func range(_ value: (Macro) -> Double) -> ClosedRange<Double> {
      let values = macros.map(value)
      return (values.min() ?? 0)...(values.max() ?? 0)
    }
    precondition(
      !macros.isEmpty && range { min($0.words, $0.width, $0.power.value) }.lowerBound > 0)
    (words, widths, bits) = (range(\.words), range(\.width), range { $0.words * $0.width })
    let x = macros.map { 1 / $0.words }
    let densities = macros.map { $0.power.value * 1e9 / ($0.words * $0.width) }
    let y = densities.map { log($0) }
    let mean = densities.reduce(0, +) / Double(densities.count)
    let both = try NonlinearLeastSquares.fit(
      names: ["c_nw", "a_nw"], start: [mean, mean], x: x, y: y
    ) { p, x in Self.logarithm(p, x) }
    guard both.parameters[1] < 0 else {
      fit = both
      return
    }
    // Long memories would leak more a bit: none depends on the words then.
    fit = try NonlinearLeastSquares.fit(names: ["c_nw"], start: [mean], x: x, y: y) { p, x in
      Self.logarithm(p, x)
    }
  }

  private static func logarithm(_ p: [Double], _ x: Double) -> Double {
    log(p[0] + (p.count > 1 ? p[1] * x : 0))
  }

  /// The mean of a bit, its share of the columns' circuits too.
  ///
  /// - Precondition: positive.
  public func powerOfBit(words: Double) -> Power {
    precondition(words > 0, "a memory without words")
    return Power(1e-9 * exp(Self.logarithm(fit.parameters, 1 / words)))
  }

  /// Whether words, width and bits lie between those of the memories that were fitted.
  public func covers(words: Double, width: Double) -> Bool {
    self.words.contains(words) && widths.contains(width) && bits.contains(words * width)
  }
}
