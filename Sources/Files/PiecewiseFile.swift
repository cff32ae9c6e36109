import Foundation

/// A file that `OutputFile.writePieces` is writing: collects what comes and passes it on a piece at a
/// time.
///
/// Writing never throws, so that it can stand in a loop: after a failure nothing more is written, and
/// `OutputFile` throws in the end.
public final class PiecewiseFile {
  private let descriptor: Int32
  private var waiting: [UInt8] = []
  /// Bytes that are passed on together.
  static let pieceSize = 1 << 18
  /// The system's number of the first error.
  private(set) var failure: Int32?

  /// - Parameter descriptor: an open file, which stays the caller's to close.
  init(descriptor: Int32) { self.descriptor = descriptor }

  /// Appends a text in UTF-8.
  public func write(_ text: String) {
    waiting.append(contentsOf: text.utf8)
    if waiting.count >= Self.pieceSize { flush() }
  }

  /// Appends bytes.
  public func write(_ bytes: [UInt8]) {
    guard bytes.count >= Self.pieceSize else {
      waiting += bytes
      if waiting.count >= Self.pieceSize { flush() }
      return
    }
    flush()
    pass(bytes)
  }

  /// Passes on what waits.
  func flush() {
    pass(waiting)
    waiting.removeAll(keepingCapacity: true)
  }

  private func pass(_ bytes: [UInt8]) {
    var written = 0
    while failure == nil, written < bytes.count {
      let count = bytes.withUnsafeBytes { raw in
        Foundation.write(descriptor, raw.baseAddress?.advanced(by: written), bytes.count - written)
      }
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { failure = errno } else { written += count }
    }
  }
}
