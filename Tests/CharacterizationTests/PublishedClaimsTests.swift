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
      ("name,wce\nm,x\n", ":2: error: 'x' is not a number"),
      ("name,wce\nm,1\nm,2\n", ":3: error: circuit 'm' is there twice"),
    ] {
      let path = try folder.write(text, to: "bad.csv")
      let error = #expect(throws: InputError.self) {
        try PublishedClaims.table(contentsOf: path)
      }
      #expect(error?.description.contains(message) ?? false)
    }
  }
}
