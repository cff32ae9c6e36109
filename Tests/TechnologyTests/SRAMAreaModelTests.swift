import Files
import Fitting
import Foundation
import Quantities
import Randomness
import Technology
import TestSupport
import Testing

@Suite("The area of memories")
struct SRAMAreaModelTests {
  private static func shipped() throws -> SRAMAreaModel {
    try #require(
      TechnologyReader.read(Repository.path("HardwareSpecs/Technology/ptm45_hp.yaml")).node.sram?
        .area)
  }

  @Test("a law that areas follow is found again, and its area is that of the formula by hand")
  func known() throws {
    var macros: [SRAMAreaModel.Macro] = []
    for (words, width) in [(64.0, 8.0), (64, 256), (128, 32), (256, 96), (1024, 32)] {
      // 0.5 µm² a bit and 0.25 µm² a pair of a word's bits.
      macros.append(
        .init(
          words: words, width: width,
          area: Area(1e-12 * (0.5 * words * width + 0.25 * width * width))))
    }
    let model = try SRAMAreaModel(macros, source: "test")
    #expect(abs(model.fit.parameters[0] - 0.5) < 1e-9 && abs(model.fit.parameters[1] - 0.25) < 1e-9)
    // 512 words of 16 bits: 0.5 · 8192 + 0.25 · 256.
    #expect(abs(model.area(words: 512, width: 16).value * 1e12 - 4160) < 1e-4)
    #expect(model.covers(words: 512, width: 16) && model.covers(words: 1024, width: 32))
    #expect(!model.covers(words: 32, width: 32) && !model.covers(words: 64, width: 4))
    // Inside in both, but with more bits than any.
    #expect(!model.covers(words: 1024, width: 64))
  }

  @Test("areas that would fall with the width have none of it; less than three are refused")
  func degenerate() throws {
    let areas: [SRAMAreaModel.Macro] = [
      .init(words: 64, width: 64, area: Area(1e-12 * 0.5 * 4096)),
      .init(words: 128, width: 32, area: Area(1e-12 * 0.7 * 4096)),
      .init(words: 512, width: 8, area: Area(1e-12 * 0.9 * 4096)),
    ]
    let model = try SRAMAreaModel(areas, source: "test")
    #expect(model.fit.names == ["c_um2"])
    // Of logarithms the mean is the geometric one.
    #expect(abs(model.fit.parameters[0] - pow(0.5 * 0.7 * 0.9, 1.0 / 3)) < 1e-9)
    let error = #expect(throws: FittingError.self) {
      try SRAMAreaModel([SRAMAreaModel.Macro](areas.prefix(2)), source: "test")
    }
    #expect(error == .tooFewPoints(points: 2, parameters: 2))
  }

  @Test("the shipped law rises in words and in width, and its residuals are those of Validation.md")
  func shippedLaw() throws {
    let model = try Self.shipped()
    var stream = RandomStream(seed: 17, purpose: .test)
    for _ in 0..<2000 {
      let words = Double(Int.random(in: 1...100_000, using: &stream))
      let width = Double(Int.random(in: 1...4096, using: &stream))
      let area = model.area(words: words, width: width)
      #expect(area.value > 0)
      #expect(model.area(words: words + 1, width: width) > area)
      #expect(model.area(words: words, width: width + 1) > area)
    }
    #expect(model.words == 32...2048 && model.widths == 8...256 && model.bits == 512...81_920)
    let text = try InputFile.text(of: Repository.path("Documentation/Validation.md"))
    func percent(_ value: Double) -> String { CellValue.format(100 * value, digits: 2) }
    #expect(
      text.contains(
        "root mean square \(percent(model.fit.rootMeanSquare)) %, "
          + "largest \(percent(model.fit.largestResidual)) % (of ln)"))
  }

  @Test("the macros' energies beside Horowitz's law are those of Validation.md")
  func energies() throws {
    let node = try TechnologyReader.read(
      Repository.path("HardwareSpecs/Technology/ptm45_hp.yaml")
    ).node
    let table = try CSVTable(
      contentsOf: Repository.path("HardwareSpecs/Technology/sram_macros_45nm.csv"),
      requiring: ["words", "width_bits", "area_um2", "write_fj"])
    let model = try Self.shipped()
    let text = try InputFile.text(of: Repository.path("Documentation/Validation.md"))
    var compared = 0
    for row in table.rows {
      let words = try table.number(row, "words")
      let width = try table.number(row, "width_bits")
      let cacti = try table.number(row, "write_fj") * 0.81 * 1e-3
      let law = try node.memory().access.energy(
        bits: width, bytes: words * width / 8, at: Voltage(0.9)
      ).in(.pico)
      let area = try table.number(row, "area_um2")
      let fitted = model.area(words: words, width: width).value * 1e12
      func short(_ value: Double, _ digits: Int) -> String {
        CellValue.format(value, digits: digits)
      }
      let line =
        "| \(Int(words))×\(Int(width)) | \(Int(words * width / 8)) | \(short(cacti, 3)) | "
        + "\(short(law, 3)) | \(short(law / cacti, 2)) | \(Int(area.rounded())) | "
        + "\(Int(fitted.rounded())) | \(short(fitted / area, 2)) |"
      #expect(text.contains(line), "\(line)")
      compared += 1
    }
    #expect(compared == 22)
  }
}
