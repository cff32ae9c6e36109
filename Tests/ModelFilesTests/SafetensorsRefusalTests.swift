import Files
import ModelFiles
import Testing

/// A header, how many bytes follow it, and the line that refuses them.
struct SafetensorsRefusal: CustomTestStringConvertible {
  let what: String
  let bytes: [UInt8]
  let message: String
  var testDescription: String { what }

  init(_ what: String, _ header: String, data: Int = 8, _ message: String) {
    self.what = what
    let text = Array(header.utf8)
    bytes =
      (0..<8).map { UInt8(text.count >> ($0 * 8) & 255) } + text
      + [UInt8](repeating: 2, count: data)
    self.message = "a.safetensors: error: " + message
  }

  init(_ what: String, bytes: [UInt8], _ message: String) {
    self.what = what
    self.bytes = bytes
    self.message = "a.safetensors: error: " + message
  }
}

@Suite("A safetensors file that is wrong")
struct SafetensorsRefusalTests {
  static let one = #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#

  static let all: [SafetensorsRefusal] = [
    SafetensorsRefusal(
      "an empty file", bytes: [],
      "at byte 0: 8 bytes of the header's length are needed: is the file cut off?"),
    SafetensorsRefusal(
      "a header of 2⁶⁴ - 1 bytes", bytes: [UInt8](repeating: 255, count: 16),
      "at byte 0: is no safetensors file, or one with too long a header: 18446744073709551615 "
        + "bytes, at most 16777216 are read"),
    SafetensorsRefusal(
      "a header that is longer than the file", bytes: [9, 0, 0, 0, 0, 0, 0, 0, 123, 125],
      "at byte 0: a header of 9 bytes does not fit in the file: is it cut off?"),
    SafetensorsRefusal("a header of no bytes", "", data: 0, "at byte 8: a header begins with '{'"),
    SafetensorsRefusal("a space first", " {}", data: 0, "at byte 8: a header begins with '{'"),
    SafetensorsRefusal(
      "a header that ends in the middle", #"{"a":"#, data: 0,
      "at byte 13: the header ends in the middle: is the file cut off?"),
    SafetensorsRefusal(
      "a text that does not end", #"{"a"#, data: 0, "at byte 10: a text does not end"),
    SafetensorsRefusal(
      "text after the header", one + "x", "at byte 62: only spaces may follow the header's object"),
    SafetensorsRefusal(
      "an array twice", String(one.dropLast()) + "," + one.dropFirst(),
      "at byte 62: 'a' is there twice"),
    SafetensorsRefusal(
      "a kind of element twice",
      #"{"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
      "at byte 28: 'dtype' is there twice"),
    SafetensorsRefusal(
      "metadata twice", #"{"__metadata__":{"b":"","b":""}}"#, data: 0,
      "at byte 32: 'b' is there twice"),
    SafetensorsRefusal(
      "metadata that is no text", #"{"__metadata__":{"b":1}}"#, data: 0,
      "at byte 29: '\"' is needed"),
    SafetensorsRefusal(
      "an unknown key", one.replacing("shape", with: "shade"),
      "at byte 28: 'shade' is no key of an array: dtype, shape and data_offsets are"),
    SafetensorsRefusal(
      "a missing key", #"{"a":{"dtype":"F32","shape":[2]}}"#,
      "at byte 9: 'a' needs dtype, shape and two data_offsets"),
    SafetensorsRefusal(
      "one offset", one.replacing("[0,8]", with: "[8]"),
      "at byte 9: 'a' needs dtype, shape and two data_offsets"),
    SafetensorsRefusal(
      "three offsets", one.replacing("[0,8]", with: "[0,8,9]"),
      "at byte 60: at most 2 numbers are read here"),
    SafetensorsRefusal(
      "an unknown kind of element", one.replacing("F32", with: "F8_E4M3"),
      "at byte 14: 'a' has elements of 'F8_E4M3', which are not read: BOOL, U8, I8, I16, U16, F16, "
        + "BF16, I32, U32, F32, F64, I64, U64 are"),
    SafetensorsRefusal(
      "a negative length", one.replacing("[2]", with: "[-2]"),
      "at byte 37: an integer of 0 or more is needed"),
    SafetensorsRefusal(
      "a length with a fraction", one.replacing("[2]", with: "[2.0]"), "at byte 38: ']' is needed"),
    SafetensorsRefusal(
      "a length that begins with 0", one.replacing("[2]", with: "[02]"),
      "at byte 37: an integer of 0 or more is needed"),
    SafetensorsRefusal(
      "a length beyond 64 bits", one.replacing("[2]", with: "[9223372036854775808]"),
      "at byte 37: a number is too large"),
    SafetensorsRefusal(
      "lengths whose product overflows",
      one.replacing("[2]", with: "[4294967296,4294967296]"),
      "at byte 9: 'a' has a shape that is too large"),
    SafetensorsRefusal(
      "lengths that overflow behind a zero",
      one.replacing("[2]", with: "[0,4294967296,4294967296]"),
      "at byte 9: 'a' has a shape that is too large"),
    SafetensorsRefusal(
      "nine dimensions", one.replacing("[2]", with: "[1,1,1,1,1,1,1,1,2]"),
      "at byte 53: at most 8 numbers are read here"),
    SafetensorsRefusal(
      "more bytes than the shape has", one.replacing("[2]", with: "[1]"),
      "at byte 9: 'a' has 8 bytes where its type and shape need 4"),
    SafetensorsRefusal(
      "offsets that go back", one.replacing("[0,8]", with: "[8,0]"),
      "at byte 9: 'a' ends before it begins"),
    SafetensorsRefusal(
      "a file that is cut off", one, data: 7,
      "at byte 62: the arrays have 8 bytes, and 7 follow the header: is the file cut off?"),
    SafetensorsRefusal(
      "bytes after the last array", one, data: 9, "at byte 62: 1 bytes follow the last array"),
    SafetensorsRefusal(
      "bytes that belong to no array", one.replacing("[0,8]", with: "[1,9]"), data: 9,
      "at byte 9: 1 bytes before 'a' belong to no array"),
    SafetensorsRefusal(
      "arrays that overlap",
      String(one.dropLast()) + #","b":{"dtype":"U8","shape":[1],"data_offsets":[7,8]}}"#,
      "at byte 62: 'b' overlaps the array before it"),
    SafetensorsRefusal(
      "half of a surrogate pair", #"{"\uD834x":1}"#, data: 0, "at byte 10: half of a surrogate pair"
    ),
    SafetensorsRefusal(
      "an unknown escape", #"{"\x":1}"#, data: 0, "at byte 10: an unknown escape"),
    SafetensorsRefusal(
      "a line break in a text", "{\"\n\":1}", data: 0,
      "at byte 10: a control character stands in a text"),
    SafetensorsRefusal(
      "text that is not UTF-8", bytes: [4, 0, 0, 0, 0, 0, 0, 0, 123, 34, 255, 34],
      "at byte 10: a text is not UTF-8"),
  ]

  @Test("is refused by one line", arguments: all)
  func refused(_ refusal: SafetensorsRefusal) {
    let error = #expect(throws: InputError.self) {
      try SafetensorsFile(bytes: refusal.bytes, file: "a.safetensors")
    }
    #expect(error?.description == refusal.message)
  }

  @Test("a flag that is neither 0 nor 1 is refused where it stands")
  func flag() throws {
    let header = Self.one.replacing("F32", with: "BOOL").replacing("[2]", with: "[8]")
    let file = try SafetensorsFile(
      bytes: SafetensorsRefusal("", header, "").bytes, file: "a.safetensors")
    let error = #expect(throws: InputError.self) { try file.array("a") }
    #expect(
      error?.description
        == "a.safetensors: error: at byte \(8 + header.count): 2 is neither 0 nor 1")
  }

  @Test("an array that is not there is refused with the nearest name")
  func name() throws {
    let file = try SafetensorsFile(
      bytes: SafetensorsFile.bytes(of: [("weight", SafetensorsArray(shape: [1], .float32([1])))]),
      file: "a.safetensors")
    let error = #expect(throws: InputError.self) { try file.array("weigth") }
    #expect(
      error?.description
        == "a.safetensors: error: has no array 'weigth'; nearest is 'weight'")
  }

  @Test("a missing file is missing input")
  func missing() {
    let error = #expect(throws: InputError.self) {
      try SafetensorsFile(contentsOf: "/nowhere/a.safetensors")
    }
    #expect(error?.status == .missingInput)
  }
}
