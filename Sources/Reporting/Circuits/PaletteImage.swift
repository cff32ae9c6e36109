import Foundation

/// A picture of up to 256 colors as a PNG file: the format's simplest form, without compression.
///
/// Source: W3C, *Portable Network Graphics*, third edition; RFC 1950 and RFC 1951 for the stored
/// blocks of its data.
struct PaletteImage {
  let width: Int
  let height: Int
  /// Red, green, blue of each color.
  let palette: [SIMD3<UInt8>]
  /// The color of each pixel, row by row from the top.
  let pixels: [UInt8]

  init(width: Int, height: Int, palette: [SIMD3<UInt8>], pixels: [UInt8]) {
    precondition(pixels.count == width * height, "one color for each pixel")
    precondition(palette.count <= 256 && pixels.allSatisfy { Int($0) < palette.count })
    self.width = width
    self.height = height
    self.palette = palette
    self.pixels = pixels
  }

  var png: [UInt8] {
    var bytes: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    // Eight bits a pixel, color type 3 (palette).
    bytes += Self.chunk("IHDR", Self.big(width) + Self.big(height) + [8, 3, 0, 0, 0])
    bytes += Self.chunk("PLTE", palette.flatMap { [$0.x, $0.y, $0.z] })
    var data: [UInt8] = []
    for row in 0..<height {
      // Filter type 0.
      data.append(0)
      data += pixels[row * width..<(row + 1) * width]
    }
    bytes += Self.chunk("IDAT", Self.stored(data))
    return bytes + Self.chunk("IEND", [])
  }

  /// A zlib stream of stored blocks.
  private static func stored(_ data: [UInt8]) -> [UInt8] {
    var stream: [UInt8] = [0x78, 0x01]
    for start in stride(from: 0, to: max(1, data.count), by: 65535) {
      let end = min(start + 65535, data.count)
      let length = UInt16(end - start)
      stream.append(end == data.count ? 1 : 0)
      for word in [length, ~length] { stream += [UInt8(word & 0xFF), UInt8(word >> 8)] }
      stream += data[start..<end]
    }
    var (low, high): (UInt32, UInt32) = (1, 0)
    for byte in data {
      low = (low + UInt32(byte)) % 65521
      high = (high + low) % 65521
    }
    return stream + big(Int(high << 16 | low))
  }

  private static func chunk(_ type: StaticString, _ data: [UInt8]) -> [UInt8] {
    let body = Array("\(type)".utf8) + data
    var check: UInt32 = ~0
    for byte in body {
      check ^= UInt32(byte)
      for _ in 0..<8 { check = check >> 1 ^ (check & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
    return big(data.count) + body + big(Int(~check))
  }

  private static func big(_ value: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }
}
