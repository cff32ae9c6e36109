import COpenSSL
import Foundation

/// A SHA-256 digest (FIPS 180-4), computed by OpenSSL's libcrypto.
public struct Digest: Hashable, Sendable, CustomStringConvertible {
  public let bytes: [UInt8]

  public init(of data: [UInt8]) {
    bytes = [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
      _ = SHA256(data, data.count, buffer.baseAddress)
      count = 32
    }
  }

  /// Of contiguous data, perhaps a mapped file.
  public init(of data: Data) {
    bytes = [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
      data.withUnsafeBytes {
        _ = SHA256($0.bindMemory(to: UInt8.self).baseAddress, $0.count, buffer.baseAddress)
      }
      count = 32
    }
  }

  public init(of text: String) { self.init(of: Array(text.utf8)) }

  /// 64 lower-case hexadecimal digits.
  public var description: String {
    let digits = Array("0123456789abcdef")
    return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }

  /// The first eight bytes as a big-endian number: the check of a stored row.
  public var prefix64: UInt64 { bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }
}
