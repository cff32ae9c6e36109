import Files
import Foundation
import TestSupport
import Testing

@Suite("axtrain simulate, several design points")
struct SimulateDesignPointsTests: SimulateSuite {
  @Test("a row a design point: the total of the command with its values alone")
  func rows() throws {
    let work = "--network lenet-5 --energy-table horowitz45 --dram-bits-per-cycle 64"
    let all = try table(
      work + " --rows 4:12:8 --columns 3,5 --dataflow all --activation-words 4096,8192")
    var index = 0
    for rows in [4, 12] {
      for columns in [3, 5] {
        for dataflow in ["weight_stationary", "output_stationary", "input_stationary"] {
          for words in [4096, 8192] {
            let alone = try table(
              work + " --rows \(rows) --columns \(columns) --dataflow \(dataflow)"
                + " --activation-words \(words)")
            let (total, row) = (try #require(alone.rows.last), all.rows[index])
            #expect(Array(all.header.prefix(alone.header.count)) == alone.header)
            #expect(Array(row.fields.prefix(alone.header.count)) == total.fields)
            #expect(try all.text(row, "activation_buffer_words") == "\(words)")
            #expect(try all.text(row, "problem") == "")
            index += 1
          }
        }
      }
    }
    #expect(all.rows.count == index)
  }

  @Test("the same bytes whatever the number of threads, on standard output and in a file")
  func threads() throws {
    let folder = try TemporaryFolder()
    let options = "--gemm 9x20x8 --rows 1:20:1 --columns 1:20:1 --dataflow all"
    for format in ["csv", "json", "table"] {
      let outputs = try ["--jobs 1", "--jobs 3", ""].map {
        let outcome = try run("\(options) --format \(format) \($0)")
        #expect(outcome.status == 0 && outcome.errors == "", "\(outcome.errors)")
        return outcome.output
      }
      #expect(Set(outputs).count == 1)
      let path = folder.file("points.\(format)")
      #expect(try run("\(options) --format \(format) --output \(path)").output == "")
      #expect(try InputFile.text(of: path) == outputs[0])
      switch format {
      case "csv": #expect(outputs[0].split(separator: "\n").count == 1 + 20 * 20 * 3)
      case "json":
        let rows = try JSONSerialization.jsonObject(with: Data(outputs[0].utf8)) as? [Any]
        #expect(rows?.count == 20 * 20 * 3)
      default: #expect(outputs[0].split(separator: "\n").allSatisfy { $0.count <= 80 })
      }
    }
  }

  @Test("a list of one value gives what the value gives, to the byte")
  func lists() throws {
    let value = "--rows 8 --columns 4 --dataflow output_stationary --weight-words 4096"
    let work = " --gemm 9x20x8"
    let expected = try run(value + work)
    #expect(expected.status == 0 && expected.output.contains("gemm"))
    for list in [
      "--rows 8:8:1 --columns 4:5:2 --dataflow output_stationary --weight-words 4096:4100:8"
    ] {
      #expect(try run(list + work).output == expected.output, "\(list)")
    }
  }

  @Test("what does not run on a design point has a row with its reason; on none it is an error")
  func problems() throws {
    let outcome = try run(
      "--rows 64 --columns 64 --weight-words 2048,8192 --gemm 64x64x64 --format csv")
    #expect(outcome.status == 0)
    #expect(outcome.errors.hasPrefix("note: 1 of 2 design points cannot run it"))
    let table = try CSVTable(text: outcome.output, file: "out")
    #expect(try table.text(table.rows[0], "problem").contains("2048 too few"))
    #expect(try table.text(table.rows[0], "total_cycles") == "")
    #expect(try table.number(table.rows[1], "total_cycles") > 0)
    let people = try run("--rows 64 --columns 64 --weight-words 2048,8192 --gemm 64x64x64")
    #expect(people.output.contains("weight words") && people.errors == outcome.errors)
    let folder = try TemporaryFolder()
    let path = folder.file("none.csv")
    let none = try run(
      "--rows 64 --columns 64 --weight-words 16,32 --gemm 64x64x64 --format csv --output \(path)")
    #expect(none.status == 65 && none.errors.contains("none of 2 design points"))
    #expect(none.errors.split(separator: "\n").count == 1)
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test("bad lists and what is for one design point are refused on one line")
  func refusals() throws {
    for (options, message) in [
      ("--rows 8,", "'8,' is no whole number"), ("--rows ,", "is no whole number"),
      ("--rows 4:8", "'4:8' is no whole number"),
      ("--rows 16,8", "8 follows 16: numbers of a list ascend"), ("--rows 8,8", "8 follows 8"),
      ("--rows 16:8:1", "does not rise"), ("--rows 8:16:0", "does not rise"),
      ("--rows 0,8", "--rows: 0 is outside 1 … 4096"), ("--columns 8:9000:1", "9000 is outside"),
      ("--weight-words 1:1000000000:1", "are 1000000000 numbers, more than 1000000"),
      ("--rows 1:4096:1 --columns 1:4096:1 --dataflow all", "50331648 design points"),
      ("--dataflow some", "'some' is none of"),
      ("--dataflow all,weight_stationary", "'all' is none of"),
      ("--dataflow weight_stationary,weight_stationary", "stands there twice"),
      ("--rows 4,8 --html p.html", "--html is for one design point, and these are 2"),
      ("--rows 4,8 --trace t.vcd", "--trace is for one design point"),
      ("--rows 4,8 --accesses a.csv", "--accesses is for one design point"),
      ("--rows 4,8 --supply 0.5V", "--supply is for one design point"),
      ("--rows 4,8 --multiplier HardwareSpecs/Multipliers/mul8u_exact_dadda.v", "--multiplier is"),
      ("--rows 4,8 --clock fixed", "--clock is for one design point"),
      ("--jobs 2", "--jobs is for"),
    ] {
      let refused = try run("--gemm 2x2x2 " + options)
      #expect(refused.status == 64, "\(options): \(refused.errors)")
      #expect(refused.errors.contains(message), "\(options): \(refused.errors)")
      #expect(refused.errors.split(separator: "\n").count == 1 && refused.output.isEmpty)
    }
    let empty = try AxTrainProgram.run(["simulate", "--gemm", "2x2x2", "--rows", ""])
    #expect(empty.status == 64 && empty.errors.contains("--rows: '' is no whole number"))
    let explained = try run("--explain --rows 4,8")
    #expect(explained.status == 64 && explained.errors.contains("--explain is for one"))
    let values = try run("--network HardwareSpecs --rows 4,8")
    #expect(values.status == 64 && values.errors.contains("--network HardwareSpecs is for one"))
    let exported = try AxTrainProgram.run([
      "export-rtl", "--rows", "4,8", "--output", "/nowhere/at/all",
    ])
    #expect(exported.status != 0)
  }
}
