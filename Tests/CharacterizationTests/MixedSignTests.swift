import Characterization
import ErrorTables
import Files
import Netlists
import TestSupport
import Testing

/// A multiplier with one operand in two's complement and one unsigned: a signed one that is a bit
/// wider on the unsigned side, with the low bits of the product cut.
struct MixedCircuit: CustomTestStringConvertible, Sendable {
  let widthA: Int
  let widthB: Int
  let isASigned: Bool
  let cut: Int

  static let all: [MixedCircuit] = [(4, 4), (4, 6), (7, 4)].flatMap { widths in
    [(true, 0), (false, 0), (true, 3), (false, 3)].map { kind in
      MixedCircuit(widthA: widths.0, widthB: widths.1, isASigned: kind.0, cut: kind.1)
    }
  }

  var testDescription: String {
    "\(widthA)x\(widthB) \(isASigned ? "signed" : "unsigned") A, \(cut) bits cut"
  }

  var productWidth: Int { widthA + widthB }

  /// The circuit's Verilog, its operands declared signed or without a sign.
  func text(declared: Bool = true, name: String = "m") -> String {
    let shape = MultiplierShape(
      width: widthA + (isASigned ? 0 : 1), widthB: widthB + (isASigned ? 1 : 0), isSigned: true)
    let inner = MultiplierFamily.exact(.array)
    let netlist = inner.netlist(shape)
    let ports = (netlist.inputs + netlist.outputs).map(\.name)
    func header(_ isSigned: Bool, _ width: Int) -> String {
      "input \(declared && isSigned ? "signed " : "")[\(width - 1):0]"
    }
    let zeros = cut == 0 ? "" : ", \(cut)'b0"
    return """
      module \(name) (\(header(isASigned, widthA)) A, \(header(!isASigned, widthB)) B,
        output [\(productWidth - 1):0] O);
      wire [\(productWidth):0] w;
      \(netlist.name) u (.\(ports[0])(\(isASigned ? "A" : "{1'b0, A}")),
        .\(ports[1])(\(isASigned ? "{1'b0, B}" : "B")), .\(ports[2])(w));
      assign O = {w[\(productWidth - 1):\(cut)]\(zeros)};
      endmodule
      """ + "\n" + inner.verilog(shape)
  }

  /// The product's word by integers.
  func product(_ a: Int, _ b: Int) -> UInt64 {
    let numberA = isASigned && a >> (widthA - 1) == 1 ? a - 1 << widthA : a
    let numberB = !isASigned && b >> (widthB - 1) == 1 ? b - 1 << widthB : b
    let kept = ((numberA * numberB) >> cut) << cut
    return UInt64(kept & (1 << productWidth - 1))
  }

  var naive: NaiveErrorMetrics {
    NaiveErrorMetrics(
      widthA: widthA, widthB: widthB, productWidth: productWidth, signs: (isASigned, !isASigned),
      atLeastOne: false, product: product)
  }

  func validated(
    _ text: String, _ change: (inout ValidationOptions) -> Void = { _ in }
  ) throws -> ValidatedMultiplier {
    let folder = try TemporaryFolder()
    let file = try folder.write(text, to: "m.v")
    var options = ValidationOptions()
    change(&options)
    return try MultiplierValidation(options: options, library: GeneratorCells.library, jobs: 2)
      .validate(file)
  }
}

@Suite("Multipliers of mixed signs")
struct MixedSignTests {
  @Test("all pairs give the metrics of the integers' definitions", arguments: MixedCircuit.all)
  func metrics(circuit: MixedCircuit) throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(circuit.text(), to: "m.v")
    var options = ValidationOptions()
    options.reference = .exact
    let validation = MultiplierValidation(
      options: options, library: GeneratorCells.library, jobs: 2)
    let found = try validation.validate(file)
    let naive = circuit.naive
    #expect(!found.sign.isGuessed)
    #expect(found.format.signs == OperandSigns(a: circuit.isASigned, b: !circuit.isASigned))
    let sums = found.metrics.sums
    #expect(sums.errorCount == UInt64(naive.errorCount))
    #expect((sums.errorCount == 0) == (circuit.cut == 0))
    #expect(sums.absoluteErrors == naive.absolute && sums.errors == naive.signed)
    #expect(sums.squaredErrors == naive.squared && sums.worstError == naive.worst)
    #expect(sums.relativeCount == UInt64(naive.relativeCount))
    #expect(sums.worstRelativeError == naive.worstRelative)
    let largest =
      circuit.isASigned
      ? (1 << (circuit.widthA - 1)) * (1 << circuit.widthB - 1)
      : (1 << circuit.widthA - 1) * (1 << (circuit.widthB - 1))
    #expect(found.format.maximumExactProduct == UInt64(largest))
    if circuit.cut == 0 {
      #expect(found.equivalence == .equivalent(pairs: 1 << UInt64(circuit.productWidth)))
    } else {
      // The first pair whose product is no multiple of 2^cut: 1 · 1.
      let expected = ProductDifference(a: 1, b: 1, product: 0, expected: 1)
      #expect(found.equivalence == .different(expected))
    }
    let profile = try ErrorProfile(of: found, sample: options.sample)
    let magnitudes = profile.byA.reduce(0.0) { $0 + $1.meanMagnitude } / Double(profile.countA)
    #expect(abs(magnitudes - found.metrics.meanErrorDistance) <= 1e-9)
  }

  @Test(
    "iverilog's signed arithmetic adds up the same errors",
    .enabled(if: Referee.isInstalled("iverilog")),
    arguments: MixedCircuit.all)
  func iverilog(circuit: MixedCircuit) throws {
    let pairs = 1 << circuit.productWidth
    let exact =
      circuit.isASigned ? "$signed(a) * $signed({1'b0, b})" : "$signed({1'b0, a}) * $signed(b)"
    let bench = """
      module bench;
      reg [\(circuit.widthA - 1):0] a; reg [\(circuit.widthB - 1):0] b;
      wire [\(circuit.productWidth - 1):0] o;
      m dut (.A(a), .B(b), .O(o));
      integer i, exact, error, sum, total;
      initial begin
        sum = 0; total = 0;
        for (i = 0; i < \(pairs); i = i + 1) begin
          {b, a} = i; #1
          exact = \(exact);
          error = $signed(o) - exact;
          sum = sum + error; total = total + (error < 0 ? -error : error);
        end
        $display("%0d %0d", sum, total);
      end
      endmodule
      """
    let printed = try Referee.iverilog(
      circuit.text(declared: false) + "\n" + bench,
      files: [Repository.path("HardwareSpecs/Cells/ptm45.v")])
    let naive = circuit.naive
    let sums = printed.split(whereSeparator: \.isWhitespace)
    #expect(sums == ["\(naive.signed)", "\(naive.absolute)"])
  }

  @Test("undeclared mixed operands are found by their errors, and said as --sign says them")
  func guessed() throws {
    for isASigned in [true, false] {
      let circuit = MixedCircuit(widthA: 6, widthB: 5, isASigned: isASigned, cut: 3)
      let text = circuit.text(declared: false)
      let guessed = try circuit.validated(text)
      #expect(guessed.sign.isGuessed)
      #expect(guessed.metrics.sums.absoluteErrors == circuit.naive.absolute)
      #expect(
        ValidationTable.note(guessed).contains(
          isASigned ? "read as signed × unsigned, by its errors" : "read as unsigned × signed"))
      let said = try circuit.validated(text) {
        $0.sign = isASigned ? .signedUnsigned : .unsignedSigned
      }
      #expect(!said.sign.isGuessed && said.metrics == guessed.metrics)
      // What the user says counts for more than the name.
      let named = circuit.text(declared: false, name: "mul8u_m")
      #expect(try circuit.validated(named).format.signs == .unsigned)
      let both = try circuit.validated(named) {
        $0.sign = isASigned ? .signedUnsigned : .unsignedSigned
      }
      #expect(both.metrics == guessed.metrics)
    }
  }

  @Test("a sample and a distribution of operands read each operand by its own sign")
  func weighed() throws {
    let circuit = MixedCircuit(widthA: 4, widthB: 6, isASigned: false, cut: 3)
    let folder = try TemporaryFolder()
    let file = try folder.write(circuit.text(), to: "m.v")
    let netlist = try NetlistReader.netlist(contentsOf: file, library: GeneratorCells.library)
    let simulation = MultiplierSimulation(
      netlist, ports: try MultiplierPorts(binding: netlist, file: file))
    let signs = OperandSigns(a: false, b: true)
    // Uniform: the metrics are those of all pairs.
    let rows = (0..<16).map { "a,\($0),1" } + (0..<64).map { "b,\($0),1" }
    let csv = try folder.write(
      "operand,word,count\n" + rows.joined(separator: "\n") + "\n", to: "h.csv")
    let weighed = try simulation.metrics(
      under: OperandHistogram(contentsOf: csv, widthA: 4, widthB: 6), signs: signs, file: file,
      jobs: 1)
    let pairs = 1024.0
    #expect(abs(weighed.bias - Double(circuit.naive.signed) / pairs) < 1e-9)
    #expect(abs(weighed.meanErrorDistance - Double(circuit.naive.absolute) / pairs) < 1e-9)
    let sampled = try simulation.sums(
      of: .init(count: 1 << 16, seed: 5), signs: signs, convention: .nonzeroExact, jobs: 1)
    let metrics = ErrorMetrics(
      sampled, format: simulation.ports.format(signs), convention: .nonzeroExact)
    // Three half-widths of a 95 % interval.
    let distance = metrics.meanErrorDistance - Double(circuit.naive.absolute) / pairs
    #expect(abs(distance) < 3 * metrics.meanErrorInterval)
    #expect(metrics.worstCaseError == circuit.naive.worst)
  }
}
