import Accelerators
import Files
import Netlists

/// An array with its multiplier as Verilog-2001, and a testbench that runs a matrix product on it.
///
/// `Documentation/FileFormats.md` lists the files, `Documentation/Models.md` draws the cycles.
package struct ExportedArray: Sendable {
  package let spec: AcceleratorSpec
  package let multiplier: ExportedMultiplier
  package let expected: ExpectedResult
  private let words: MatrixWords
  private let provenance: [String]
  private let mapping: ArrayMapping

  /// - Parameter provenance: lines of the testbench's comment that say where things come from.
  /// - Throws: `InputError` 64 if array or product are too large; see `ExportLimits`.
  /// - Precondition: a multiplier for the array's words.
  package init(
    _ spec: AcceleratorSpec, multiplier: ExportedMultiplier, words: MatrixWords,
    provenance: [String]
  ) throws {
    try ExportLimits.check(words.shape, on: spec)
    self.spec = spec
    self.multiplier = multiplier
    self.words = words
    self.provenance = provenance
    mapping = ArrayMapping(words.shape, on: spec)
    expected = ExpectedResult(words, on: spec, multiplier: multiplier)
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
      ("axtrain_top.v", filled(mapping.isOutputStationary ? .outputTop : .stationaryTop))
    ]
    let parts: [(String, VerilogSource, VerilogSource)] = [
      ("controller", .outputController, .stationaryController),
      ("array", .outputArray, .stationaryArray), ("element", .outputElement, .stationaryElement),
      ("bank", .outputBank, .stationaryBank),
    ]
    for (name, output, stationary) in parts {
      files.append(("axtrain_\(name).v", (mapping.isOutputStationary ? output : stationary).text))
    }
    files += [
      ("axtrain_pipeline.v", VerilogSource.pipeline.text),
      ("axtrain_skew.v", VerilogSource.skew.text),
      ("axtrain_accumulate.v", VerilogSource.accumulate.text),
      (
        "axtrain_multiply.v",
        multiplier.multiplyModule(rowIsActivation: mapping.rowsGetActivations)
      ),
    ]
    if case .netlist(let netlist, _, let library) = multiplier.circuit {
      files += [
        (
          "multiplier.v",
          VerilogWriter.text(
            of: netlist, library: library,
            header: ["The multiplier \(multiplier.name).", ""] + Self.remarks)
        ),
        (
          "cells.v",
          "// What the cells of the multiplier compute.\n\n// verilator lint_off DECLFILENAME\n\n"
            + CellModels.text(of: netlist, library: library)
        ),
      ]
    }
    return files
  }

  /// What lint is told of a netlist: its file has the same name whatever the circuit is called, and a
  /// circuit that leaves products out leaves operand bits and carries unused.
  private static let remarks = [
    "verilator lint_off DECLFILENAME", "verilator lint_off UNUSEDSIGNAL",
  ]

  private func testbench() -> String {
    let lines = provenance.map { "// " + InputError.printable($0) + "\n" }.joined()
    return lines + "//\n" + filled(.testbench)
  }

  private func vectorFiles() -> [(name: String, text: String)] {
    let layout = BufferLayout(mapping)
    return [
      ("rows.hex", HexWords.text(layout.rows(words), bits: mapping.rowBits)),
      ("columns.hex", HexWords.text(layout.columns(words), bits: mapping.columnBits)),
      ("sums.hex", HexWords.text(expected.sums, bits: spec.accumulator.width)),
    ]
  }

  /// A template with this array's numbers.
  private func filled(_ source: VerilogSource) -> String {
    let (shape, layout) = (words.shape, BufferLayout(mapping))
    let bankSlotBits = Self.bits(spec.bankVectors)
    let isExchanged = !mapping.rowsGetActivations
    let texts = [
      "SUMMARY": "\(spec.dataflow.rawValue), \(multiplier.encoding.rawValue) words",
      "MOVING": isExchanged ? "weights, transposed" : "activations",
      "STATIONARY": isExchanged ? "activations, transposed" : "weights",
    ]
    let numbers = [
      "ROWS": spec.rows, "COLUMNS": spec.columns, "ROW_BITS": mapping.rowBits,
      "COLUMN_BITS": mapping.columnBits, "PRODUCT_BITS": spec.productWidth,
      "PIPELINE": spec.pipelineRegisters,
      "SUM_BITS": spec.accumulator.width, "SIGNED": multiplier.isSigned ? 1 : 0,
      "SATURATE": spec.accumulator.overflow == .saturate ? 1 : 0,
      "BANK_VECTORS": spec.bankVectors, "BANK_SLOT_BITS": bankSlotBits,
      "SLOT_BITS": mapping.isOutputStationary ? Self.bits(spec.rows) : bankSlotBits,
      "SIZE_BITS": ExportLimits.sizeBits, "ADDRESS_BITS": ExportLimits.addressBits, "M": shape.m,
      "K": shape.k, "N": shape.n, "ROW_DEPTH": layout.rowDepth,
      "COLUMN_DEPTH": layout.columnDepth, "VECTORS": mapping.vectors, "DEPTH": mapping.depth,
      "OUTPUTS": mapping.outputs, "VECTOR_STEP": isExchanged ? 1 : shape.n,
      "OUTPUT_STEP": isExchanged ? shape.n : 1, "CYCLES": expected.cycles,
      "LAST_OUTPUT_CYCLE": mapping.lastOutputCycle,
    ]
    return source.filled(texts: texts, numbers: numbers)
  }

  /// Bits of the numbers 0 … count − 1, at least 1.
  private static func bits(_ count: Int) -> Int {
    max(1, Int.bitWidth - (count - 1).leadingZeroBitCount)
  }
}
