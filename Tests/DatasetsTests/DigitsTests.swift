import Files
import Foundation
import Testing

@testable import Datasets

@Suite struct DigitsTests {
  @Test("the embedded digits are the 1,797 images of the UCI test set")
  func shape() throws {
    let digits = try Dataset.digits()
    #expect(digits.count == 1797)
    #expect(digits.featureCount == 64)
    #expect(digits.features.max() == 16)
    // Class counts as optdigits.names (UCI) lists them for the test set.
    let counts = (0..<10).map { label in digits.labels.count { Int($0) == label } }
    #expect(counts == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
    // The first image of the set, a zero.
    #expect(digits.labels[0] == 0)
    #expect(Array(digits.features[0..<8]) == [0, 0, 5, 13, 9, 1, 0, 0])
  }

  @Test(
    "a damaged copy is refused at its place",
    arguments: [
      ("17", "2:1: error: '17' in column 'p0' is not a whole number from 0 to 16"),
      ("-1", "2:1: error: '-1' in column 'p0' is not a whole number from 0 to 16"),
      ("1.5", "2:1: error: '1.5' in column 'p0' is not a whole number from 0 to 16"),
    ])
  func damaged(field: String, message: String) throws {
    let header = (0..<64).map { "p\($0)" }.joined(separator: ",") + ",digit\n"
    let image = Array(repeating: "0", count: 64).joined(separator: ",") + ",3\n"
    let text = header + field + String(image.dropFirst()) + String(repeating: image, count: 1796)
    try withFile(text) { path in
      let error = #expect(throws: InputError.self) { try Dataset.digits(contentsOf: path) }
      #expect(error?.status == .badData)
      #expect(error?.description == "\(path):\(message)")
    }
  }

  @Test("a copy that is cut off between two lines is refused")
  func truncated() throws {
    let header = (0..<64).map { "p\($0)" }.joined(separator: ",") + ",digit\n"
    let image = Array(repeating: "0", count: 64).joined(separator: ",") + ",3\n"
    try withFile(header + String(repeating: image, count: 1796)) { path in
      let error = #expect(throws: InputError.self) { try Dataset.digits(contentsOf: path) }
      #expect(error?.message.hasPrefix("has 1796 images") == true)
    }
    let missing = #expect(throws: InputError.self) {
      try Dataset.digits(contentsOf: "/nonexistent/digits.csv")
    }
    #expect(missing?.status == .missingInput)
  }

  private func withFile(_ text: String, _ body: (String) throws -> Void) throws {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("digits-\(UUID().uuidString).csv")
    try text.write(to: url, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: url) }
    try body(url.path)
  }
}
