import Files

/// Reads the dictionary at the head of an NPY file, a Python literal of three keys.
///
/// Only what NumPy writes is read: `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`,
/// keys in any order. Nothing is evaluated.
struct NPYHeaderParser {
  private let text: [UInt8]
  private var index = 0
  private let source: ByteSource
  /// Where the text begins in the file.
  private let start: Int

  init(_ text: [UInt8], at start: Int, source: ByteSource) {
    self.text = text
    self.start = start
    self.source = source
  }

  /// The shape and the elements' layout.
  ///
  /// - Throws: `InputError` 65 at the byte where the text is something else.
  mutating func parse() throws -> (shape: [Int], layout: ElementLayout) {
    var layout: (type: ElementType, isBigEndian: Bool)?
    var isColumnMajor: Bool?
    var shape: [Int]?
    try expect("{")
    while !take("}") {
      let place = index
      switch try quoted() {
      case "descr" where layout == nil:
        try expect(":")
        layout = try description()
      case "fortran_order" where isColumnMajor == nil:
        try expect(":")
        isColumnMajor = try flag()
      case "shape" where shape == nil:
        try expect(":")
        shape = try lengths()
      case let key:
        throw refusal(
          at: place,
          "key '\(key)' is unknown or given twice: 'descr', 'fortran_order' and 'shape' "
            + "are needed")
      }
      if !take(",") {
        try expect("}")
        break
      }
    }
    skipBlanks()
    guard index == text.count else { throw refusal(at: index, "text follows the header") }
    guard let layout, let isColumnMajor, let shape else {
      throw refusal(at: 0, "the header lacks one of 'descr', 'fortran_order' and 'shape'")
    }
    return (
      shape,
      ElementLayout(
        type: layout.type, isBigEndian: layout.isBigEndian, isColumnMajor: isColumnMajor)
    )
  }

  private mutating func description() throws -> (ElementType, Bool) {
    let place = index
    skipBlanks()
    guard index < text.count, isQuote(text[index]) else {
      throw refusal(at: place, "structured elements are not read: store one array a field")
    }
    let name = try quoted()
    let order = name.first.map(String.init) ?? ""
    guard let type = ElementType.allCases.first(where: { $0.numpyName == name.dropFirst() }),
      order == "<" || order == ">" || order == "|" && type.size == 1
    else {
      throw refusal(
        at: place,
        name.hasSuffix("O")
          ? "elements are Python objects, which are never read: store numbers"
          : "elements of type '\(name)' are not read: store b1, u1…u8, i1…i8 or f2…f8")
    }
    return (type, order == ">")
  }

  private mutating func flag() throws -> Bool {
    skipBlanks()
    let place = index
    while index < text.count, isLetter(text[index]) { index += 1 }
    switch String(decoding: text[place..<index], as: UTF8.self) {
    case "True": return true
    case "False": return false
    case let word: throw refusal(at: place, "'\(word)' is neither True nor False")
    }
  }

  private mutating func lengths() throws -> [Int] {
    var lengths: [Int] = []
    try expect("(")
    while !take(")") {
      lengths.append(try number())
      if !take(",") {
        try expect(")")
        break
      }
    }
    return lengths
  }

  private mutating func number() throws -> Int {
    skipBlanks()
    let place = index
    while index < text.count, (0x30...0x39).contains(text[index]) { index += 1 }
    guard let value = Int(String(decoding: text[place..<index], as: UTF8.self)) else {
      throw refusal(at: place, "a length is needed here, a whole number below 2^63")
    }
    // Python 2 marked long integers.
    _ = take("L")
    return value
  }

  private mutating func quoted() throws -> String {
    skipBlanks()
    let place = index
    guard index < text.count, isQuote(text[index]) else {
      throw refusal(at: place, "a text in quotes is needed here")
    }
    let quote = text[index]
    guard let end = text[(index + 1)...].firstIndex(of: quote) else {
      throw refusal(at: place, "a quote does not end")
    }
    defer { index = end + 1 }
    return String(decoding: text[(index + 1)..<end], as: UTF8.self)
  }

  private mutating func expect(_ mark: Unicode.Scalar) throws {
    guard take(mark) else { throw refusal(at: index, "'\(mark)' is needed here") }
  }

  private mutating func take(_ mark: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard index < text.count, text[index] == UInt8(ascii: mark) else { return false }
    index += 1
    return true
  }

  private mutating func skipBlanks() {
    while index < text.count, text[index] == 0x20 || text[index] == 0x0A || text[index] == 0x09 {
      index += 1
    }
  }

  private func isQuote(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"")
  }

  private func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte & 0xDF) }

  private func refusal(at index: Int, _ message: String) -> InputError {
    source.refusal(at: start + index, message)
  }
}
