import Files

/// How the elements of an array stand in a file.
struct ElementLayout {
  let type: ElementType
  let isBigEndian: Bool
  /// Whether the first index runs fastest (Fortran's order).
  let isColumnMajor: Bool
}

extension NumericArray {
  private static let chunkBytes = 1 << 16

  /// Reads the elements that are next in a stream.
  ///
  /// - Throws: `InputError` 65 if they are too many or not all there, or at the byte of a number that
  ///   is not finite.
  init(decoding stream: ByteStream, shape: [Int], layout: ElementLayout) throws {
    let count = try Self.count(of: shape, in: stream)
    try stream.check(holds: count * layout.type.size, of: "elements")
    switch layout.type {
    case .uint8, .bool:
      let bytes = try Self.bytes(stream, count: count)
      if layout.type == .bool, let wrong = bytes.firstIndex(where: { $0 > 1 }) {
        throw stream.source.refusal(
          at: stream.position - count + wrong, "\(bytes[wrong]) is neither 0 nor 1")
      }
      let ordered = layout.isColumnMajor ? Self.rowMajor(bytes, shape: shape) : bytes
      self.init(shape: shape, values: .bytes(ordered))
    case .int8, .uint16, .int16, .uint32, .int32, .uint64, .int64, .float16, .float32, .float64:
      let reals = try Self.reals(stream, count: count, layout: layout)
      let ordered = layout.isColumnMajor ? Self.rowMajor(reals, shape: shape) : reals
      self.init(shape: shape, values: .reals(ordered))
    }
  }

  private static func bytes(_ stream: ByteStream, count: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      let whole = UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: count)
      try stream.read(into: whole, "elements")
      initialized = count
    }
  }

  private static func reals(
    _ stream: ByteStream, count: Int, layout: ElementLayout
  ) throws -> [Float] {
    let size = layout.type.size
    var chunk = [UInt8](repeating: 0, count: min(chunkBytes, count * size))
    return try [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      while initialized < count {
        let taken = min(chunkBytes / size, count - initialized)
        let target = UnsafeMutableBufferPointer(rebasing: buffer[initialized..<initialized + taken])
        try chunk.withUnsafeMutableBytes {
          let part = UnsafeMutableRawBufferPointer(rebasing: $0[..<(taken * size)])
          try stream.read(into: part, "elements")
          decode(UnsafeRawBufferPointer(part), layout, into: target)
        }
        if let wrong = target.firstIndex(where: { !$0.isFinite }) {
          throw stream.source.refusal(
            at: stream.position - (taken - wrong) * size,
            "\(target[wrong]) is not a finite number of single precision")
        }
        initialized += taken
      }
    }
  }

  private static func decode(
    _ raw: UnsafeRawBufferPointer, _ layout: ElementLayout,
    into target: UnsafeMutableBufferPointer<Float>
  ) {
    let swaps = layout.isBigEndian
    switch layout.type {
    case .bool, .uint8: each(raw, UInt8.self, swaps, target) { Float($0) }
    case .int8: each(raw, UInt8.self, swaps, target) { Float(Int8(bitPattern: $0)) }
    case .uint16: each(raw, UInt16.self, swaps, target) { Float($0) }
    case .int16: each(raw, UInt16.self, swaps, target) { Float(Int16(bitPattern: $0)) }
    case .uint32: each(raw, UInt32.self, swaps, target) { Float($0) }
    case .int32: each(raw, UInt32.self, swaps, target) { Float(Int32(bitPattern: $0)) }
    case .uint64: each(raw, UInt64.self, swaps, target) { Float($0) }
    case .int64: each(raw, UInt64.self, swaps, target) { Float(Int64(bitPattern: $0)) }
    case .float16: each(raw, UInt16.self, swaps, target, half)
    case .float32: each(raw, UInt32.self, swaps, target) { Float(bitPattern: $0) }
    case .float64: each(raw, UInt64.self, swaps, target) { Float(Double(bitPattern: $0)) }
    }
  }

  @inline(__always)
  private static func each<Word: FixedWidthInteger>(
    _ raw: UnsafeRawBufferPointer, _ type: Word.Type, _ isBigEndian: Bool,
    _ target: UnsafeMutableBufferPointer<Float>, _ convert: (Word) -> Float
  ) {
    precondition(raw.count == target.count * MemoryLayout<Word>.size)
    for index in target.indices {
      let word = raw.loadUnaligned(fromByteOffset: index * MemoryLayout<Word>.size, as: Word.self)
      target[index] = convert(isBigEndian ? Word(bigEndian: word) : Word(littleEndian: word))
    }
  }

  /// A number of IEEE 754 binary16, which not every platform of Swift has as a type.
  static func half(_ bits: UInt16) -> Float {
    let sign: Float = bits >> 15 == 0 ? 1 : -1
    let exponent = Int(bits >> 10 & 31)
    let fraction = Float(bits & 1023) * 0x1p-10
    switch exponent {
    case 0: return sign * fraction * 0x1p-14
    case 31: return fraction == 0 ? sign * .infinity : .nan
    default:
      return sign * (1 + fraction) * Float(sign: .plus, exponent: exponent - 15, significand: 1)
    }
  }

  /// Elements whose first index runs fastest, with the last index fastest.
  static func rowMajor<Element>(_ stored: [Element], shape: [Int]) -> [Element] {
    guard let rows = shape.first, shape.count > 1, !stored.isEmpty else { return stored }
    let columns = stored.count / rows
    // Where the elements after the first index stand in each order.
    var position = [Int](repeating: 0, count: columns)
    var stride = 1
    for dimension in 1..<shape.count {
      let rowStride = shape[(dimension + 1)...].reduce(1, *)
      for index in 0..<columns {
        position[index] += index / stride % shape[dimension] * rowStride
      }
      stride *= shape[dimension]
    }
    var target = stored
    target.withUnsafeMutableBufferPointer { target in
      stored.withUnsafeBufferPointer { stored in
        for column in 0..<columns {
          let place = position[column]
          for row in 0..<rows { target[row * columns + place] = stored[column * rows + row] }
        }
      }
    }
    return target
  }
}
