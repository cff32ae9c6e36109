import Files

/// The file: a line that names the kind and its version; the identity of what the products follow from,
/// 32 bytes; the widths of the held and of the moving operand, a byte each; a bit for each held byte that
/// has wrong products, 32 bytes; for each of these its 1,024 words of transitions (previous · 256 +
/// present) as a bit for each word that is not 0, 128 bytes, those words, and the wrong products in the
/// order of the bits; at the end the SHA-256 of all that. Bits are counted from the lowest, numbers are
/// little endian, words of transitions have 8 bytes, products 2.
extension WrongProducts {
  private static let kind = Array("AxTrain wrong products 1\n".utf8)

  /// Writes the file, whole or not at all.
  ///
  /// - Parameter identity: of what the products follow from.
  /// - Throws: `InputError` 73 or 74 if it cannot be written.
  public func write(to path: String, identity: Digest) throws {
    var bytes = Self.kind + identity.bytes
    bytes += [UInt8(stationaryWidth), UInt8(movingWidth)]
    bytes += Self.places(held.map { $0 != nil })
    for errors in held.compactMap(\.self) {
      Self.append(errors.occupied, to: &bytes)
      Self.append(errors.bits.filter { $0 != 0 }, to: &bytes)
      Self.append(errors.products, to: &bytes)
    }
    try OutputFile.write(bytes + Digest(of: bytes).bytes, to: path)
  }

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - identity: that it must have been written with.
  ///   - stationaryWidth: of its operands.
  ///   - movingWidth: likewise.
  ///   - remedy: what the message of a file that is not this one says is to be done.
  /// - Throws: `InputError` 66 if it cannot be read, 65 if it is of another kind, version or die, or
  ///   damaged.
  public init(
    contentsOf path: String, identity: Digest, stationaryWidth: Int, movingWidth: Int,
    remedy: String
  ) throws {
    let bytes = try InputFile.bytes(of: path)
    func fail(_ what: String) -> InputError {
      InputError(.badData, at: SourceLocation(file: path), "\(what): \(remedy)")
    }
    guard bytes.starts(with: Self.kind) else {
      throw fail("holds no wrong products, or those of another version")
    }
    let end = bytes.count - identity.bytes.count
    guard end >= Self.kind.count,
      Digest(of: Array(bytes[..<end])).bytes.elementsEqual(bytes[end...])
    else { throw fail("is damaged (its SHA-256 is not the recorded one)") }
    var rest = Remainder(bytes: bytes, place: Self.kind.count, end: end)
    guard let recorded: [UInt8] = rest.take(identity.bytes.count),
      let widths: [UInt8] = rest.take(2), recorded == identity.bytes,
      widths == [UInt8(stationaryWidth), UInt8(movingWidth)]
    else { throw fail("is of another die") }
    guard let held = rest.held(), rest.place == end else {
      throw fail("is damaged (its parts do not belong together)")
    }
    self.init(stationaryWidth: stationaryWidth, movingWidth: movingWidth, held: held)
  }

  /// A bit for each, eight a byte.
  private static func places(_ set: [Bool]) -> [UInt8] {
    stride(from: 0, to: set.count, by: 8).map { first in
      (0..<8).reduce(0) { $0 | (set[first + $1] ? 1 << UInt8($1) : 0) }
    }
  }

  private static func append(_ numbers: [some FixedWidthInteger], to bytes: inout [UInt8]) {
    numbers.map(\.littleEndian).withUnsafeBytes { bytes.append(contentsOf: $0) }
  }

  /// What has not been read of a file's body.
  private struct Remainder {
    let bytes: [UInt8]
    var place: Int
    let end: Int

    /// The next numbers; nil if there are not as many.
    mutating func take<Number: FixedWidthInteger>(_ count: Int) -> [Number]? {
      let size = count * MemoryLayout<Number>.size
      guard size <= end - place else { return nil }
      defer { place += size }
      return [Number](unsafeUninitializedCapacity: count) { buffer, initialized in
        bytes[place..<place + size].withUnsafeBytes {
          UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0)
        }
        initialized = count
      }.map { Number(littleEndian: $0) }
    }

    /// The errors by held byte; nil if they are not whole.
    mutating func held() -> [HeldErrors?]? {
      guard let places: [UInt8] = take(32) else { return nil }
      var held = [HeldErrors?](repeating: nil, count: 256)
      for byte in held.indices where places[byte >> 3] >> UInt8(byte & 7) & 1 == 1 {
        guard let errors = errors() else { return nil }
        held[byte] = errors
      }
      return held
    }

    private mutating func errors() -> HeldErrors? {
      guard let occupied: [UInt64] = take(16) else { return nil }
      let places = (0..<1024).filter { occupied[$0 >> 6] >> UInt64($0 & 63) & 1 == 1 }
      guard let words: [UInt64] = take(places.count), !words.isEmpty, !words.contains(0)
      else { return nil }
      var bits = [UInt64](repeating: 0, count: 1024)
      for (place, word) in zip(places, words) { bits[place] = word }
      let count = words.reduce(0) { $0 + $1.nonzeroBitCount }
      guard let products: [UInt16] = take(count) else { return nil }
      return HeldErrors(bits: bits, products: products)
    }
  }
}
