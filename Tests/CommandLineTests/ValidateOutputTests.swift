import Files
import Foundation
import TestSupport
import Testing

@Suite("what axtrain validate shows on a terminal")
struct ValidateOutputTests {
  private let cells = Repository.path("HardwareSpecs/Cells/ptm45.lib")

  private func lines(_ arguments: [String]) throws -> [String] {
    let run = try AxTrainProgram.run(
      ["validate", "--cells", cells, "--technology", "none"] + arguments)
    #expect(run.status == 0, "\(run.errors)")
    return run.output.split(separator: "\n").map(String.init)
  }

  private func generated(_ arguments: [String], in folder: TemporaryFolder) throws -> String {
    let path = folder.file("m.v")
    let run = try AxTrainProgram.run(["generate"] + arguments + ["--output", path])
    #expect(run.status == 0, "\(run.errors)")
    return path
  }

  @Test("a row shows widths and sign, and fits 80 columns")
  func widthsAndSign() throws {
    let folder = try TemporaryFolder()
    let path = try generated(
      ["exact_dadda", "--width", "6", "--width-b", "4", "--signed"], in: folder)
    let lines = try lines([path])
    #expect(lines[0].contains("bits") && lines[2].contains("6x4s"), "\(lines)")
    #expect(lines.allSatisfy { $0.count <= 80 })
  }

  @Test("a row of a sample says so itself")
  func sampled() throws {
    let folder = try TemporaryFolder()
    let text = (0..<18).map { "assign p[\($0)] = a[\($0)] & b[\($0)];" }.joined(separator: "\n")
    let path = try folder.write(
      "module m (input [17:0] a, input [17:0] b, output [17:0] p);\n\(text)\nendmodule\n",
      to: "m.v")
    let lines = try lines([path, "--samples", "4096", "--sign", "unsigned"])
    #expect(lines[2].hasSuffix("  sampled"), "\(lines)")
  }

  @Test("the meaning of cells that only the built-in kit defines is said")
  func kitCells() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      """
      module m (input [1:0] a, input [1:0] b, output [3:0] p);
        MUX2X1 u1 (.A(1'b0), .B(a[0]), .S(b[0]), .Y(p[0]));
        AND2X1 u2 (a[1], b[1], p[1]);
        assign p[3:2] = 2'b00;
      endmodule
      """, to: "m.v")
    let text = try lines([path]).joined(separator: " ")
    #expect(
      text.contains("cells of the built-in 45 nm kit: MUX2X1 (Y = S ? B : A), AND2X1"), "\(text)")
  }

  @Test("a reference of other widths is refused with the file that does not fit it")
  func otherWidths() throws {
    let folder = try TemporaryFolder()
    let path = try generated(["exact_dadda", "--width", "4"], in: folder)
    let reference = Repository.path("HardwareSpecs/Multipliers/mul8u_exact_dadda.v")
    let run = try AxTrainProgram.run(["validate", path, "--cells", cells, "--against", reference])
    #expect(run.status == 65)
    #expect(run.errors.contains("\(path): error: 'mul4u_exact_dadda' multiplies 4 by 4 bits"))
  }
}
