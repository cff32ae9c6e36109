import Files
import Fitting
import Foundation
import Quantities
import Technology
import TestSupport
import Testing

@Suite("The leakage of memories")
struct SRAMLeakageModelTests {
  private static let choice =
    "macros: sram_macros_45nm.csv\n  macros_supply: 1.0 V\n  leakage: macros"

  private static func node(_ key: String) throws -> TechnologyNode {
    let folder = try TemporaryFolder()
    return try TechnologyReader.read(
      try folder.technology { $0.replacing("macros: sram_macros_45nm.csv", with: key) }
    ).node
  }

  @Test("a law that powers follow is found again")
  func known() throws {
    // 20 nW a bit and 600 nW a column.
    let macros = [(32.0, 8.0), (64, 256), (128, 32), (1024, 32)].map { words, width in
      SRAMLeakageModel.Macro(
        words: words, width: width, power: Power(1e-9 * (20 * words * width + 600 * width)))
    }
    let model = try SRAMLeakageModel(macros)
    #expect(abs(model.fit.parameters[0] - 20) < 1e-6 && abs(model.fit.parameters[1] - 600) < 1e-4)
    #expect(abs(model.powerOfBit(words: 512).value * 1e9 - (20 + 600.0 / 512)) < 1e-6)
    #expect(model.covers(words: 512, width: 16) && !model.covers(words: 2048, width: 16))
    #expect(throws: FittingError.self) { try SRAMLeakageModel(Array(macros.prefix(2))) }
  }

  @Test("powers a bit that would rise with the words have none of it")
  func degenerate() throws {
    let densities = [30.0, 40, 50]
    let macros = zip([64.0, 128, 512], densities).map { words, density in
      SRAMLeakageModel.Macro(
        words: words, width: 8, power: Power(1e-9 * density * words * 8))
    }
    let model = try SRAMLeakageModel(macros)
    #expect(model.fit.names == ["c_nw"])
    // Of logarithms the mean is the geometric one.
    #expect(abs(model.fit.parameters[0] - pow(30 * 40 * 50, 1.0 / 3)) < 1e-6)
  }

  @Test("a technology that asks for macros takes them at their supply, and scales them as its cell")
  func choice() throws {
    let shipped = try Self.node("macros: sram_macros_45nm.csv")
    let macros = try Self.node(Self.choice)
    #expect(shipped.sram?.leakageSource == .cells && macros.sram?.leakageSource == .macros)
    // The parameters that scipy finds (Tests/Golden/scipy_fits.csv).
    let nominal = 28.651587 + 743.911228 / 512
    for volts in [0.5, 0.7, 1.0] {
      let supply = Voltage(volts)
      let cell = try shipped.bitCellLeakage(at: supply)
      #expect(try shipped.memoryBitLeakage(words: 512, at: supply) == cell)
      let scale = try cell / shipped.bitCellLeakage(at: Voltage(1))
      let bit = try macros.memoryBitLeakage(words: 512, at: supply)
      #expect(abs(bit.value * 1e9 / (nominal * scale) - 1) < 1e-5)
    }
    #expect(throws: TechnologyError.self) {
      try macros.memoryBitLeakage(words: 512, at: Voltage(0.01))
    }
  }

  @Test("the residuals are those of Validation.md")
  func residuals() throws {
    let model = try #require(try Self.node("macros: sram_macros_45nm.csv").sram?.macroLeakage)
    let text = try InputFile.text(of: Repository.path("Documentation/Validation.md"))
    func percent(_ value: Double) -> String { CellValue.format(100 * value, digits: 2) }
    #expect(
      text.contains(
        "leakage: root mean square \(percent(model.fit.rootMeanSquare)) %, "
          + "largest \(percent(model.fit.largestResidual)) % (of ln)"))
  }

  @Test(
    "macros without their leakage or its supply, and another word, are refused at their place",
    arguments: [
      ("macros: sram_macros_45nm.csv\n  leakage: macros", "leakage of macros needs macros"),
      ("macros_supply: 1.0 V\n  leakage: macros", "leakage of macros needs macros"),
      ("macros: sram_macros_45nm.csv\n  leakage: all", "all"),
      ("macros: sram_macros_45nm.csv\n  macros_supply: 1", "unit"),
    ])
  func refusals(key: String, message: String) throws {
    let error = try #require(throws: InputError.self) { try Self.node(key) }
    #expect(error.status == .badData && error.location?.line != nil)
    #expect(error.message.contains(message), "\(error)")
  }
}
