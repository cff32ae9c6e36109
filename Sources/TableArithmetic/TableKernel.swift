/// The inner loops of a matrix product through a product table, in Swift.
///
/// They run along the lanes: the 512 bytes of the table that belong to one scalar stay in the
/// first-level cache, and four scalars of a sum are taken at once, so that a partial sum is loaded
/// and stored once for four products.
enum TableKernel {
  /// Adds up the products of one scalar operand a step with all lanes:
  /// `sums[l] += Σₖ table[scalars[k·stride]·256 + lanes[k·laneCount + l]]`, modulo 2³².
  ///
  /// - Parameters:
  ///   - table: 65,536 products, 256 consecutive ones for each scalar.
  ///   - lanes: `steps` rows of `laneCount` values.
  ///   - scalars: one a step, `stride` apart.
  @inline(never)
  static func accumulate(
    table: UnsafePointer<UInt16>, lanes: UnsafePointer<UInt8>, laneCount: Int,
    scalars: UnsafePointer<UInt8>, stride: Int, steps: Int, sums: UnsafeMutablePointer<UInt32>
  ) {
    var step = 0
    while step + 4 <= steps {
      let row0 = table + Int(scalars[step * stride]) &* 256
      let row1 = table + Int(scalars[(step + 1) * stride]) &* 256
      let row2 = table + Int(scalars[(step + 2) * stride]) &* 256
      let row3 = table + Int(scalars[(step + 3) * stride]) &* 256
      let a0 = lanes + step &* laneCount
      let (a1, a2, a3) = (a0 + laneCount, a0 + 2 &* laneCount, a0 + 3 &* laneCount)
      for l in 0..<laneCount {
        let low = UInt32(row0[Int(a0[l])]) &+ UInt32(row1[Int(a1[l])])
        let high = UInt32(row2[Int(a2[l])]) &+ UInt32(row3[Int(a3[l])])
        sums[l] &+= low &+ high
      }
      step += 4
    }
    while step < steps {
      let row = table + Int(scalars[step * stride]) &* 256
      let a = lanes + step &* laneCount
      for l in 0..<laneCount { sums[l] &+= UInt32(row[Int(a[l])]) }
      step += 1
    }
  }

  /// The same sums where every product is exact: plain integer multiplication.
  @inline(never)
  static func accumulateExactly(
    lanes: UnsafePointer<UInt8>, laneCount: Int, scalars: UnsafePointer<UInt8>, stride: Int,
    steps: Int, sums: UnsafeMutablePointer<UInt32>
  ) {
    var step = 0
    while step + 2 <= steps {
      let s0 = UInt16(scalars[step * stride])
      let s1 = UInt16(scalars[(step + 1) * stride])
      let a0 = lanes + step &* laneCount
      let a1 = a0 + laneCount
      for l in 0..<laneCount {
        // A product of two bytes fits 16 bits, where vector units multiply fastest.
        sums[l] &+= UInt32(UInt16(a0[l]) &* s0) &+ UInt32(UInt16(a1[l]) &* s1)
      }
      step += 2
    }
    if step < steps {
      let s = UInt16(scalars[step * stride])
      let a = lanes + step &* laneCount
      for l in 0..<laneCount { sums[l] &+= UInt32(UInt16(a[l]) &* s) }
    }
  }
}
