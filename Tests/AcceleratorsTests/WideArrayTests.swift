import Characterization
import ErrorTables
import Files
import Netlists
import QuantizedNetworks
import Randomness
import TestSupport
import Testing

@testable import Accelerators

@Suite("Arrays of words of 9 to 16 bits")
struct WideArrayTests {
  @Test(
    "48 random shapes each, on all sets of instructions: sums, cycles and every bit of the naive array, counts of the closed form",
    arguments: Dataflow.allCases, OperandEncoding.allCases)
  func randomShapes(dataflow: Dataflow, encoding: OperandEncoding) {
    var stream = RandomStream(seed: 31, purpose: .test)
    for trial in 0..<48 {
      let item = ArrayCase<UInt16>(dataflow, trial: trial, encoding: encoding, &stream)
      let (activationBits, weightBits) = (item.spec.operandWidth, item.spec.weightWidth)
      item.expectEqual(
        item.simulate(.exact(for: item.spec), ArrayInstructions.allCases[trial / 2 % 3]),
        item.naive { _, _, activation, weight in
          number(activation, activationBits, encoding) * number(weight, weightBits, encoding)
        })
    }
  }

  /// What a word stands for, by its definition.
  private func number(
    _ word: some BinaryInteger, _ bits: Int, _ encoding: OperandEncoding
  ) -> Int {
    let word = Int(word)
    let half = 1 << (bits - 1)
    return switch encoding {
    case .offset: word
    case .twosComplement: word >= half ? word - 2 * half : word
    case .signMagnitude: word >= half ? half - word : word
    }
  }

  @Test(
    "an approximate multiplier's netlist gives each element the product that its gates give alone",
    arguments: Dataflow.allCases, OperandEncoding.allCases)
  func netlists(dataflow: Dataflow, encoding: OperandEncoding) throws {
    var stream = RandomStream(seed: 32, purpose: .test)
    // Trials of 13 × 6, 16 × 9 and 14 × 15 bits, and of 16 × 3, of which the netlist's weight has more.
    for trial in [4, 7, 13, 31] {
      let item = ArrayCase<UInt16>(dataflow, trial: trial, encoding: encoding, &stream)
      let (activationBits, weightBits) = (item.spec.operandWidth, item.spec.weightWidth)
      let sign = encoding == .signMagnitude ? 1 : 0
      let isSigned = encoding == .twosComplement
      let shape = MultiplierShape(
        width: max(4, activationBits - sign), widthB: max(4, weightBits - sign),
        isSigned: isSigned)
      let family =
        isSigned
        ? try MultiplierFamily.named("r4abm2", parameters: ["columns": 4], shape)
        : try .named("truncated", parameters: ["columns": 3, "compensated": 1], shape)
      let netlist = family.netlist(shape)
      let multiplier = try WideMultiplier(
        netlist, ports: MultiplierPorts(binding: netlist, file: "test"),
        signs: isSigned ? .signed : .unsigned, file: "test", encoding: encoding,
        activationBits: activationBits, weightBits: weightBits)
      item.expectEqual(
        item.simulate(.wide(multiplier), ArrayInstructions.allCases[trial % 3]),
        item.naive { _, _, activation, weight in
          let numbers = (
            number(activation, activationBits, encoding), number(weight, weightBits, encoding)
          )
          guard encoding == .signMagnitude else {
            let mask = (1 << shape.widthA - 1, 1 << shape.widthB - 1)
            return number(
              gates(netlist, numbers.0 & mask.0, numbers.1 & mask.1), shape.widthA + shape.widthB,
              encoding)
          }
          let magnitude = gates(netlist, abs(numbers.0), abs(numbers.1))
          return (numbers.0 < 0) != (numbers.1 < 0) ? -magnitude : magnitude
        })
    }
  }

  /// The word that a netlist's gates give, one vector alone.
  private func gates(_ netlist: Netlist, _ activation: Int, _ weight: Int) -> Int {
    Int(
      NaiveNetlistEvaluation.outputs(
        of: netlist, inputs: [UInt64(activation), UInt64(weight)])[0])
  }

  @Test("a multiplier whose operands are not the words' is refused, and says what they need")
  func refusals() throws {
    let shape = MultiplierShape(width: 12)
    let netlist = try MultiplierFamily.named("exact_dadda", shape).netlist(shape)
    let ports = try MultiplierPorts(binding: netlist, file: "m.v")
    func refused(_ encoding: OperandEncoding, _ bits: (Int, Int)) -> String {
      do {
        _ = try WideMultiplier(
          netlist, ports: ports, signs: .unsigned, file: "m.v", encoding: encoding,
          activationBits: bits.0, weightBits: bits.1)
        return "taken"
      } catch { return "\(error)" }
    }
    #expect(refused(.offset, (12, 12)) == "taken")
    #expect(refused(.signMagnitude, (13, 13)) == "taken")
    #expect(refused(.offset, (12, 3)) == "taken")
    #expect(refused(.signMagnitude, (12, 12)) == "taken")
    #expect(refused(.offset, (12, 13)).contains("need 12 and 13 bits, and 25"))
    #expect(refused(.signMagnitude, (14, 12)).contains("need 13 and 11 bits, and 24"))
    #expect(refused(.twosComplement, (12, 12)).contains("need signed operands"))
  }

  @Test("a product that is wider than its register is named, where operands are wider than words")
  func tooLarge() throws {
    let netlist = try VerilogReader.netlist(
      text:
        "module m(input [11:0] a, input [3:0] b, output [15:0] p); assign p = {a, b}; endmodule",
      file: "m.v", library: GeneratorCells.library)
    let refusal = #expect(throws: InputError.self) {
      _ = try WideMultiplier(
        netlist, ports: MultiplierPorts(binding: netlist, file: "m.v"), signs: .unsigned,
        file: "m.v", encoding: .offset, activationBits: 12, weightBits: 3)
    }
    // 2048 · 16 is the first of a weight of 0 that needs 16 bits.
    #expect(
      "\(try #require(refusal))".contains(
        "the product of words 2048 and 0 is 32768, which does not fit a register of 12 + 3 bits"))
  }
}
