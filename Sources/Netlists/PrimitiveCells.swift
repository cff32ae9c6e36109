/// The cells that operators and gate primitives of a source text become: functions without area,
/// named as the gate primitives of Verilog.
///
/// A gate of 3 to 6 inputs is a cell of its own, named by its function and how many inputs it has:
/// `and3`. Pins are A, B, C … → Y; a multiplexer is Y = S ? B : A.
public enum PrimitiveCells {
  /// A function of any number of inputs.
  package enum Function: String, CaseIterable, Sendable {
    case and, nand, or, nor, xor, xnor

    /// The function that joins groups of inputs, before the last gate of a tree.
    var joining: Function {
      switch self {
      case .and, .nand: .and
      case .or, .nor: .or
      case .xor, .xnor: .xor
      }
    }

    func value(ones: Int, of count: Int) -> Bool {
      switch self {
      case .and: ones == count
      case .nand: ones != count
      case .or: ones > 0
      case .nor: ones == 0
      case .xor: ones % 2 == 1
      case .xnor: ones % 2 == 0
      }
    }
  }

  /// The most inputs of a cell; wider gates become trees.
  package static let maximumInputs = 6

  /// Y = A.
  public static let buffer = cell("buf", 1, 0b10)
  /// Y = ¬A.
  public static let inverter = cell("not", 1, 0b01)
  /// Y = S ? B : A.
  public static let multiplexer = LibraryCell(
    name: "mux", area: nil, inputs: ["A", "B", "S"],
    outputs: [.init(pin: "Y", inputs: [0, 1, 2], truthTable: 0b1100_1010)])

  /// All of them, as a library.
  public static let library = CellLibrary(
    name: "primitives",
    cells: [buffer, inverter, multiplexer]
      + Function.allCases.flatMap { function in
        (2...maximumInputs).map { gate(function, inputs: $0) }
      })

  /// The gate of a function with 1 to 6 inputs; of one input it is the buffer or the inverter.
  package static func gate(_ function: Function, inputs count: Int) -> LibraryCell {
    precondition((1...maximumInputs).contains(count), "a cell has 1 to 6 inputs")
    if count == 1 { return function.value(ones: 1, of: 1) ? buffer : inverter }
    var truthTable: UInt64 = 0
    for pattern in 0..<UInt64(1) << UInt64(count)
    where function.value(ones: pattern.nonzeroBitCount, of: count) {
      truthTable |= 1 << pattern
    }
    let name = count == 2 ? function.rawValue : "\(function.rawValue)\(count)"
    return cell(name, count, truthTable)
  }

  private static func cell(_ name: String, _ count: Int, _ truthTable: UInt64) -> LibraryCell {
    LibraryCell(
      name: name, area: nil, inputs: ["A", "B", "C", "D", "E", "F"].prefix(count).map { $0 },
      outputs: [.init(pin: "Y", inputs: Array(0..<count), truthTable: truthTable)])
  }
}
