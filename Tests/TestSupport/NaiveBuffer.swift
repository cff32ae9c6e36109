/// A buffer read by definition, one word or codeword and one bit at a time.
public struct NaiveBuffer {
  public enum Protection {
    case none
    case bitMasking
    case wordMasking
    case code(NaiveSECDED, zeroing: Bool)
  }

  /// Failing cells of each word, and for stuck cells their value.
  public var cells: [UInt8]
  public var values: [UInt8]
  /// The same of the check bits of each codeword.
  public var checkCells: [UInt8]
  public var checkValues: [UInt8]
  public var isStuck: Bool
  public var protection: Protection
  /// Words are weights q stored as q + 128; else unsigned.
  public var isSigned: Bool

  public init(
    cells: [UInt8], values: [UInt8], checkCells: [UInt8] = [], checkValues: [UInt8] = [],
    isStuck: Bool, protection: Protection, isSigned: Bool
  ) {
    self.cells = cells
    self.values = values
    self.checkCells = checkCells
    self.checkValues = checkValues
    self.isStuck = isStuck
    self.protection = protection
    self.isSigned = isSigned
  }

  /// The words that are read when these are stored from word 0 on, the rest of the last codeword 0.
  public func read(_ stored: [UInt8]) -> [UInt8] {
    switch protection {
    case .none:
      return stored.indices.map { word in
        byte((0..<8).map { cell(bit(stored[word], $0), cells[word], values[word], $0) })
      }
    case .wordMasking:
      return stored.indices.map { cells[$0] == 0 ? stored[$0] : zero }
    case .bitMasking:
      return stored.indices.map { masked(stored[$0], cells[$0]) }
    case .code(let code, let zeroing):
      let length = code.columns.count / 8
      return stride(from: 0, to: stored.count, by: length).flatMap { first -> [UInt8] in
        let used = min(length, stored.count - first)
        return Array(codeword(stored, first, length, code, zeroing).prefix(used))
      }
    }
  }

  private var zero: UInt8 { isSigned ? 128 : 0 }

  private func codeword(
    _ stored: [UInt8], _ first: Int, _ length: Int, _ code: NaiveSECDED, _ zeroing: Bool
  ) -> [UInt8] {
    let data = (0..<8 * length).map { place in
      let word = first + place / 8
      return word < stored.count && bit(stored[word], place % 8)
    }
    let written = code.encode(data)
    let read = written.indices.map { place -> Bool in
      let word = first + place / 8
      if place >= data.count {
        return cell(
          written[place], checkCells[first / length], checkValues[first / length],
          place - data.count)
      }
      guard word < cells.count else { return written[place] }
      return cell(written[place], cells[word], values[word], place % 8)
    }
    let decoded = code.decode(read)
    if decoded == nil && zeroing { return [UInt8](repeating: zero, count: length) }
    let bits = decoded ?? Array(read.prefix(data.count))
    return (0..<length).map { word in byte(Array(bits[8 * word..<8 * word + 8])) }
  }

  /// In two's complement each failing bit becomes the sign; a failing sign makes the word 0.
  private func masked(_ word: UInt8, _ failing: UInt8) -> UInt8 {
    guard isSigned else { return byte((0..<8).map { bit(word, $0) && !bit(failing, $0) }) }
    let value = Int(word) - 128
    if bit(failing, 7) { return 128 }
    let complement = UInt8(truncatingIfNeeded: value)
    let bits = (0..<8).map { bit(failing, $0) ? value < 0 : bit(complement, $0) }
    return UInt8(Int(Int8(bitPattern: byte(bits))) + 128)
  }

  private func cell(_ written: Bool, _ failing: UInt8, _ value: UInt8, _ place: Int) -> Bool {
    guard bit(failing, place) else { return written }
    return isStuck ? bit(value, place) : !written
  }

  private func bit(_ word: UInt8, _ place: Int) -> Bool { word >> UInt8(place) & 1 == 1 }

  private func byte(_ bits: [Bool]) -> UInt8 {
    bits.indices.reduce(UInt8(0)) { bits[$1] ? $0 | 1 << UInt8($1) : $0 }
  }
}
