/// The header of a NumPy array file, format 1.0: element type, C order and shape. The data follow it,
/// at a multiple of 64 bytes.
///
/// Source: NumPy's documentation, `numpy.lib.format`.
package enum NPYHeader {
  /// - Parameter type: as NumPy writes it, `<u2` for little-endian 16-bit words.
  package static func bytes(type: String, shape: [Int]) -> [UInt8] {
    let sizes = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var header = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(sizes)), }"
    // Magic, version and length take 10 bytes.
    header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
    var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
    bytes += [UInt8(header.utf8.count & 0xFF), UInt8(header.utf8.count >> 8)]
    return bytes + Array(header.utf8)
  }
}
