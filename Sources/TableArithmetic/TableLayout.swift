/// A table of products in the order in which a kernel reads it, for one choice of the scalar operand.
///
/// Of the two operands of a product one varies along the lanes of a vector, the other is the same in
/// all of them: the scalar.
struct TableLayout: Sendable {
  /// The products at `[lane operand << 8 | scalar]`: what an expansion is made of.
  let byLane: AlignedMemory<UInt16>
  /// The products at `[scalar << 8 | lane operand]`: what single look-ups read.
  let byScalar: AlignedMemory<UInt16>
  /// For each scalar 256 low bytes, then 256 high bytes; nil if no kernel needs them.
  let planes: AlignedMemory<UInt8>?

  /// - Parameters:
  ///   - products: at `[w << 8 | a]`.
  ///   - lanes: whose operand varies along the lanes: the activations' (`.vectors`) or the weights'.
  init(products: [UInt16], lanes: TableMethod.Lanes, kernels: TableKernels) {
    let plain = AlignedMemory<UInt16>(count: 65_536) { table in
      for index in 0..<65_536 { table[index] = products[index] }
    }
    let transposed = AlignedMemory<UInt16>(count: 65_536) { table in
      for index in 0..<65_536 { table[(index & 255) << 8 | index >> 8] = products[index] }
    }
    byScalar = lanes == .vectors ? plain : transposed
    byLane = lanes == .vectors ? transposed : plain
    let rows = byScalar.start
    planes =
      kernels == .avx512
      ? AlignedMemory<UInt8>(count: 131_072) { planes in
        for index in 0..<65_536 {
          let place = (index >> 8) << 9 | index & 255
          planes[place] = UInt8(truncatingIfNeeded: rows[index])
          planes[place | 256] = UInt8(truncatingIfNeeded: rows[index] >> 8)
        }
      } : nil
  }
}
