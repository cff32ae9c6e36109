extension MultiplierFamily {
  /// All families, in the order of lists.
  public static let catalog: [MultiplierFamilyEntry] =
    exactEntries + reducedEntries + segmentEntries + logarithmicEntries + approximateCellEntries

  private static let exactEntries: [MultiplierFamilyEntry] = [
    (.array, "Baugh, Wooley 1973"), (.carrySave, "Baugh, Wooley 1973"),
    (.wallace, "Wallace 1964"), (.dadda, "Dadda 1965"), (.booth, "MacSorley 1961"),
  ].map { (architecture: ExactArchitecture, source: String) in
    MultiplierFamilyEntry(
      "exact_\(architecture.rawValue)", "exact, \(architecture.summary)", source: source,
      sign: .either
    ) { _ in .exact(architecture) }
  }

  private static let reducedEntries = [
    MultiplierFamilyEntry(
      "truncated", "without the low columns", source: "Schulte, Swartzlander 1993",
      [
        columns("a(i)b(j) with i + j below are dropped"),
        range("compensated", "1: the mean of what is dropped is added", default: 0) { _ in 0...1 },
      ]
    ) { .truncated(columns: $0[0], isCompensated: $0[1] == 1) },
    MultiplierFamilyEntry(
      "low_bits_zero", "without the operands' low bits", source: "-",
      [
        range("bits", "low bits of each operand, taken as 0") {
          0...min($0.widthA, $0.widthB) - 1
        }
      ]
    ) { .lowBitsZero(bits: $0[0]) },
    MultiplierFamilyEntry(
      "broken_array", "broken array", source: "Mahdiani et al. 2010",
      [
        range("vertical", "a(i)b(j) with i + j below are dropped") {
          0...$0.productWidth - 1
        },
        range("horizontal", "a(i)b(j) with j below are dropped") { 0...$0.widthB },
      ]
    ) { .brokenArray(vertical: $0[0], horizontal: $0[1]) },
    MultiplierFamilyEntry(
      "kulkarni", "2x2 blocks that give 7 for 3x3", source: "Kulkarni, Gupta, Ercegovac 2011"
    ) { _ in .kulkarni },
  ]

  private static let segmentEntries = [
    MultiplierFamilyEntry(
      "drum", "DRUM, dynamic unbiased segments", source: "Hashemi, Bahar, Reda 2015",
      [segment("k", "bits of a segment, from the leading one", from: 2)]
    ) { .drum(bits: $0[0]) },
    MultiplierFamilyEntry(
      "leading_one", "dynamic segments, cut", source: "Narayanamoorthy et al. 2015",
      [segment("m", "bits of a segment, from the leading one", from: 1)]
    ) { .leadingOneTruncated(bits: $0[0]) },
    MultiplierFamilyEntry(
      "ssm", "SSM, two static segments", source: "Narayanamoorthy et al. 2015",
      [segment("m", "bits of a segment", from: 1)]
    ) { .staticSegment(bits: $0[0]) },
    MultiplierFamilyEntry(
      "essm", "ESSM, three static segments", source: "Narayanamoorthy et al. 2015",
      [segment("m", "bits of a segment", from: 1)]
    ) { .enhancedStaticSegment(bits: $0[0]) },
  ]

  private static let logarithmicEntries = [
    MultiplierFamilyEntry("mitchell", "Mitchell's logarithms", source: "Mitchell 1962") { _ in
      .mitchell
    },
    MultiplierFamilyEntry(
      "mbm", "MBM, Mitchell's with 1/12 added", source: "Saadat, Bokhari, Parameswaran 2018"
    ) { _ in .minimallyBiased },
    MultiplierFamilyEntry(
      "ilm", "iterative logarithmic", source: "Babic, Avramovic, Bulic 2011",
      [range("q", "stages") { 1...min($0.widthA, $0.widthB) }]
    ) { .iterativeLogarithmic(stages: $0[0]) },
    MultiplierFamilyEntry(
      "nearest_one", "logarithms of the nearest powers of two", source: "Ansari, Cockburn, Han 2021"
    ) { _ in .nearestOneLogarithmic },
    MultiplierFamilyEntry(
      "roba", "RoBA, operands rounded to powers of two", source: "Zendegani et al. 2017"
    ) { _ in .roundingBased },
    MultiplierFamilyEntry(
      "tosam", "TOSAM, truncated fractions", source: "Vahdat et al. 2019",
      [
        range("h", "fraction bits that are multiplied") { 0...min($0.widthA, $0.widthB) - 1 },
        range("t", "fraction bits that are added") { 0...max($0.widthA, $0.widthB) - 1 },
      ]
    ) { .truncationScalable(product: $0[0], sum: $0[1]) },
    MultiplierFamilyEntry(
      "realm", "REALM, Mitchell's with constants", source: "Saadat et al. 2020",
      [
        MultiplierParameter(
          name: "segments", meaning: "segments of each fraction",
          values: { shape in
            let shorter = min(shape.widthA, shape.widthB)
            return SegmentCorrections.segmentCounts.filter { $0 < 1 << shorter }
          }, defaultValue: nil),
        range("q", "fraction bits of the constants", default: 6) { _ in 1...12 },
      ]
    ) { .reducedError(segments: $0[0], bits: $0[1]) },
  ]

  private static let approximateCellEntries = [
    MultiplierFamilyEntry(
      "loa_rows", "array of lower-part-OR adders", source: "Mahdiani et al. 2010",
      [columns("columns below this are ORed")]
    ) { .lowerPartORAccumulated(columns: $0[0]) },
    MultiplierFamilyEntry(
      "momeni", "4:2 compressors, design 2", source: "Momeni et al. 2015",
      [columns("columns below: approximate", full: true)]
    ) { .compressorTree(.momeni, columns: $0[0]) },
    MultiplierFamilyEntry(
      "venkatachalam_ko", "4:2 compressors", source: "Venkatachalam, Ko 2017",
      [columns("columns below: approximate", full: true)]
    ) { .compressorTree(.venkatachalamKo, columns: $0[0]) },
    MultiplierFamilyEntry(
      "r4abm1", "R4ABM1, approximate Booth encoder 1", source: "Liu et al. 2017", sign: .signed,
      [columns("columns below: approximate", full: true)]
    ) { .approximateBooth(.first, columns: $0[0]) },
    MultiplierFamilyEntry(
      "r4abm2", "R4ABM2, approximate Booth encoder 2", source: "Liu et al. 2017", sign: .signed,
      [columns("columns below: approximate", full: true)]
    ) { .approximateBooth(.second, columns: $0[0]) },
  ]

  private static func range(
    _ name: String, _ meaning: String, default value: Int? = nil,
    _ range: @escaping @Sendable (MultiplierShape) -> ClosedRange<Int>
  ) -> MultiplierParameter {
    MultiplierParameter(
      name: name, meaning: meaning, values: { Array(range($0)) }, defaultValue: value)
  }

  private static func columns(_ meaning: String, full: Bool = false) -> MultiplierParameter {
    range("columns", meaning) { 0...$0.productWidth - (full ? 0 : 1) }
  }

  private static func segment(
    _ name: String, _ meaning: String, from first: Int
  ) -> MultiplierParameter {
    range(name, meaning) { first...min($0.widthA, $0.widthB) }
  }
}
