import Characterization
import Files
import TestSupport
import Testing

@Suite("Published claims")
struct PublishedClaimsTests {
  private func claim(_ text: String) throws -> PublishedClaims.Claim {
    try #require(PublishedClaims(header: "// MAE = \(text)", file: "a.v").claims.first)
  }

  @Test(
    "a claim holds to half a unit of its last printed digit, and no further",
    arguments: [
      ("0.0046", 0.004649, 0.004651), ("12", 12.49, 12.51), ("3.0", 3.049, 3.051),
      ("68.75", 68.7549, 68.7551), ("1.2e3", 1249, 1251), ("1.2e-3", 0.0012499, 0.0012501),
      ("2400", 2449, 2451), ("1000", 1049, 1051), ("1024", 1024.4, 1024.6), ("20", 20.4, 20.6),
      ("240", 244, 246), ("0.50", 0.5049, 0.5051), ("0", 0.4, 0.6),
    ])
  func tolerance(text: String, inside: Double, outside: Double) throws {
    let claim = try claim(text)
    #expect(claim.holds(for: inside) && !claim.holds(for: outside))
    let mirrored = 2 * claim.value
    #expect(claim.holds(for: mirrored - inside) && !claim.holds(for: mirrored - outside))
  }

  @Test("the header's metrics are claims, and its power, area and prose are not")
  func header() throws {
    let text = """
      /***
      * This code is part of a library: MSE is said below.
      ***/
      // MAE% = 0.0046 %
      // MAE = 3.0
      // WCE% = 0.018 %
      // WCE = 12
      // WCRE% = 100.00 %
      // EP% = 68.75 %
      // MRE% = 0.15 %
      // MSE = 18
      // PDK45_PWR = 0.370 mW
      // PDK45_AREA = 604.4 um2
      module m (input [7:0] A, B, output [15:0] O); // WCE = much
      """
    let claims = PublishedClaims(header: text, file: "a.v").claims
    #expect(
      claims.map(\.metric) == [
        .maePercent, .mae, .wcePercent, .wce, .wcrePercent, .errorRatePercent, .mrePercent, .mse,
      ])
    #expect(
      claims.map(\.text) == ["0.0046", "3.0", "0.018", "12", "100.00", "68.75", "0.15", "18"])
    #expect(claims[0].location.line == 4)
  }

  @Test("a CSV file claims by the circuit's name; what is wrong in it is named with its line")
  func csv() throws {
    let folder = try TemporaryFolder()
    let good = try folder.write("name,MAE%,wce,power\nm1,0.12,321,1\nm2,,7,1\n", to: "good.csv")
    let claims = try PublishedClaims.table(contentsOf: good)
    #expect(claims["m1"]?.claims.map(\.metric) == [.maePercent, .wce])
    #expect(claims["m2"]?.claims.map(\.text) == ["7"])
    for (text, message) in [
      ("name,power\nm,1\n", ":1: error: no column is a metric"),
      ("name,wce\nm,x\n", ":2:3: error: 'x' is not a number"),
      ("name,wce\nm,1\nm,2\n", ":3: error: circuit 'm' is there twice"),
    ] {
      let path = try folder.write(text, to: "bad.csv")
      let error = #expect(throws: InputError.self) {
        try PublishedClaims.table(contentsOf: path)
      }
      #expect(error?.description.contains(message) ?? false)
    }
  }

  /// The claims of a comment as `metric text`.
  private func read(_ text: String) -> [String] {
    PublishedClaims(header: text, file: "a.v").claims.map { "\($0.metric) \($0.text)" }
  }

  @Test(
    "several figures on a line, figures in prose and in block comments are claims",
    arguments: [
      ("// MAE = 12, WCE = 49; EP% = 81.25 %", ["mae 12", "wce 49", "errorRatePercent 81.25"]),
      ("// MAE = 12 WCE = 49", ["mae 12", "wce 49"]),
      ("// MAE% = 0.019%, uniform", ["maePercent 0.019"]),
      ("// Errors: MAE = 12 | MSE=1.5e3", ["mae 12", "mse 1.5e3"]),
      ("// WCE = 49 (0.075 %)", ["wce 49"]), ("/* MAE = 12 */", ["mae 12"]),
      (
        "/* MAE = 12\n   WCE = 49 */ module m; // MSE = 3\n// MSE = 4",
        ["mae 12", "wce 49", "mse 4"]
      ),
      ("# - MAE: 12\n#   WCE : 49", ["mae 12", "wce 49"]),
      ("// MAE = 0.019 %\n// WCE = 0.1%", ["maePercent 0.019", "wcePercent 0.1"]),
      ("// Mean absolute error = 12\n// Worst-case error: 49", ["mae 12", "wce 49"]),
      ("// MAE: mean absolute error\n// WCE: see below", []),
      ("// PDK45_PWR = 0.37 mW, Area (45) = 591", []),
    ])
  func forms(text: String, claims: [String]) {
    #expect(read(text) == claims)
    #expect(PublishedClaims(header: text, file: "a.v").unreadable.isEmpty)
  }

  @Test("a number with a comma is not guessed at")
  func commas() {
    let claims = PublishedClaims(header: "// WCE = 12,345\n// MAE% = 1,5 %, WCE = 3", file: "a.v")
    #expect(claims.claims.map(\.text) == ["3"])
    #expect(
      claims.unreadable == [
        "a.v:1: '12,345' is claimed for wce and is no number",
        "a.v:2: '1,5' is claimed for mae% and is no number",
      ])
  }

  @Test("the fractions of papers are compared in percent, to half a unit of their last digit")
  func fractions() throws {
    let text = "// ER = 0.813, MRED = 0.0056, NMED = 0.00019\n// ER = 81.3 %, NMED = 0.019 %"
    let claims = PublishedClaims(header: text, file: "a.v").claims
    #expect(
      claims.map(\.metric) == [
        .errorRatePercent, .mrePercent, .nmed, .errorRatePercent, .nmed,
      ])
    let around: [(Double, Double)] = [
      (81.34, 81.36), (0.5649, 0.5651), (0.0001949, 0.0001951), (81.34, 81.36),
      (0.0001949, 0.0001951),
    ]
    for (claim, (inside, outside)) in zip(claims, around) {
      #expect(claim.holds(for: inside) && !claim.holds(for: outside), "\(claim.metric)")
    }
  }
}
