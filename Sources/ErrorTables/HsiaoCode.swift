/// A code that corrects one wrong bit of a codeword and detects two, by its codeword and data bits.
public enum SECDEDCode: String, CaseIterable, Sendable, Hashable {
  case secded13of8 = "secded_13_8"
  case secded22of16 = "secded_22_16"
  case secded39of32 = "secded_39_32"
  case secded72of64 = "secded_72_64"

  /// 8, 16, 32 or 64.
  public var dataBits: Int {
    switch self {
    case .secded13of8: 8
    case .secded22of16: 16
    case .secded39of32: 32
    case .secded72of64: 64
    }
  }

  /// 5, 6, 7 or 8.
  public var checkBits: Int {
    switch self {
    case .secded13of8: 5
    case .secded22of16: 6
    case .secded39of32: 7
    case .secded72of64: 8
    }
  }

  /// Bytes of data in a codeword.
  public var words: Int { dataBits / 8 }

  /// Check bits over data bits: what storage and each access cost more.
  public var overhead: Double { Double(checkBits) / Double(dataBits) }
}

/// A Hsiao code: an odd-weight-column code that corrects single and detects double errors.
///
/// The parity-check matrix is [C | I]: check bit r is the parity of the data bits whose column has
/// bit r. Columns of data are distinct, of odd weight and at least 3, the lightest first; among
/// those left of a weight the next one keeps the numbers of ones of the rows nearest to each other
/// (least sum of squares), of equal ones the smallest as a number. The decoder flips the bit whose
/// column is the syndrome. A syndrome of even weight, from two errors, is no column: detected.
/// Three errors give an odd syndrome: if it is a column, another bit is flipped (miscorrection),
/// else they are detected. Source: Hsiao, *A class of optimal minimum odd-weight-column SEC-DED
/// codes*, IBM J. Res. Dev. 14 (1970) 395.
public struct HsiaoCode: Hashable, Sendable {
  public let code: SECDEDCode
  /// The column of each data bit, least significant bit of the data first.
  public let columns: [UInt8]
  /// The check bits of one data byte: at [byte number·256 + byte].
  private let checks: [UInt8]
  /// For each syndrome: the data bit to flip, or one of the two below.
  private let actions: [Int8]

  private static let keep: Int8 = -1
  private static let uncorrectable: Int8 = -2

  public init(_ code: SECDEDCode) {
    self.code = code
    let columns = Self.columns(count: code.dataBits, rows: code.checkBits)
    self.columns = columns
    var checks = [UInt8](repeating: 0, count: code.words * 256)
    for entry in checks.indices {
      let (number, byte) = (entry >> 8, entry & 0xFF)
      for bit in 0..<8 where byte >> bit & 1 == 1 { checks[entry] ^= columns[number * 8 + bit] }
    }
    self.checks = checks
    var actions = [Int8](repeating: Self.uncorrectable, count: 1 << code.checkBits)
    actions[0] = Self.keep
    for row in 0..<code.checkBits { actions[1 << row] = Self.keep }
    for (bit, column) in columns.enumerated() { actions[Int(column)] = Int8(bit) }
    self.actions = actions
  }

  private static func columns(count: Int, rows: Int) -> [UInt8] {
    var columns: [UInt8] = []
    var ones = [Int](repeating: 0, count: rows)
    for weight in stride(from: 3, through: rows, by: 2) {
      var left = (0..<1 << rows).filter { $0.nonzeroBitCount == weight }
      while columns.count < count, !left.isEmpty {
        let costs = left.map { column in
          (0..<rows).reduce(0) { cost, row in
            let total = ones[row] + (column >> row & 1)
            return cost + total * total
          }
        }
        let best = costs.indices.min { (costs[$0], left[$0]) < (costs[$1], left[$1]) } ?? 0
        let column = left.remove(at: best)
        for row in 0..<rows { ones[row] += column >> row & 1 }
        columns.append(UInt8(column))
      }
    }
    return columns
  }

  /// The check bits of data, whose bits above `code.dataBits` are 0.
  public func check(of data: UInt64) -> UInt8 {
    var check: UInt8 = 0
    for byte in 0..<code.words {
      check ^= checks[byte << 8 | Int(data >> UInt64(8 * byte) & 0xFF)]
    }
    return check
  }

  /// What the decoder gives for the data and check bits that it reads.
  ///
  /// - Returns: the data, a bit corrected where the syndrome names one; and whether the decoder
  ///   says that the word is wrong and cannot be corrected: then the data are as read.
  public func decode(data: UInt64, check: UInt8) -> (data: UInt64, isUncorrectable: Bool) {
    let action = actions[Int(self.check(of: data) ^ check)]
    if action >= 0 { return (data ^ 1 << UInt64(action), false) }
    return (data, action == Self.uncorrectable)
  }
}

extension SECDEDCode {
  /// The code, its tables made once.
  public var hsiao: HsiaoCode {
    switch self {
    case .secded13of8: Self.code13of8
    case .secded22of16: Self.code22of16
    case .secded39of32: Self.code39of32
    case .secded72of64: Self.code72of64
    }
  }

  private static let code13of8 = HsiaoCode(.secded13of8)
  private static let code22of16 = HsiaoCode(.secded22of16)
  private static let code39of32 = HsiaoCode(.secded39of32)
  private static let code72of64 = HsiaoCode(.secded72of64)
}
