import Files
import ModelFiles
import Randomness
import TestSupport
import Testing

@Suite("Safetensors")
struct SafetensorsTests {
  @Test("every kind of element that Python's safetensors writes reads as what it wrote")
  func kinds() throws {
    let file = try SafetensorsFile(contentsOf: Recorded.path("kinds.safetensors"))
    #expect(file.metadata == ["written by": "safetensors\tfor a test"])
    func payload(_ name: String) throws -> SafetensorsArray.Payload {
      try file.array(name).payload
    }
    #expect(try payload("flags") == .bool([true, false, true]))
    #expect(try payload("uint8") == .uint8([0, 1, 2, .max]))
    #expect(try payload("int8") == .int8([.min, 1, 2, .max]))
    #expect(try payload("uint16") == .uint16([0, 1, 2, .max]))
    #expect(try payload("int16") == .int16([.min, 1, 2, .max]))
    #expect(try payload("uint32") == .uint32([0, 1, 2, .max]))
    #expect(try payload("int32") == .int32([.min, 1, 2, .max]))
    #expect(try payload("uint64") == .uint64([0, 1, 2, .max]))
    #expect(try payload("int64") == .int64([.min, 1, 2, .max]))
    #expect(try file.array("int64").shape == [2, 2])
    let greatest = Float.greatestFiniteMagnitude
    #expect(
      try payload("float32")
        == .float32([
          -greatest, -1.5, -0.0, .leastNonzeroMagnitude, .leastNormalMagnitude, 0.1, greatest,
          .infinity,
        ]))
    #expect(
      try payload("float64")
        == .float64([
          -Double.greatestFiniteMagnitude, -1.5, -0.0, .leastNonzeroMagnitude,
          .leastNormalMagnitude, 0.1, .greatestFiniteMagnitude, .infinity,
        ]))
    #expect(
      try file.array("float16").reals
        == [-65504, -1.5, -0.0, 0x1p-24, 0x1p-14, 0.0999755859375, 65504, .infinity])
    #expect(try file.array("number") == SafetensorsArray(shape: [], .float32([7])))
    #expect(try file.array("nothing") == SafetensorsArray(shape: [3, 0, 2], .float32([])))
    #expect(
      try payload("quote \" slash \\ line \n é \u{2028} 𝄞 \u{1}") == .float32([1, 2]))
    #expect(try file.array("int8").reals == nil)
  }

  @Test(
    "written again, in any order, a file of Python's is the same to the byte",
    arguments: ["kinds.safetensors", "empty.safetensors"])
  func sameBytes(name: String) throws {
    let bytes = try Recorded.bytes(name)
    let file = try SafetensorsFile(bytes: bytes, file: name)
    let arrays = try file.names.map { ($0, try file.array($0)) }
    for order in [arrays, arrays.reversed()] {
      #expect(SafetensorsFile.bytes(of: order, metadata: file.metadata) == bytes)
    }
  }

  @Test("bfloat16 is the upper half of single precision")
  func bfloat16() throws {
    let array = SafetensorsArray(shape: [3], .bfloat16([0x3F80, 0xC049, 0x0001]))
    #expect(array.reals == [1, -3.140625, 0x1p-133])
    let bytes = SafetensorsFile.bytes(of: [("a", array)])
    #expect(try SafetensorsFile(bytes: bytes, file: "a").array("a") == array)
  }

  @Test("binary16 equals the platform's own type for all 65,536 patterns")
  func half() throws {
    let patterns = (0...UInt16.max).map { $0 }
    let reals = try #require(SafetensorsArray(shape: [65_536], .float16(patterns)).reals)
    for (pattern, real) in zip(patterns, reals) {
      let expected = NaiveHalf.value(pattern)
      #expect(expected.isNaN ? real.isNaN : real.bitPattern == expected.bitPattern)
    }
  }

  @Test("a file that ends anywhere is refused, and any changed byte of its header never traps")
  func mutated() throws {
    let bytes = try Recorded.bytes("kinds.safetensors")
    for end in 0..<bytes.count {
      #expect(throws: InputError.self) {
        try SafetensorsFile(bytes: Array(bytes[..<end]), file: "cut")
      }
    }
    var stream = RandomStream(seed: 1, purpose: .test)
    var refused = 0
    for _ in 0..<4_000 {
      var copy = bytes
      copy[Int(stream.nextWord() % 1_200)] = UInt8(truncatingIfNeeded: stream.nextWord())
      do {
        let file = try SafetensorsFile(bytes: copy, file: "mutated")
        for name in file.names { _ = try file.array(name) }
      } catch {
        #expect(error is InputError)
        refused += 1
      }
    }
    #expect((1_000..<4_000).contains(refused))
  }
}
