import ErrorTables
import Files
import Foundation

/// Figures that others published of a circuit, to be compared with ours.
///
/// A claim holds if our number lies within half a unit of the claim's last printed digit. Of whole
/// numbers that end in zeros, all but the first two digits of them may have been rounded away.
public struct PublishedClaims: Sendable {
  /// A published metric: its key as published, its text and where it stands.
  public struct Claim: Sendable {
    public let metric: Metric
    public let text: String
    public let value: Double
    /// Half a unit of the last digit that is printed.
    public let tolerance: Double
    public let location: SourceLocation

    /// Whether our value agrees. The last bits of both numbers are given away.
    public func holds(for ours: Double, within interval: Double = 0) -> Bool {
      (ours - value).magnitude <= tolerance * (1 + 1e-9) + 1e-12 * value.magnitude + interval
    }
  }

  /// What a claim may be about, by the column of ours that it is compared with.
  public enum Metric: String, CaseIterable, Sendable {
    case errorRatePercent = "error_rate_percent"
    case mae
    case maePercent = "mae_percent"
    case wce
    case wcePercent = "wce_percent"
    case mrePercent = "mre_percent"
    case wcrePercent = "wcre_percent"
    case mse
    case bias
    case variance
    case nmed

    func value(_ metrics: ErrorMetrics) -> Double {
      switch self {
      case .errorRatePercent: 100 * metrics.errorRate
      case .mae: metrics.meanErrorDistance
      case .maePercent: metrics.meanAbsoluteErrorPercent
      case .wce: Double(metrics.worstCaseError)
      case .wcePercent: metrics.worstCaseErrorPercent
      case .mrePercent: 100 * metrics.meanRelativeError
      case .wcrePercent: 100 * metrics.worstCaseRelativeError
      case .mse: metrics.meanSquaredError
      case .bias: metrics.bias
      case .variance: metrics.variance
      case .nmed: metrics.normalizedMeanErrorDistance
      }
    }
  }

  /// The most figures of a file that are read.
  static let maximumClaims = 1000

  public let claims: [Claim]
  /// Comments that name a metric and no number, each with its place.
  public let unreadable: [String]

  /// The claims in the comments of a circuit's text: `// MAE% = 0.0046 %`, one or several a line.
  ///
  /// Read are lines that begin with a comment or stand in one. Keys that are not error metrics (power,
  /// area and delay of another cell library) are passed by.
  public init(header text: String, file: String) {
    var claims: [Claim] = []
    var unreadable: [String] = []
    var isInside = false
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      guard let comment = Self.comment(line, &isInside) else { continue }
      // A header has a dozen; a file that is one long list of them is none.
      guard claims.count + unreadable.count < Self.maximumClaims else {
        unreadable.append("\(file): more than \(Self.maximumClaims) figures: the rest is not read")
        break
      }
      let location = SourceLocation(file: file, line: number + 1)
      for found in ClaimScanner.figures(in: comment) {
        if let claim = Self.claim(found.key, found.text, location) {
          claims.append(claim)
        } else {
          unreadable.append(
            "\(location): '\(found.text)' is claimed for \(found.key.name) and is no number")
        }
      }
    }
    self.claims = claims
    self.unreadable = unreadable
  }

  /// What a line that begins with a comment, or stands in one, says; nil for other lines.
  private static func comment(_ line: Substring, _ isInside: inout Bool) -> Substring? {
    var rest = line.drop { $0 == " " || $0 == "\t" }
    if isInside {
      let end = rest.range(of: "*/")
      isInside = end == nil
      return end.map { rest[..<$0.lowerBound] } ?? rest
    }
    guard let marker = ["//", "/*", "*", "#"].first(where: { rest.hasPrefix($0) }) else {
      return nil
    }
    rest = rest.dropFirst(marker.count)
    if marker == "/*" {
      guard let end = rest.range(of: "*/") else {
        isInside = true
        return rest
      }
      return rest[..<end.lowerBound]
    }
    return rest
  }

  private init(_ claims: [Claim]) {
    self.claims = claims
    unreadable = []
  }

  /// The claims of a CSV file by the name of the circuit: a column `name`, and columns named by our
  /// metrics or EvoApproxLib's keys. Empty fields claim nothing; other columns are passed by.
  ///
  /// - Throws: `InputError` 65 if no column is a metric, or a field is no number.
  public static func table(contentsOf path: String) throws -> [String: PublishedClaims] {
    let table = try CSVTable(contentsOf: path, requiring: ["name"])
    let keys = table.header.map { ClaimKey(trimmed($0[...])) }
    guard keys.contains(where: { $0 != nil }) else {
      throw InputError(
        .badData, at: SourceLocation(file: path, line: table.headerLine),
        "no column is a metric: name one of "
          + Metric.allCases.map(\.rawValue).joined(separator: ", "))
    }
    var all: [String: PublishedClaims] = [:]
    for row in table.rows {
      let location = table.location(row)
      var claims: [Claim] = []
      for (place, field) in row.fields.enumerated() where !trimmed(field[...]).isEmpty {
        guard let key = keys[place] else { continue }
        guard let claim = claim(key, trimmed(field[...]), location) else {
          throw InputError(
            .badData, at: table.location(row, place: place), "'\(field)' is not a number")
        }
        claims.append(claim)
      }
      let name = try table.text(row, "name")
      guard all.updateValue(PublishedClaims(claims), forKey: name) == nil else {
        throw InputError(.badData, at: location, "circuit '\(name)' is there twice: keep one row")
      }
    }
    return all
  }

  private static func trimmed(_ text: Substring) -> String {
    let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" }
    let start = text.drop(while: isBlank)
    return String(start.reversed().drop(while: isBlank).reversed())
  }

  private static func claim(
    _ key: ClaimKey, _ text: String, _ location: SourceLocation
  ) -> Claim? {
    guard text.count <= 64, let value = Double(text), value.isFinite,
      text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) })
    else { return nil }
    return Claim(
      metric: key.metric, text: text, value: value * key.factor,
      tolerance: tolerance(text) * key.factor, location: location)
  }

  /// Half a unit of the last printed digit of a decimal number.
  static func tolerance(_ text: String) -> Double {
    let parts = text.lowercased().split(separator: "e", maxSplits: 1)
    let mantissa = parts.first.map(String.init) ?? ""
    var exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    if let point = mantissa.firstIndex(of: ".") {
      exponent -= mantissa.distance(from: point, to: mantissa.endIndex) - 1
    } else {
      let digits = mantissa.filter(\.isNumber).drop { $0 == "0" }
      let zeros = digits.reversed().prefix { $0 == "0" }.count
      exponent += min(zeros, max(0, digits.count - 2))
    }
    return 0.5 * Double("1e\(max(-320, min(300, exponent)))", default: 0)
  }
}

extension Double {
  fileprivate init(_ text: String, default value: Double) { self = Double(text) ?? value }
}
