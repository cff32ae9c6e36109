import Fitting
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
public struct SRAMLeakageModel: SRAMMacroModel, Sendable {
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
  public let law: SRAMDensityLaw

  /// - Precondition: there is a macro; words, widths and powers are positive.
  /// - Throws: `FittingError` if there are less than three, or they do not determine the law.
  public init(_ macros: [Macro]) throws(FittingError) {
    law = try SRAMDensityLaw(
      macros.map { macro in
        SRAMDensityLaw.Macro(
          words: macro.words, width: macro.width, x: 1 / macro.words,
          density: macro.power.value * 1e9 / (macro.words * macro.width))
      }, names: ["c_nw", "a_nw"], slope: 1)
  }

  /// The mean of a bit, its share of the columns' circuits too.
  ///
  /// - Precondition: positive.
  public func powerOfBit(words: Double) -> Power {
    precondition(words > 0, "a memory without words")
    return Power(1e-9 * law.density(at: 1 / words))
  }
}
