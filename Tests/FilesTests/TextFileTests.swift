import Files
import Foundation
import Quantities
import Randomness
import TestSupport
import Testing

@Suite("Tables, outputs, quantities, random words")
struct TextFileTests {
  private func message(_ csv: String) -> String? {
    do {
      _ = try CSVTable(text: csv, file: "a.csv", requiring: ["v"])
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test("a CSV that is cut off names its line")
  func truncatedCSV() {
    #expect(message("# source\nv,w\n1,2\n3")?.hasPrefix("a.csv:4: error: has 1 fields") == true)
    #expect(message("v\n\"abc")?.hasPrefix("a.csv:2: error: a quoted field does not end") == true)
    #expect(message("w\n1")?.contains("column 'v' is missing") == true)
    #expect(message("")?.contains("is empty") == true)
  }

  @Test("quotes, commas and line feeds come back from a written table")
  func roundTrip() throws {
    let texts = ["a,b", "say \"x\"", "two\nlines", "", "plain"]
    let table = ResultTable(
      columns: [.init("n", ""), .init("v", "")],
      rows: texts.enumerated().map { [.integer($0.offset), .text($0.element)] })
    let read = try CSVTable(text: table.csv, file: "a.csv")
    #expect(read.rows.map { $0.fields[1] } == texts)
  }

  @Test("text that a spreadsheet would run is led by an apostrophe", arguments: Array("=+-@\t\r"))
  func formulas(_ first: Character) throws {
    let table = ResultTable(columns: [.init("v", "")], rows: [[.text("\(first)1+1")]])
    #expect(table.csv == "v\n\"'\(first)1+1\"\n")
    let number = ResultTable(columns: [.init("v", "")], rows: [[.real(-1.5)]])
    #expect(number.csv == "v\n-1.5\n")
  }

  @Test("a folder that cannot be written to gives status 73 and leaves nothing")
  func readOnly() {
    for body in [
      { try OutputFile.write("x", to: "/proc/axtrain.txt") },
      { try OutputFile.makeFolder("/proc/axtrain/report") },
    ] {
      let error = #expect(throws: InputError.self, performing: body)
      #expect(error?.status == .cannotCreate)
    }
  }

  @Test(
    "bytes that are not UTF-8 are refused at their line and column",
    arguments: [
      ([0x61, 0x0A, 0x62, 0xC3, 0xA9, 0xFC, 0x63], "2:4: error: is not UTF-8 text: byte 0xfc"),
      ([0xFF], "1:1: error: is not UTF-8 text: byte 0xff"),
      ([0x61, 0xC3], "1:2: error: is not UTF-8 text: byte 0xc3"),
      ([0x0A, 0x0A, 0xED, 0xA0, 0x80, 0x0A], "3:1: error: is not UTF-8 text: byte 0xed"),
    ] as [([UInt8], String)])
  func notUTF8(bytes: [UInt8], expected: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a.txt")
    try OutputFile.write(bytes, to: path)
    let error = #expect(throws: InputError.self) { try InputFile.text(of: path) }
    #expect(error?.description.hasPrefix("\(path):\(expected)") == true)
  }

  @Test("a quantity needs a finite number and a unit of its kind")
  func quantities() throws {
    #expect(try Voltage(parsing: "800 mV") == Voltage(parsing: "0.8 V"))
    #expect(try Delay(parsing: "2ns").in(.nano) == 2)
    for text in ["0.8", "0.8 s", "1e400 V", "nan V", "V", "", "0.8 V V"] {
      #expect(throws: QuantityError.self) { try Voltage(parsing: text) }
    }
  }

  @Test("Philox 4×32-10 gives the known answers of the Random123 distribution")
  func philox() {
    // Source: Random123's kat_vectors.
    #expect(
      Philox.block(counter: SIMD4(repeating: 0), key: SIMD2(repeating: 0))
        == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    #expect(
      Philox.block(counter: SIMD4(repeating: .max), key: SIMD2(repeating: .max))
        == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
  }

  @Test("SHA-256 of the empty text and of abc are those of FIPS 180-4")
  func digest() {
    #expect("\(Digest(of: ""))".hasPrefix("e3b0c44298fc1c149afbf4c8996fb924"))
    #expect("\(Digest(of: "abc"))".hasPrefix("ba7816bf8f01cfea414140de5dae2223"))
  }
}
