import Files

/// The file: a line that names the kind and its version; the identity of what the products follow from,
/// 32 bytes; the widths of the held and of the moving operand, a byte each; of each of 256 held bytes how
/// many transitions are wrong, 4 bytes; held byte after held byte these transitions, previous · 256 +
/// present, ascending, and what is captured, 2 bytes each; at the end the SHA-256 of all that. Numbers
/// are little endian.
extension WrongProducts {
  private static let kind = Array("AxTrain wrong products 2\n".utf8)

  /// Writes the file, whole or not at all.
  ///
  /// - Parameter identity: of what the products follow from.
  /// - Throws: `InputError` 73 or 74 if it cannot be written.
  public func write(to path: String, identity: Digest) throws {
    var bytes = Self.kind + identity.bytes
    bytes += [UInt8(stationaryWidth), UInt8(movingWidth)]
    Self.append(held.map { UInt32($0?.transitions.count ?? 0) }, to: &bytes)
    for errors in held.compactMap(\.self) {
      Self.append(errors.transitions, to: &bytes)
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
      guard let counts: [UInt32] = take(256) else { return nil }
      var held = [HeldErrors?](repeating: nil, count: 256)
      for (byte, count) in counts.enumerated() where count > 0 {
        guard let transitions: [UInt16] = take(Int(count)), HeldErrors.ascend(transitions),
          let products: [UInt16] = take(Int(count))
        else { return nil }
        held[byte] = HeldErrors(transitions: transitions, products: products)
      }
      return held
    }
  }
}
