import CZlib
import Files

/// zlib's state of unpacking one stream: a class, since zlib points back at it.
final class Inflater {
  /// What a step made and took.
  struct Step {
    let made: Int
    let taken: Int
    let status: Int32
  }

  private let stream: UnsafeMutablePointer<z_stream>

  /// - Parameter isGzip: whether gzip's header and checksum are there; else bare DEFLATE.
  /// - Throws: `InputError` 70 if zlib has no memory.
  init(isGzip: Bool, file: String) throws {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // 15 bits of window; 16 more ask for gzip's header, a negative number for none.
    let window: Int32 = isGzip ? 31 : -15
    let size = Int32(MemoryLayout<z_stream>.size)
    guard inflateInit2_(stream, window, ZLIB_VERSION, size) == Z_OK else {
      throw InputError(.internalError, at: SourceLocation(file: file), "zlib does not start")
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Unpacks from `input` until `output` is full or `input` is used up.
  ///
  /// - Precondition: both below 2³² bytes.
  func step(_ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer) -> Step {
    let start = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.next_in = UnsafeMutablePointer(mutating: start)
    stream.pointee.avail_in = UInt32(input.count)
    stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = UInt32(output.count)
    let status = inflate(stream, Z_NO_FLUSH)
    return Step(
      made: output.count - Int(stream.pointee.avail_out),
      taken: input.count - Int(stream.pointee.avail_in), status: status)
  }

  /// Begins another stream.
  func reset() { inflateReset(stream) }

  /// What zlib says is wrong.
  func reason(_ status: Int32) -> String {
    stream.pointee.msg.map { String(cString: $0) } ?? "status \(status)"
  }
}
