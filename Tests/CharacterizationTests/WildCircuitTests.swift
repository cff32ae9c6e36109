import Characterization
import ErrorTables
import Files
import Netlists
import TestSupport
import Testing

/// Circuits in the dialects that libraries of approximate multipliers are published in, written for
/// these tests from the description of those dialects.
@Suite("Circuits as they are found")
struct WildCircuitTests {
  private func validated(
    _ text: String, sign: ValidationOptions.Sign = .automatic, claims: Bool = true
  ) throws -> ValidatedMultiplier {
    let folder = try TemporaryFolder()
    let file = try folder.write(text, to: "circuit.v")
    let library = try LibertyReader.library(
      contentsOf: Repository.path("HardwareSpecs/Cells/ptm45.lib"))
    var options = ValidationOptions()
    options.checksHeaderClaims = claims
    options.sign = sign
    return try MultiplierValidation(options: options, library: library, jobs: 1).validate(file)
  }

  /// A 2×2 multiplier that gives 7 for 3·3, with undefined kit cells, a sparse bus with an alias,
  /// undriven bits that reach nothing, an expression in a connection, and claims.
  private let sparse = """
    /***
    * Written for a test.
    ***/
    // MAE% = 0.78 %
    // MAE = 0.11
    // WCE = 2
    // EP% = 6.25 %
    // MRE% = 2.5 %
    // PDK45_PWR = 0.001 mW
    module mul2u_test (
        B,
        A,
        O
    );
      input [1:0] B;
      input [1:0] A;
      output [3:0] O;
      wire [2031:0] N;
      assign N[0] = A[0];
      assign N[1] = A[0];
      assign N[2] = A[1];
      assign N[4] = B[0];
      AND2X1 n8(.A(N[0]), .B(N[4]), .Y(N[8]));
      assign N[9] = N[8];
      NAND2X1 n10(.A(N[2]), .B(B[0]), .Y(N[10]));
      PDKGENNAND2X1 n12(.A(N[1]), .B(B[1]), .Y(N[12]));
      PDKGENINVX1 n13(.A((N[10] & N[12])), .Y(N[14]));
      wire [3:0] S_1;
      assign S_1 = {1'b0, (A[1] & B[1]), N[14], N[9]};
      assign O = S_1;
    endmodule

    module PDKGENNAND2X1(input A, input B, output Y );
         assign Y = ~(A & B);
    endmodule
    module PDKGENINVX1( input A, output Y);
         assign Y = ~A;
    endmodule
    """

  @Test("a sparse bus, kit cells with and without definition, claims: read and confirmed")
  func sparseBus() throws {
    let multiplier = try validated(sparse)
    #expect(multiplier.netlist.name == "mul2u_test")
    #expect(multiplier.ports.operandA.name == "A" && multiplier.ports.operandB.name == "B")
    #expect(!multiplier.format.isSigned)
    #expect(multiplier.metrics.sums.errorCount == 1)
    #expect(multiplier.metrics.bias == -2.0 / 16)
    #expect(multiplier.claims?.count == 5)
    #expect(multiplier.brokenClaims.map { "\($0.claim.metric) \($0.claim.text)" } == ["mae 0.11"])
  }

  @Test("a full adder of the kit, in order of pins, and undriven bits that reach an output")
  func kitAdders() throws {
    let adders = """
      module add (A, B, O); input [1:0] A, B; output [2:0] O; wire c;
      HAX1 h (.YS(O[0]), .A(A[0]), .B(B[0]), .YC(c));
      FAX1 f (.A(A[1]), .B(B[1]), .C(c), .YS(O[1]), .YC(O[2]));
      endmodule
      """
    let library = try LibertyReader.library(
      contentsOf: Repository.path("HardwareSpecs/Cells/ptm45.lib"))
    let netlist = try VerilogReader.netlist(text: adders, file: "a.v", library: library)
    for a in 0..<4 as Range<UInt64> {
      for b in 0..<4 as Range<UInt64> {
        #expect(NaiveNetlistEvaluation.outputs(of: netlist, inputs: [a, b]) == [a + b])
      }
    }
    let error = #expect(throws: InputError.self) {
      try validated(sparse.replacing("assign N[9] = N[8];", with: ""))
    }
    #expect(error?.description.contains("N[9]") ?? false)
    #expect(error?.status == .badData)
  }

  @Test(
    "behavior is refused where it stands, with what to do",
    arguments: [
      ("assign O = A * B;", "*"), ("always @* O = A;", "always"), ("assign O = -A;", "-"),
      ("assign O = A / B;", "/"),
    ])
  func behavior(statement: String, construct: String) throws {
    let text = "module m (input [1:0] A, input [1:0] B, output [3:0] O);\n  \(statement)\nendmodule"
    let error = #expect(throws: InputError.self) { try validated(text) }
    let message = error?.description ?? ""
    #expect(message.contains("circuit.v:2:") && message.contains("'\(construct)'"))
    #expect(message.contains("synth"), "\(message)")
  }

  @Test("a signed multiplier is found to be signed, and measured as one")
  func signed() throws {
    // Baugh and Wooley, 2×2: −2·a1 + a0 by −2·b1 + b0.
    let text = """
      module mul2s (A, B, O);
      input [1:0] A; input [1:0] B; output [3:0] O;
      wire p01 = ~(A[0] & B[1]); wire p10 = ~(A[1] & B[0]);
      assign O[0] = A[0] & B[0];
      wire s1, c1, s2, c2;
      HAX1 h1 (p01, p10, s1, c1);
      assign O[1] = s1;
      FAX1 f2 (A[1] & B[1], c1, 1'b1, s2, c2);
      assign O[2] = s2;
      assign O[3] = c2 ^ 1'b1;
      endmodule
      """
    let multiplier = try validated(text)
    #expect(multiplier.format.isSigned)
    #expect(multiplier.metrics.sums.errorCount == 0)
    let unsigned = try validated(text, sign: .unsigned)
    #expect(unsigned.metrics.sums.errorCount > 0)
  }

  @Test(
    "a coarse unsigned circuit is not taken for a signed one",
    arguments: [
      ("mul8u_zero", "16'b0", 16256.25), ("coarse", "{(A[7] & B[7]), 14'b0}", nil),
      ("mul8u_low", "{8'b0, A}", nil),
    ])
  func coarse(name: String, product: String, mae: Double?) throws {
    let multiplier = try validated(
      "module \(name) (input [7:0] A, B, output [15:0] O); assign O = \(product); endmodule")
    #expect(!multiplier.format.isSigned)
    #expect(multiplier.sign.isGuessed == (name == "coarse"))
    if let mae { #expect(multiplier.metrics.meanErrorDistance == mae) }
  }

  @Test("a product of more than 32 bits is enumerated too, and its variance is exact")
  func wideProduct() throws {
    let text = """
      module m (input [3:0] A, B, output [63:0] O); assign O = ~64'b0; endmodule
      """
    let unsigned = try validated(text, sign: .unsigned).metrics
    #expect(!unsigned.isSampled && unsigned.sums.pairCount == 256)
    // The variance of a constant less a·b is that of a·b: E a²·E b² − (E a·E b)².
    #expect(abs(unsigned.variance - (77.5 * 77.5 - 56.25 * 56.25)) < 1e-9)
    let signed = try validated(text, sign: .signed).metrics
    #expect(signed.meanErrorDistance == 16.125)
    #expect(100 * signed.errorRate == 99.21875)
  }

  @Test("very unequal widths come to an end", arguments: [(1, 20), (20, 1), (31, 1), (3, 29)])
  func unequal(a: Int, b: Int) throws {
    let multiplier = try validated(
      """
      module m (input [\(a - 1):0] A, input [\(b - 1):0] B, output [\(a + b - 1):0] O);
      assign O = {\(a + b){1'b0}}; endmodule
      """, sign: .unsigned)
    #expect(multiplier.metrics.isSampled == (a + b > 24))
    #expect(multiplier.metrics.sums.errors < 0)
  }

  @Test("a sample refutes a claim only outside of its interval, and confirms none")
  func sampledClaims() throws {
    // Without columns below 10: MAE Σ (s + 1)·2^s / 4 = 9217 / 4, WCE 9217.
    let family = MultiplierFamily.truncated(columns: 10)
    let netlist = family.netlist(width: 16)
    let simulation = MultiplierSimulation(
      netlist, ports: try MultiplierPorts(binding: netlist, file: "generated"))
    let sums = try simulation.sums(
      of: .init(count: 1 << 16, seed: 1), signs: .unsigned, convention: .nonzeroExact, jobs: 1)
    let metrics = ErrorMetrics(
      sums, format: simulation.ports.format(.unsigned), convention: .nonzeroExact)
    #expect(metrics.isSampled)
    let text = """
      // MAE = 2304.25
      // WCE = 9217
      // MSE = 1.0
      // MAE% = 50
      // WCE% = 0.0000001
      """
    let verdicts = PublishedClaims(header: text, file: "a.v").claims
      .map { CheckedClaim($0, metrics).verdict }
    #expect(verdicts == [.undecided, .undecided, .undecided, .broken, .broken])
  }

  @Test("a claim that is no number is reported with its place, and counts as a difference")
  func unreadableClaims() throws {
    let multiplier = try validated(
      """
      // MAE% = 1,5 %
      // EP% = n/a
      // WCE = 4
      module mul2u_zero (input [1:0] A, B, output [3:0] O); assign O = 4'b0; endmodule
      """)
    #expect(multiplier.unreadableClaims.count == 2)
    #expect(multiplier.unreadableClaims[0].contains("circuit.v:1: '1,5' is claimed for mae%"))
    #expect(multiplier.hasDifferences)
  }

  @Test("a relative error that was published by the other convention is told from a wrong one")
  func otherConvention() throws {
    // Always 1: of the 7 pairs with product 0 each has an error of 1; one of the others is right.
    let relative = [1, 2, 3, 2, 4, 6, 3, 6, 9].reduce(0.0) { $0 + (Double($1) - 1) / Double($1) }
    let circuit = """
      // MRE = \(100 * (7 + relative) / 16) %
      // WCRE = 100 %
      // EP = 93.75 %
      module mul2u_one (input [1:0] A, B, output [3:0] O); assign O = 4'b1; endmodule
      """
    let multiplier = try validated(circuit)
    #expect(multiplier.brokenClaims.map(\.claim.metric) == [.mrePercent, .wcrePercent])
    #expect(
      multiplier.conventionNote
        == "mre_percent and wcre_percent as claimed with --relative-error at_least_one")
    #expect(ValidationTable.note(multiplier).contains("with --relative-error at_least_one"))
    let wrong = try validated(circuit.replacing("MRE = ", with: "MRE = 1"))
    #expect(wrong.conventionNote?.hasPrefix("wcre_percent as") ?? false)
    #expect(try validated(circuit.replacing("MRE", with: "MSE")).hasDifferences)
  }
}
