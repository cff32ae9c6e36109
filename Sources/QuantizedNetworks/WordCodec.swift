import Networks

/// Words of activations and their integers, by tables.
struct WordCodec: Sendable {
  private let integers: [Int32]
  private let words: [UInt8]
  private let lowest: Int32
  /// Whether each byte is its own integer.
  let isIdentity: Bool
  /// The word of the integer of each low byte; nil if that byte is the word.
  private let wordOfByte: [UInt8]?

  init(encoding: OperandEncoding, bits: Int) {
    integers = encoding.integerTable(bits: bits)
    isIdentity = encoding == .offset && bits == 8
    let range = encoding.integers(bits: bits)
    lowest = range.lowerBound
    words = range.map { encoding.word($0, bits: bits) }
    wordOfByte = encoding.wordTable(bits: bits)
  }

  @inline(__always)
  func integer(_ word: UInt8) -> Int32 { integers[Int(word)] }

  /// - Precondition: an integer that has a word.
  @inline(__always)
  func word(_ integer: Int32) -> UInt8 { words[Int(integer &- lowest)] }

  /// Adds the integers of words to numbers.
  @inline(__always)
  func add(_ source: UnsafePointer<UInt8>, count: Int, to sums: UnsafeMutablePointer<Int32>) {
    if isIdentity {
      for index in 0..<count { sums[index] &+= Int32(source[index]) }
    } else {
      integers.withUnsafeBufferPointer { integers in
        for index in 0..<count { sums[index] &+= integers[Int(source[index])] }
      }
    }
  }

  /// The sum of the integers of words.
  func sum(_ source: UnsafePointer<UInt8>, count: Int) -> Int32 {
    if isIdentity { return Self.byteSum(source, count: count) }
    var sum: Int32 = 0
    integers.withUnsafeBufferPointer { integers in
      for index in 0..<count { sum &+= integers[Int(source[index])] }
    }
    return sum
  }

  /// Eight bytes at a time in four lanes of 16 bits, which hold 128 times two bytes.
  private static func byteSum(_ source: UnsafePointer<UInt8>, count: Int) -> Int32 {
    let (low, bytes) = (0x00FF_00FF_00FF_00FF as UInt64, UnsafeRawPointer(source))
    let whole = count & ~7
    var sum: UInt32 = 0
    for start in stride(from: 0, to: whole, by: 8 * 128) {
      var lanes: UInt64 = 0
      for index in stride(from: start, to: min(whole, start + 8 * 128), by: 8) {
        let eight = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        lanes &+= (eight & low) &+ (eight &>> 8 & low)
      }
      for lane in [0, 16, 32, 48] as [UInt64] {
        sum &+= UInt32(truncatingIfNeeded: lanes &>> lane & 0xFFFF)
      }
    }
    for index in whole..<count { sum &+= UInt32(source[index]) }
    return Int32(bitPattern: sum)
  }

  /// The words of a layer's outputs for its sums: step 3 of `IntegerLinear`.
  func requantize(
    _ sums: [Int32], of linear: IntegerLinear, to quantization: AffineQuantization
  ) -> [UInt8] {
    guard let limits = linear.limits, let requantizations = linear.requantizations else {
      preconditionFailure("the sums are logits")
    }
    let (positions, channels) = (linear.output.positions, linear.output.channels)
    // Filters of a layer often share their scale.
    let isShared = requantizations.allSatisfy { $0 == requantizations[0] }
    let run = isShared ? max(1, sums.count) : positions
    return [UInt8](unsafeUninitializedCapacity: sums.count) { result, initialized in
      initialized = sums.count
      guard let result = result.baseAddress else { return }
      sums.withUnsafeBufferPointer { sums in
        guard let sums = sums.baseAddress else { return }
        for (number, first) in stride(from: 0, to: initialized, by: run).enumerated() {
          let requantization = requantizations[isShared ? 0 : number % channels]
          guard run > 1 else {
            let scaled = Int64(quantization.zeroPoint) + requantization.scaled(sums[first])
            result[first] = UInt8(
              truncatingIfNeeded: min(
                Int64(limits.upperBound), max(Int64(limits.lowerBound), scaled)))
            continue
          }
          TrainingKernels.best.requantize(
            sums + first, into: result + first, count: run, multiplier: requantization.multiplier,
            shift: requantization.shift, zero: quantization.zeroPoint, limits: limits)
        }
      }
      guard let wordOfByte else { return }
      wordOfByte.withUnsafeBufferPointer { words in
        for index in 0..<initialized { result[index] = words[Int(result[index])] }
      }
    }
  }
}
