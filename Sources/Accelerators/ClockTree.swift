import Quantities
import QuantizedNetworks
import Technology

/// The clock's way to an array's flip-flops: inverters that drive four inputs each, as the measured one
/// does, and a clock gate before each register that is not clocked in every cycle.
///
/// A tree over n inputs has n/4 + n/16 + … = n/3 inverters. A clock gate is a latch for the enable and an
/// AND of it and the clock (Weste, Harris, *CMOS VLSI Design*, 4th ed., section 10.3.2): the inverter of
/// the latch's clock, which moves twice a cycle whether the register is clocked or not, and a NAND2 with an
/// inverter, which move twice where it is. Before the gates the tree moves in every cycle, behind them
/// with their register.
///
/// The accumulator bank's gates are a decoder, four of them behind each: a column writes one vector a
/// cycle, so that the gates on the way to it move, and the latches that hang on these.
///
/// Not counted: enables that change, wires within an element and within the bank.
public struct ClockTree: Sendable, Hashable {
  /// Inputs that an inverter, or a gate of the bank, drives.
  private static let fanOut = 4
  /// Inverters of a tree for each of its inputs: the sum of all powers of 1/4.
  private static let invertersPerInput = 1.0 / Double(fanOut - 1)

  private let spec: AcceleratorSpec
  private let registers: ElementRegisters
  /// From the gate of a column's bank to that of a vector.
  private let bankLevels: Int
  private let bankGatesOfColumn: Int

  public init(of spec: AcceleratorSpec) {
    self.spec = spec
    registers = ElementRegisters(of: spec)
    var (gates, levels, width) = (spec.bankVectors, 1, spec.bankVectors)
    while width > 1 {
      width = (width + Self.fanOut - 1) / Self.fanOut
      gates += width
      levels += 1
    }
    (bankGatesOfColumn, bankLevels) = (gates, levels)
  }

  /// Clock gates of an element.
  var gatesOfElement: Int { registers.gated.count }
  /// All clock gates.
  public var gates: Int {
    spec.processingElements * gatesOfElement + spec.columns * bankGatesOfColumn
  }
  /// Inverters of the tree for each element: those behind its gates, and those before its gates, whose
  /// latch and NAND2 are two inputs, and its valid bits.
  var invertersOfElement: Double {
    let inputs = registers.gated.reduce(0, +) + 2 * gatesOfElement + registers.validBits
    return Double(inputs) * Self.invertersPerInput
  }
  /// All inverters of trees, those of the gates aside.
  public var treeInverters: Double {
    Double(spec.processingElements) * invertersOfElement
      + Double(spec.columns * (2 + spec.bankVectors * spec.accumulator.width))
      * Self.invertersPerInput
  }
  /// All inverters: those of trees, and of each gate three of its latch and that of its AND. As many NAND2
  /// as gates.
  var inverters: Double { treeInverters + Double(4 * gates) }

  /// Area in inverters and NAND2: the latch's two transmission gates are of an inverter's transistors each.
  public var inverterAreas: Double { inverters + Double(2 * gates) }

  /// Transitions of inverters and of NAND2.
  func transitions(of counts: AccessCounts) -> (inverters: Double, nands: Double) {
    let (elements, columns) = (Double(spec.processingElements), Double(spec.columns))
    let writes = Double(counts.bankBitsWritten) / Double(spec.accumulator.width)
    let gatedBits = Double(
      counts.registerBitClocks
        - spec.processingElements * registers.validBits * counts.clockedCycles)
    // In every cycle of the array: what is before the gates, and the latches' own inverters.
    let inputs =
      elements * Double(2 * gatesOfElement + registers.validBits) + 2 * columns
    let always =
      inputs * Self.invertersPerInput + elements * Double(gatesOfElement) + columns
    // On the way to a vector of the bank: gates, and the latches behind all of them but the last.
    let path = bankLevels + Self.fanOut * (bankLevels - 1)
    let ands = Double(counts.gatedClocks) + writes * Double(bankLevels)
    return (
      2
        * (always * Double(counts.clockedCycles) + gatedBits * Self.invertersPerInput
          + Double(counts.gatedClocks) + writes * Double(path)),
      2 * ands
    )
  }

  /// Of wires to all elements, which lie in a square, from the side of one: an H has three bars of half
  /// the side of what it serves, and each of its four ends begins the next H, so that n elements take
  /// 3/2·√n·(√n − 1) sides.
  func wireLength(side: Double) -> Double {
    let root = Double(spec.processingElements).squareRoot()
    return 1.5 * root * (root - 1) * side
  }
}
