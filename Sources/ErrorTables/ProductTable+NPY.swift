extension ProductTable {
  /// The table as a NumPy array file (NPY format 1.0): shape (2^wa, 2^wb), element [a, b] the product
  /// of the words a and b, little endian; `<u4`, or `<i4` with the product as a two's complement
  /// number.
  ///
  /// - Parameter productWidth: bits of the product, 1 to 32.
  public func npy(productWidth: Int, isSigned: Bool) -> [UInt8] {
    precondition((1...32).contains(productWidth), "product width outside 1…32")
    let type = isSigned ? "<i4" : "<u4"
    var bytes = NPYHeader.bytes(type: type, shape: [1 << widthA, 1 << widthB])
    bytes.reserveCapacity(bytes.count + 4 * products.count)
    let extra = UInt32(32 - productWidth)
    for a in 0..<1 << widthA {
      for b in 0..<1 << widthB {
        var word = self[a, b]
        if isSigned { word = UInt32(bitPattern: Int32(bitPattern: word << extra) >> Int32(extra)) }
        for shift in [0, 8, 16, 24] as [UInt32] {
          bytes.append(UInt8(truncatingIfNeeded: word >> shift))
        }
      }
    }
    return bytes
  }
}
