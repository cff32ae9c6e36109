/// Whether numbers are finite: asked of all parameters after each step, so in a loop that runs as
/// vectors.
enum Finiteness {
  static func holds(for values: [Float]) -> Bool {
    values.withUnsafeBytes { bytes in
      // 0·x is 0 for every finite x, and not a number for the others.
      let size = MemoryLayout<SIMD16<Float>>.size
      var (sums, offset) = (SIMD16<Float>.zero, 0)
      while offset + size <= bytes.count {
        sums += 0 * bytes.loadUnaligned(fromByteOffset: offset, as: SIMD16<Float>.self)
        offset += size
      }
      var sum = sums.sum()
      for index in offset / MemoryLayout<Float>.size..<values.count { sum += 0 * values[index] }
      return sum == 0
    }
  }
}
