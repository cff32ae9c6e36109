import Fitting
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
public struct SRAMAreaModel: SRAMMacroModel, Sendable {
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
  public let law: SRAMDensityLaw
  /// Where the memories come from, for results.
  public let source: String

  /// - Precondition: there is a macro; words, widths and areas are positive.
  /// - Throws: `FittingError` if there are less than three, or they do not determine the law.
  public init(_ macros: [Macro], source: String) throws(FittingError) {
    self.source = source
    law = try SRAMDensityLaw(
      macros.map { macro in
        SRAMDensityLaw.Macro(
          words: macro.words, width: macro.width, x: macro.width / macro.words,
          density: macro.area.value * 1e12 / (macro.words * macro.width))
      }, names: ["c_um2", "a_um2"], slope: 0.1)
  }

  /// - Precondition: both positive.
  public func area(words: Double, width: Double) -> Area {
    precondition(words > 0 && width > 0, "a memory without bits")
    return Area(1e-12 * words * width * law.density(at: width / words))
  }
}
