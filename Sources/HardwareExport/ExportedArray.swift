import Accelerators
import Files
import Netlists

/// An array with its multiplier as Verilog-2001, and a testbench that runs a matrix product on it.
///
/// `Documentation/FileFormats.md` lists the files, `Documentation/Models.md` draws the cycles.
package struct ExportedArray: Sendable {
  package let design: ArrayDesign
  package let multiplier: ExportedMultiplier
  private let words: MatrixWords
  private let provenance: [String]

  /// - Parameter provenance: lines of the testbench's comment that say where things come from.
  /// - Throws: `InputError` 64 if the product is too large; see `MatrixWords.check`.
  package init(
    _ design: ArrayDesign, multiplier: ExportedMultiplier, words: MatrixWords, provenance: [String]
  ) throws {
    try MatrixWords.check(words.shape, on: design)
    self.design = design
    self.multiplier = multiplier
    self.words = words
    self.provenance = provenance
  }

  /// The files by name, in the order in which they are described.
  package func files() -> [(name: String, text: String)] {
    let modules = moduleFiles()
    return modules + [
      ("design.f", modules.map { $0.name + "\n" }.joined()),
      ("testbench.v", testbench()),
    ] + vectorFiles()
  }

  /// What synthesis reads.
  private func moduleFiles() -> [(name: String, text: String)] {
    var files = [
      ("axtrain_top.v", filled(design.isOutputStationary ? .outputTop : .stationaryTop))
    ]
    let parts: [(String, VerilogSource, VerilogSource)] = [
      ("controller", .outputController, .stationaryController),
      ("array", .outputArray, .stationaryArray), ("element", .outputElement, .stationaryElement),
      ("bank", .outputBank, .stationaryBank),
    ]
    for (name, output, stationary) in parts {
      files.append(("axtrain_\(name).v", (design.isOutputStationary ? output : stationary).text))
    }
    files += [
      ("axtrain_skew.v", VerilogSource.skew.text),
      ("axtrain_accumulate.v", VerilogSource.accumulate.text),
      (
        "axtrain_multiply.v",
        multiplier.multiplyModule(rowIsActivation: design.dataflow != .inputStationary)
      ),
    ]
    if case .netlist(let netlist, _, let library) = multiplier.circuit {
      files += [
        (
          "multiplier.v",
          VerilogWriter.text(
            of: netlist, library: library, header: ["The multiplier \(multiplier.name)."])
        ),
        (
          "cells.v",
          "// What the cells of the multiplier compute.\n\n"
            + CellModels.text(of: netlist, library: library)
        ),
      ]
    }
    return files
  }

  private func testbench() -> String {
    let lines = provenance.map { "// " + InputError.printable($0) + "\n" }.joined()
    return lines + "//\n" + filled(.testbench)
  }

  private func vectorFiles() -> [(name: String, text: String)] {
    let layout = BufferLayout(words.shape, on: design)
    let sums = words.accumulators(multiplier, design.accumulator)
    return [
      ("rows.hex", HexWords.text(layout.rows(words), bits: rowBits)),
      ("columns.hex", HexWords.text(layout.columns(words), bits: columnBits)),
      ("sums.hex", HexWords.text(sums, bits: design.accumulator.width)),
    ]
  }

  private var rowBits: Int {
    design.dataflow == .inputStationary ? multiplier.weightBits : multiplier.activationBits
  }
  private var columnBits: Int { multiplier.productBits - rowBits }

  /// A template with this array's numbers.
  private func filled(_ source: VerilogSource) -> String {
    let (shape, mapping) = (words.shape, design.mapping(words.shape))
    let layout = BufferLayout(shape, on: design)
    let bankSlotBits = Self.bits(design.bankVectors)
    let exchanged = design.dataflow == .inputStationary
    let texts = [
      "SUMMARY": "\(design.dataflow.rawValue), \(multiplier.encoding.rawValue) words",
      "MOVING": exchanged ? "weights, transposed" : "activations",
      "STATIONARY": exchanged ? "activations, transposed" : "weights",
    ]
    let numbers = [
      "ROWS": design.rows, "COLUMNS": design.columns, "ROW_BITS": rowBits,
      "COLUMN_BITS": columnBits, "PRODUCT_BITS": multiplier.productBits,
      "SUM_BITS": design.accumulator.width, "SIGNED": multiplier.isSigned ? 1 : 0,
      "SATURATE": design.accumulator.overflow == .saturate ? 1 : 0,
      "BANK_VECTORS": design.bankVectors, "BANK_SLOT_BITS": bankSlotBits,
      "SLOT_BITS": design.isOutputStationary ? Self.bits(design.rows) : bankSlotBits,
      "SIZE_BITS": MatrixWords.sizeBits, "ADDRESS_BITS": MatrixWords.addressBits, "M": shape.m,
      "K": shape.k, "N": shape.n, "ROW_DEPTH": layout.rowDepth,
      "COLUMN_DEPTH": layout.columnDepth, "VECTORS": mapping.vectors, "DEPTH": mapping.depth,
      "OUTPUTS": mapping.outputs, "VECTOR_STEP": exchanged ? 1 : shape.n,
      "OUTPUT_STEP": exchanged ? shape.n : 1, "CYCLES": design.cycles(shape),
      "LAST_OUTPUT_CYCLE": design.lastOutputCycle(shape),
    ]
    return source.filled(texts: texts, numbers: numbers)
  }

  /// Bits of the numbers 0 … count − 1, at least 1.
  private static func bits(_ count: Int) -> Int {
    max(1, Int.bitWidth - (count - 1).leadingZeroBitCount)
  }
}

extension ArrayDesign {
  var isOutputStationary: Bool { dataflow == .outputStationary }
}
