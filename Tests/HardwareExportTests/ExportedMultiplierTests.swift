import Accelerators
import Files
import HardwareExport
import Netlists
import QuantizedNetworks
import Randomness
import TestSupport
import Testing

@Suite("Multipliers of exported arrays")
struct ExportedMultiplierTests {
  /// A broken array, whose operands have different roles, behind a header of its own.
  private func wrapped(_ header: String, _ body: String, width: Int = 4) throws -> String {
    let family = MultiplierFamily.brokenArray(vertical: 2, horizontal: 1)
    let name = family.moduleName(MultiplierShape(width: width))
    return family.verilog(width: width) + "\nmodule \(header);\n"
      + body.replacing("inner", with: "\(name) inner") + "endmodule\n"
  }

  private func multiplier(
    _ text: String, encoding: OperandEncoding = .offset, bits: Int = 4
  ) throws -> ExportedMultiplier {
    try ExportedMultiplier(
      VerilogReader.netlist(text: text, file: "m.v", library: GeneratorCells.library),
      file: "m.v", library: GeneratorCells.library, sign: .unsigned, encoding: encoding,
      activationBits: bits, weightBits: bits)
  }

  @Test(
    "operands that are declared in the other order, or as single bits, come to their words",
    .enabled(if: Referee.isInstalled("iverilog"), "iverilog is not installed"),
    arguments: Dataflow.allCases)
  func ports(dataflow: Dataflow) throws {
    let turned = try wrapped(
      "turned (input [3:0] b, input [3:0] a, output [7:0] y)", "  inner (.a(a), .b(b), .p(y));\n")
    // Two bits of the product are the same net.
    let bits = try wrapped(
      "bits (input b0, b1, b2, b3, a0, a1, a2, a3, output p0, p1, p2, p3, p4, p5, p6, p7)",
      """
        wire p0_is_p1;
        inner (.a({a3, a2, a1, a0}), .b({b3, b2, b1, b0}),
          .p({p7, p6, p5, p4, p3, p2, p1, p0_is_p1}));
        assign p0 = p1;

      """)
    var stream = RandomStream(seed: 31, purpose: .test)
    for text in [turned, bits] {
      let sample = try SampleExport(
        dataflow, .offset, overflow: .wrap, multiplier: multiplier(text), from: &stream)
      let folder = try TemporaryFolder()
      let printed = try RunningExports.iverilog(RunningExports.write(sample.exported, to: folder))
      #expect(RunningExports.passes(printed), "\(sample.description): \(printed)")
    }
  }

  @Test("names of the array's modules, wide operands and products that do not fit are refused")
  func refusals() throws {
    func message(
      _ header: String, _ body: String = "  inner (.a(a), .b(b), .p(p));\n", width: Int = 4,
      bits: Int = 3
    ) -> String {
      do {
        _ = try multiplier(wrapped(header, body, width: width), bits: bits)
        return ""
      } catch { return "\(error)" }
    }
    func ports(_ name: String, _ width: Int = 4, product: Int = 8) -> String {
      "\(name) (input [\(width - 1):0] a, b, output [\(product - 1):0] p)"
    }
    #expect(message(ports("m")).isEmpty)
    #expect(message(ports("axtrain_Top")).contains("begin with 'axtrain_'"))
    #expect(
      message(ports("m", 9, product: 18), width: 9).contains("operands of 9 and 9 bits"))
    #expect(
      message(ports("m", product: 7), "  wire q; inner (.a(a), .b(b), .p({q, p}));\n")
        .contains("a product of 7"))
    #expect(message(ports("m"), bits: 5).contains("at least 5 × 5 bits"))
    #expect(
      message(ports("m"), "  wire q; assign p[7] = 1'b1; inner (.a(a), .b(b), .p({q, p[6:0]}));\n")
        .contains("words 0 and 0 is 128, which does not fit a register of 3 + 3 bits"))
  }
}
