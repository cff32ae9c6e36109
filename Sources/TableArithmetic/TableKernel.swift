/// The inner loops of a matrix product through a product table.
///
/// They run along the images: the 512 bytes of the table that belong to one weight stay in the
/// first-level cache, and four weights of a column are taken at once, so that a partial sum is
/// loaded and stored once for four products.
enum TableKernel {
  /// Adds up the products of one output over all its weights:
  /// `sums[m] = Σₖ table[weights[k·N]·256 + activations[k·images + m]]`, modulo 2³².
  ///
  /// - Parameters:
  ///   - table: 65,536 products, 256 consecutive ones for each weight.
  ///   - activations: transposed, `inputs` rows of `images` values.
  ///   - weights: the column of the output, `stride` apart.
  @inline(never)
  static func accumulate(
    table: UnsafePointer<UInt16>, activations: UnsafePointer<UInt8>, images: Int,
    weights: UnsafePointer<UInt8>, stride: Int, inputs: Int,
    sums: UnsafeMutablePointer<UInt32>
  ) {
    sums.update(repeating: 0, count: images)
    var input = 0
    while input + 4 <= inputs {
      let row0 = table + Int(weights[input * stride]) &* 256
      let row1 = table + Int(weights[(input + 1) * stride]) &* 256
      let row2 = table + Int(weights[(input + 2) * stride]) &* 256
      let row3 = table + Int(weights[(input + 3) * stride]) &* 256
      let a0 = activations + input &* images
      let (a1, a2, a3) = (a0 + images, a0 + 2 &* images, a0 + 3 &* images)
      for m in 0..<images {
        let low = UInt32(row0[Int(a0[m])]) &+ UInt32(row1[Int(a1[m])])
        let high = UInt32(row2[Int(a2[m])]) &+ UInt32(row3[Int(a3[m])])
        sums[m] &+= low &+ high
      }
      input += 4
    }
    while input < inputs {
      let row = table + Int(weights[input * stride]) &* 256
      let a = activations + input &* images
      for m in 0..<images { sums[m] &+= UInt32(row[Int(a[m])]) }
      input += 1
    }
  }

  /// The same sums where every product is exact: plain integer multiplication.
  @inline(never)
  static func accumulateExactly(
    activations: UnsafePointer<UInt8>, images: Int, weights: UnsafePointer<UInt8>, stride: Int,
    inputs: Int, sums: UnsafeMutablePointer<UInt32>
  ) {
    sums.update(repeating: 0, count: images)
    var input = 0
    while input + 2 <= inputs {
      let w0 = UInt16(weights[input * stride])
      let w1 = UInt16(weights[(input + 1) * stride])
      let a0 = activations + input &* images
      let a1 = a0 + images
      for m in 0..<images {
        // A product of two bytes fits 16 bits, where vector units multiply fastest.
        sums[m] &+= UInt32(UInt16(a0[m]) &* w0) &+ UInt32(UInt16(a1[m]) &* w1)
      }
      input += 2
    }
    if input < inputs {
      let w = UInt16(weights[input * stride])
      let a = activations + input &* images
      for m in 0..<images { sums[m] &+= UInt32(UInt16(a[m]) &* w) }
    }
  }
}
