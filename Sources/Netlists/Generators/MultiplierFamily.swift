/// The multiplier families that can be generated, with their parameters.
///
/// Each has two descriptions that know nothing of each other: `netlist(_:)`, gates over
/// `GeneratorCells`, and `product(_:_:_:)`, integers by the definition. Tests compare them on all
/// operand pairs. `catalog` has the names, ranges and sources; n is an operand's width, and the
/// bits of a product are numbered from 0.
public enum MultiplierFamily: Hashable, Sendable {
  /// The exact product.
  case exact(ExactArchitecture)
  /// Partial products a(i)·b(j) with i + j < columns are dropped; compensated: the mean of what is
  /// dropped is added, as an integer. Source: Schulte, Swartzlander, *Truncated multiplication with
  /// correction constant*, VLSI Signal Processing VI, 1993.
  case truncated(columns: Int, isCompensated: Bool = false)
  /// The low bits of both operands are taken as 0.
  case lowBitsZero(bits: Int)
  /// Broken-array multiplier: a partial product a(i)·b(j) is kept only if i + j ≥ vertical and
  /// j ≥ horizontal. Source: Mahdiani, Ahmadi, Fakhraie, Lucas, *Bio-inspired imprecise
  /// computational blocks*, IEEE TCAS-I 57(4), 2010.
  case brokenArray(vertical: Int, horizontal: Int)
  /// 2×2 blocks that give 7 for 3·3, summed exactly. Source: Kulkarni, Gupta, Ercegovac, *Trading
  /// accuracy for power with an underdesigned multiplier architecture*, VLSI Design 2011.
  case kulkarni
  /// DRUM: an operand's highest bits from the leading one, the lowest of them set where bits are
  /// cut. Source: Hashemi, Bahar, Reda, *DRUM: a dynamic range unbiased multiplier for approximate
  /// applications*, ICCAD 2015.
  case drum(bits: Int)
  /// An operand's highest bits from the leading one. Source, of the two below too:
  /// Narayanamoorthy, Moghaddam, Liu, Park, Kim, *Energy-efficient approximate multiplication for
  /// digital signal processing and classification applications*, IEEE TVLSI 23(6), 2015.
  case leadingOneTruncated(bits: Int)
  /// SSM: an operand's low bits where they hold it, else its high bits.
  case staticSegment(bits: Int)
  /// ESSM: as SSM, with a segment in the middle.
  case enhancedStaticSegment(bits: Int)
  /// Mitchell's logarithmic multiplier. Source: Mitchell, *Computer multiplication and division
  /// using binary logarithms*, IRE Transactions on Electronic Computers EC-11(4), 1962.
  case mitchell
  /// MBM: Mitchell's with 1/12 added to the mantissa, cut to the product's last bit; saturates.
  /// Source: Saadat, Bokhari, Parameswaran, *Minimally biased multipliers for approximate integer
  /// and floating-point multiplication*, IEEE TCAD 37(11), 2018.
  case minimallyBiased
  /// Babic's iterative logarithmic multiplier of so many stages. Source: Babić, Avramović, Bulić,
  /// *An iterative logarithmic multiplier*, Microprocessors and Microsystems 35(1), 2011.
  case iterativeLogarithmic(stages: Int)
  /// Logarithms to the nearest power of two, added exactly; 3 counts as 4. Source: Ansari,
  /// Cockburn, Han, *An improved logarithmic multiplier for energy-efficient neural computing*,
  /// IEEE Transactions on Computers 70(4), 2021.
  case nearestOneLogarithmic
  /// RoBA: operands rounded to powers of two; 3 counts as 2. Source: Zendegani, Kamal, Bahadori,
  /// Afzali-Kusha, Pedram, *RoBA multiplier: a rounding-based approximate multiplier for high-speed
  /// yet energy-efficient digital signal processing*, IEEE TVLSI 25(2), 2017.
  case roundingBased
  /// TOSAM: fractions cut to `sum` bits are added, those cut to `product` bits and a 1 multiplied.
  /// Source: Vahdat, Kamal, Afzali-Kusha, Pedram, *TOSAM: an energy-efficient truncation- and
  /// rounding-based scalable approximate multiplier*, IEEE TVLSI 27(5), 2019.
  case truncationScalable(product: Int, sum: Int)
  /// Rows accumulated by adders that OR the low columns. Source: as of `brokenArray`.
  case lowerPartORAccumulated(columns: Int)
  /// A tree of approximate 4:2 compressors in the columns below `columns`.
  case compressorTree(ApproximateCompressor, columns: Int)
  /// Radix-4 Booth with an approximate encoder in the columns below `columns`; signed.
  case approximateBooth(ApproximateBoothEncoder, columns: Int)
  /// REALM: Mitchell's with a constant of so many bits for each of segments² parts of the
  /// fractions; saturates.
  case reducedError(segments: Int, bits: Int)

  /// The exact product by a Dadda tree.
  public static let exactDadda = MultiplierFamily.exact(.dadda)

  /// The operand widths that are generated.
  public static let widths = MultiplierShape.widths

  /// `mul8u_truncated_t6`: the name of the module and of its file.
  public func moduleName(width: Int) -> String { moduleName(MultiplierShape(width: width)) }

  /// The name of the module and of its file: widths, sign, family, parameters, and the final adder
  /// if that is not the ripple-carry adder.
  public func moduleName(_ shape: MultiplierShape) -> String {
    let values = parameters
    let suffix: String
    switch self {
    case .brokenArray(let vertical, let horizontal): suffix = "bam_v\(vertical)h\(horizontal)"
    case .truncated(let columns, let isCompensated):
      suffix = "truncated_t\(columns)" + (isCompensated ? "c" : "")
    default:
      let texts = values.map { "\($0.name.prefix(1))\($0.value)" }
      suffix = ([name] + (texts.isEmpty ? [] : [texts.joined()])).joined(separator: "_")
    }
    let adder = shape.adder == .ripple || !usesAdder ? "" : "_\(shape.adder.name)"
    return "mul\(shape.label)_\(suffix)\(adder)"
  }

  /// The family and its parameters in words, for the header of a generated file.
  public var summary: String {
    switch self {
    case .exact(let architecture):
      "exact, \(architecture.summary)"
    case .truncated(let columns, let isCompensated):
      "truncated, t = \(columns) (a(i)b(j) with i + j < t is dropped"
        + (isCompensated ? ", the mean of that added)" : ")")
    case .brokenArray(let vertical, let horizontal):
      "broken array, v = \(vertical), h = \(horizontal) "
        + "(a(i)b(j) is kept if i + j >= v and j >= h)"
    case .kulkarni: "Kulkarni 2x2 blocks (3 x 3 gives 7), exact sums"
    default:
      ([entry.title] + parameters.map { "\($0.name) = \($0.value)" }).joined(separator: ", ")
    }
  }

  /// The summary, with the final adder where that says something.
  public func summary(_ shape: MultiplierShape) -> String {
    switch self {
    case .exact where usesAdder: "\(summary), \(shape.adder.summary) final adder"
    case _ where usesAdder && shape.adder != .ripple:
      "\(summary), \(shape.adder.summary) final adder"
    default: summary
    }
  }

  /// Whether the family has a final adder that `MultiplierShape.adder` chooses.
  public var usesAdder: Bool {
    switch self {
    case .exact(.array), .lowerPartORAccumulated: false
    default: true
    }
  }
}
