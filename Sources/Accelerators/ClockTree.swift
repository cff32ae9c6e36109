import Quantities
import QuantizedNetworks
import Technology

/// The clock's way to an array's flip-flops: inverters that drive four inputs each, as the measured one
/// does, and a clock gate before each register that is not clocked in every cycle.
///
/// A clock gate is a latch for the enable and an AND of it and the clock (Weste, Harris, *CMOS VLSI
/// Design*, 4th ed., section 10.3.2): the inverter of the latch's clock, which moves twice a cycle whether
/// the register is clocked or not, and a NAND2 with an inverter, which move twice where it is; the clock
/// drives the two inputs of latch and NAND2. Before the gates the tree moves in every cycle of the array,
/// behind them with their register.
///
/// The accumulator bank's gates are a decoder, up to four of them behind each: a column writes one vector
/// a cycle, so that the gates on the way to it move, and what hangs on these.
///
/// Each transition counts as one of a measured cell with its load of four, although a gate's NAND2 drives
/// one inverter. Not counted: enables that change, wires within an element and within the bank.
public struct ClockTree: Sendable, Hashable {
  /// Inputs that an inverter drives, and gates behind a gate of the bank.
  private static let fanOut = 4

  private let spec: AcceleratorSpec
  private let registers: ElementRegisters
  /// Before the gates of all elements and columns, and their valid bits.
  private let rootInverters: Int
  private let bank: GateDecoder

  public init(of spec: AcceleratorSpec) {
    self.spec = spec
    registers = ElementRegisters(of: spec)
    bank = GateDecoder(vectors: spec.bankVectors)
    rootInverters = Self.inverters(
      driving: spec.processingElements * (2 * registers.gated.count + registers.validBits)
        + 2 * spec.columns)
  }

  /// Inverters between what drives up to four inputs, such as the AND of a clock gate, and so many inputs:
  /// level by level, each as many as there are fours of the level before.
  static func inverters(driving inputs: Int) -> Int {
    var (all, level) = (0, inputs)
    while level > fanOut {
      level = (level + fanOut - 1) / fanOut
      all += level
    }
    return all
  }

  /// Clock gates of an element.
  var gatesOfElement: Int { registers.gated.count }
  /// All clock gates.
  public var gates: Int {
    spec.processingElements * gatesOfElement + spec.columns * bank.gates
  }
  private var invertersBehindGates: Int {
    registers.gated.reduce(0) { $0 + Self.inverters(driving: $1) }
  }
  /// Inverters of the tree for each element: those behind its gates, and its share of those before.
  var invertersOfElement: Double {
    Double(invertersBehindGates) + Double(rootInverters) / Double(spec.processingElements)
  }
  /// All inverters of trees, those of the gates aside.
  public var treeInverters: Int {
    let behindVector = Self.inverters(driving: spec.accumulator.width)
    return rootInverters + spec.processingElements * invertersBehindGates
      + spec.columns * (bank.inverters + spec.bankVectors * behindVector)
  }
  /// All inverters: those of trees, and of each gate three of its latch and that of its AND. As many NAND2
  /// as gates.
  var inverters: Int { treeInverters + 4 * gates }

  /// Area in inverters, beside the NAND2: the latch's two transmission gates have an inverter's transistors
  /// each.
  public var inverterAreas: Int { inverters + 2 * gates }

  /// Area of all inverters and gates, of cells of these areas.
  ///
  /// - Parameter gate: of a laid-out clock gate; nil: of the inverters and the NAND2 that it is made of.
  public func area(inverter: Area, nand: Area, gate: Area?) -> Area {
    if let gate { return Double(treeInverters) * inverter + Double(gates) * gate }
    return Double(inverterAreas) * inverter + Double(gates) * nand
  }

  /// Transitions of inverters and of NAND2.
  func transitions(of counts: AccessCounts) -> (inverters: Double, nands: Double) {
    let writes = Double(counts.bankBitsWritten) / Double(spec.accumulator.width)
    // In every cycle of the array: what is before the gates, and the latches that hang on it.
    let always = rootInverters + spec.processingElements * gatesOfElement + spec.columns
    let behindVector = Self.inverters(driving: spec.accumulator.width)
    let path = Double(bank.levels + behindVector) + bank.meanLatches + bank.meanInverters
    return (
      2
        * (Double(always) * Double(counts.clockedCycles) + Double(counts.gatedClocks)
          + Double(counts.gatedInverters) + writes * path),
      2 * (Double(counts.gatedClocks) + writes * Double(bank.levels))
    )
  }

  /// Of wires to all elements, from the side of one: a wire from the middle of the array to those of its
  /// halves, cut across its longer side, and so on in each. An H-tree, 3/2·√n·(√n − 1) sides for a square of
  /// n = 4ᵏ elements.
  func wireLength(side: Double) -> Double {
    struct Part: Hashable {
      let longer: Int
      let shorter: Int

      init(_ a: Int, _ b: Int) { (longer, shorter) = (max(a, b), min(a, b)) }
    }
    var known: [Part: Double] = [:]
    func sides(_ part: Part) -> Double {
      if part.longer == 1 { return 0 }
      if let length = known[part] { return length }
      let half = part.longer / 2
      let length =
        Double(part.longer) / 2 + sides(Part(half, part.shorter))
        + sides(Part(part.longer - half, part.shorter))
      known[part] = length
      return length
    }
    return sides(Part(spec.rows, spec.columns)) * side
  }

  /// The clock gates of a column's bank: one for each vector, one before each four of these, and so on to
  /// one.
  private struct GateDecoder: Sendable, Hashable {
    let gates: Int
    /// Gates on the way to a vector.
    let levels: Int
    /// Between gates, all of them; a gate is two inputs.
    let inverters: Int
    /// On the way to a vector, the mean over all: latches that hang on its gates, but the last, and
    /// inverters between its gates and those behind.
    let meanLatches: Double
    let meanInverters: Double

    init(vectors: Int) {
      var (gates, levels, inverters) = (vectors, 1, 0)
      var (latches, moved) = (0, 0)
      var (width, span) = (vectors, ClockTree.fanOut)
      while width > 1 {
        let before = (width + ClockTree.fanOut - 1) / ClockTree.fanOut
        for gate in 0..<before {
          let behind = min(ClockTree.fanOut, width - gate * ClockTree.fanOut)
          let reached = min(span, vectors - gate * span)
          let between = ClockTree.inverters(driving: 2 * behind)
          inverters += between
          latches += reached * behind
          moved += reached * between
        }
        gates += before
        levels += 1
        (width, span) = (before, span * ClockTree.fanOut)
      }
      (self.gates, self.levels, self.inverters) = (gates, levels, inverters)
      meanLatches = Double(latches) / Double(vectors)
      meanInverters = Double(moved) / Double(vectors)
    }
  }
}
