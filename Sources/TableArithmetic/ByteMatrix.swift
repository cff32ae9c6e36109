/// Matrices of bytes, row-major.
package enum ByteMatrix {
  /// to[column·resultLength + row] = from[row·rowLength + column].
  package static func transpose(
    _ from: UnsafePointer<UInt8>, rowLength: Int, rows: Int, columns: Int,
    into to: UnsafeMutablePointer<UInt8>, resultLength: Int
  ) {
    let (wholeRows, wholeColumns) = (rows & ~7, columns & ~7)
    for row in stride(from: 0, to: wholeRows, by: 8) {
      for column in stride(from: 0, to: wholeColumns, by: 8) {
        transposeBlock(
          from + (row &* rowLength &+ column), rowLength,
          to + (column &* resultLength &+ row),
          resultLength)
      }
    }
    for row in 0..<rows {
      for column in (row < wholeRows ? wholeColumns : 0)..<columns {
        to[column &* resultLength &+ row] = from[row &* rowLength &+ column]
      }
    }
  }

  /// Transposes 8 × 8 bytes by exchanging blocks of 4, 2 and 1.
  /// Source: Warren, *Hacker's Delight*, section 7-3, on bytes.
  @inline(__always)
  private static func transposeBlock(
    _ from: UnsafePointer<UInt8>, _ rowLength: Int, _ to: UnsafeMutablePointer<UInt8>,
    _ resultLength: Int
  ) {
    let source = UnsafeRawPointer(from)
    func load(_ row: Int) -> UInt64 {
      UInt64(littleEndian: source.loadUnaligned(fromByteOffset: row &* rowLength, as: UInt64.self))
    }
    func exchange(_ a: UInt64, _ b: UInt64, _ shift: UInt64, _ mask: UInt64) -> (UInt64, UInt64) {
      let t = ((a &>> shift) ^ b) & mask
      return (a ^ (t &<< shift), b ^ t)
    }
    let (four, two, one) = (
      0x0000_0000_FFFF_FFFF as UInt64, 0x0000_FFFF_0000_FFFF as UInt64,
      0x00FF_00FF_00FF_00FF as UInt64
    )
    var (a, e) = exchange(load(0), load(4), 32, four)
    var (b, f) = exchange(load(1), load(5), 32, four)
    var (c, g) = exchange(load(2), load(6), 32, four)
    var (d, h) = exchange(load(3), load(7), 32, four)
    (a, c) = exchange(a, c, 16, two)
    (b, d) = exchange(b, d, 16, two)
    (e, g) = exchange(e, g, 16, two)
    (f, h) = exchange(f, h, 16, two)
    (a, b) = exchange(a, b, 8, one)
    (c, d) = exchange(c, d, 8, one)
    (e, f) = exchange(e, f, 8, one)
    (g, h) = exchange(g, h, 8, one)
    let result = UnsafeMutableRawPointer(to)
    func store(_ word: UInt64, _ row: Int) {
      result.storeBytes(
        of: word.littleEndian, toByteOffset: row &* resultLength, as: UInt64.self)
    }
    store(a, 0)
    store(b, 1)
    store(c, 2)
    store(d, 3)
    store(e, 4)
    store(f, 5)
    store(g, 6)
    store(h, 7)
  }
}
