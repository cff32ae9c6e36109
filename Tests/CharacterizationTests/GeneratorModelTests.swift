import Netlists
import Testing

@Suite("Generated multipliers")
struct GeneratorModelTests {
  @Test(
    "an 8-bit netlist gives its integer model's product on all 65,536 pairs",
    arguments: [false, true])
  func eightBits(isSigned: Bool) throws {
    let shape = MultiplierShape(width: 8, isSigned: isSigned)
    for family in try GeneratorSample.families(shape) {
      #expect(try GeneratorSample.firstDifference(family, shape) == nil)
    }
  }

  @Test(
    "netlists of 4, 5, 7 bits and of unequal operands give their models' products on all pairs",
    arguments: [(4, 4), (5, 5), (7, 7), (4, 6), (7, 5)])
  func otherWidths(widthA: Int, widthB: Int) throws {
    for isSigned in [false, true] {
      let shape = MultiplierShape(width: widthA, widthB: widthB, isSigned: isSigned)
      for family in try GeneratorSample.families(shape) {
        #expect(try GeneratorSample.firstDifference(family, shape) == nil)
      }
    }
  }

  @Test(
    "netlists of every width from 4 to 16 give their models' products on 512 seeded pairs",
    arguments: MultiplierShape.widths)
  func everyWidth(width: Int) throws {
    for isSigned in [false, true] {
      let shape = MultiplierShape(width: width, isSigned: isSigned)
      for family in try GeneratorSample.families(shape) {
        #expect(GeneratorSample.firstSampledDifference(family, shape) == nil)
      }
    }
  }

  @Test(
    "a wide operand and a narrow one give their model's product", arguments: [(16, 4), (5, 16)])
  func unequalWidths(widthA: Int, widthB: Int) throws {
    for isSigned in [false, true] {
      let shape = MultiplierShape(
        width: widthA, widthB: widthB, isSigned: isSigned, adder: .brentKung)
      for family in try GeneratorSample.families(shape) {
        #expect(GeneratorSample.firstSampledDifference(family, shape) == nil)
      }
    }
  }

  @Test("exact architectures with every final adder give a·b, signed and unsigned")
  func exactAdders() throws {
    for adder in AdderFamily.exactAdders {
      for isSigned in [false, true] {
        for (widthA, widthB) in [(4, 4), (6, 5), (8, 8)] {
          let shape = MultiplierShape(
            width: widthA, widthB: widthB, isSigned: isSigned, adder: adder)
          for architecture in ExactArchitecture.allCases {
            let family = MultiplierFamily.exact(architecture)
            #expect(try GeneratorSample.firstDifference(family, shape) == nil)
          }
        }
      }
    }
  }

  @Test("approximate families keep their function under every final adder")
  func approximateAdders() throws {
    for adder in AdderFamily.exactAdders where adder != .ripple {
      for isSigned in [false, true] {
        let shape = MultiplierShape(width: 5, isSigned: isSigned, adder: adder)
        for family in try GeneratorSample.families(shape) {
          #expect(try GeneratorSample.firstDifference(family, shape) == nil)
        }
      }
    }
  }

  @Test("every width of 4 to 16 builds, without a gate that reaches no output or reads a constant")
  func widths() throws {
    for width in MultiplierShape.widths {
      for isSigned in [false, true] {
        let shape = MultiplierShape(width: width, isSigned: isSigned)
        for family in try GeneratorSample.families(shape) {
          let netlist = family.netlist(shape)
          var isRead = [Bool](repeating: false, count: netlist.netCount)
          for gate in netlist.gates {
            for input in gate.inputs { isRead[Int(input.index)] = true }
          }
          for port in netlist.outputs {
            for bit in port.bits where bit > Netlist.constantOne {
              isRead[Int(bit.index)] = true
            }
          }
          #expect(!isRead[0] && !isRead[1], "\(netlist.name) has a gate on a constant")
          // A full adder's carry may end at the top; no other output may.
          let unread = netlist.gates.filter { !isRead[Int($0.output.index)] }
          #expect(unread.allSatisfy { $0.pin == "CO" || $0.pin == "S" }, "\(netlist.name)")
        }
      }
    }
  }
}
