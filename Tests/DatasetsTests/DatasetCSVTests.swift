import ArrayFiles
import Files
import Randomness
import Testing

@testable import Datasets

@Suite("Examples from CSV")
struct DatasetCSVTests {
  private func read(_ text: String, label: String = "label") throws -> RawExamples {
    try DatasetCSV.examples(bytes: Array(text.utf8), file: "data.csv", labelColumn: label)
  }

  @Test("stay bytes while all features are whole numbers up to 255")
  func bytes() throws {
    let examples = try read("# source\n\na,label,b\n1, 2 ,255\r\n\n0,0,17")
    #expect(examples.features == .bytes([1, 255, 0, 17]))
    #expect(examples.labels == [2, 0] && examples.featureShape == [2])
    // A byte-order mark before the header is no part of a name.
    #expect(try read("\u{FEFF}label,a\n1,2\n").labels == [1])
  }

  @Test(
    "become real numbers from the first on that is not", arguments: ["256", "1e0", "-1", "0.5"])
  func reals(text: String) throws {
    let examples = try read("a,b,label\n7,8,1\n9,\(text),3.0\n2,4,0\n")
    #expect(examples.features == .reals([7, 8, 9, Float(text) ?? .nan, 2, 4]))
    #expect(examples.labels == [1, 3, 0])
  }

  @Test(
    "are refused at the line and byte of what is wrong",
    arguments: [
      ("", "data.csv: error: is empty: a header line is needed"),
      ("# a\n", "data.csv: error: is empty: a header line is needed"),
      ("a,label\n", "data.csv: error: has no examples"),
      (
        "# a\na,labl\n1,2\n",
        "data.csv:2: error: needs columns of features and one column 'label'; nearest is 'labl'"
      ),
      ("label\n1\n", "data.csv:1: error: needs columns of features and one column 'label'"),
      (
        "label,a,label\n1,2,3\n",
        "data.csv:1: error: needs columns of features and one column 'label'"
      ),
      ("a,\"label\n1,2\n", "data.csv:1: error: a quoted field does not end"),
      (
        "a,b,label\n1,2,3\n4,5\n",
        "data.csv:3:1: error: has 2 fields where the header has 3: is the file cut off?"
      ),
      (
        "a,label\n1,2,3\n",
        "data.csv:2:1: error: has more than 2 fields where the header has 2: is the file cut off?"
      ),
      ("a,label\n1,2\nx,3\n", "data.csv:3:1: error: 'x' is not a finite number"),
      ("a,label\n1,2\n ,3\n", "data.csv:3:2: error: '' is not a finite number"),
      ("a,b,label\n1, nan,3\n", "data.csv:2:4: error: 'nan' is not a finite number"),
      ("a,b,label\n1,inf,3\n", "data.csv:2:3: error: 'inf' is not a finite number"),
      ("a,b,label\n1,0x10,3\n", "data.csv:2:3: error: '0x10' is not a finite number"),
      ("a,b,label\n1,1e39,3\n", "data.csv:2:3: error: '1e39' is not a finite number"),
      ("a,b,label\n1,\"2\",3\n", "data.csv:2:3: error: '\"2\"' is not a finite number"),
      (
        "a,label\n1,256\n",
        "data.csv:2:3: error: label '256' is not a whole number from 0 to 255"
      ),
      ("a,label\n1,-1\n", "data.csv:2:3: error: label '-1' is not a whole number from 0 to 255"),
      ("a,label\n1,1.5\n", "data.csv:2:3: error: label '1.5' is not a whole number from 0 to 255"),
      ("a,label\n1,cat\n", "data.csv:2:3: error: 'cat' is not a finite number"),
    ])
  func refused(text: String, message: String) throws {
    let error = #expect(throws: InputError.self) { try read(text) }
    #expect(error?.description == message)
  }

  @Test("are refused where the header is no text")
  func header() throws {
    let error = #expect(throws: InputError.self) {
      try DatasetCSV.examples(
        bytes: [0x61, 0xFF, 0x0A], file: "data.csv", labelColumn: "label")
    }
    #expect(
      error?.description == "data.csv:1: error: the header is not UTF-8 text; save it as UTF-8")
  }

  @Test("with mutated bytes are read or refused at a line, and never trap")
  func mutated() throws {
    let start = Array("# source\n\na,label,b\r\n1, 2 ,255\n0,0,-1.5e2\n12,9,0.25\n".utf8)
    let marks = Array("\n\r,\"#+-.eE0129 \t\0xn".utf8) + [0x80, 0xC3, 0xFF]
    var stream = RandomStream(seed: 11, purpose: .test)
    var refused = 0
    for _ in 0..<20_000 {
      var bytes = start
      for _ in 0...Int(stream.next() % 4) {
        let place = Int(stream.next() % UInt64(bytes.count))
        let mark = marks[Int(stream.next() % UInt64(marks.count))]
        switch stream.next() % 3 {
        case 0: bytes[place] = mark
        case 1: bytes.insert(mark, at: place)
        default: bytes.removeSubrange(place..<min(bytes.count, place + 3))
        }
        if bytes.isEmpty { bytes = start }
      }
      do {
        let examples = try DatasetCSV.examples(
          bytes: bytes, file: "data.csv", labelColumn: "label")
        #expect(examples.count * examples.featureCount == examples.reals.count)
      } catch let error as InputError {
        refused += 1
        #expect(error.status == .badData && error.location?.file == "data.csv")
      }
    }
    #expect((5000..<20_000).contains(refused))
  }
}
