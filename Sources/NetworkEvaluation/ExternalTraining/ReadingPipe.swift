import Files
import Foundation

/// A pipe that is read here without ever waiting, and written by another process.
final class ReadingPipe {
  private let reader: Int32
  private(set) var writer: Int32
  private var isOpen = true

  /// What is read at a time, and how often before other things are looked at: more than a pipe holds.
  private static let chunk = 1 << 16
  private static let chunks = 32

  /// - Throws: `InputError` 74 if there are too many open files.
  init() throws {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else {
      throw InputError(
        .inputOutput, "a pipe cannot be made: \(String(cString: strerror(errno)))")
    }
    (reader, writer) = (ends[0], ends[1])
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(reader, F_SETFL, O_NONBLOCK)
  }

  deinit {
    close(reader)
    closeWriter()
  }

  /// Closes the end that another process has by now.
  func closeWriter() {
    if writer >= 0 { close(writer) }
    writer = -1
  }

  /// Takes what is there.
  func drain(_ body: (ArraySlice<UInt8>) throws -> Void) throws {
    var buffer = [UInt8](repeating: 0, count: Self.chunk)
    for _ in 0..<Self.chunks where isOpen {
      let count = read(reader, &buffer, buffer.count)
      guard count > 0 else {
        isOpen = count < 0 && (errno == EAGAIN || errno == EINTR)
        return
      }
      try body(buffer[..<count])
    }
  }

  /// Waits until one of some pipes has something to read or is closed, or for a time.
  static func wait(for pipes: [ReadingPipe], milliseconds: Int32) {
    var descriptors = pipes.filter(\.isOpen).map {
      pollfd(fd: $0.reader, events: Int16(POLLIN), revents: 0)
    }
    _ = poll(&descriptors, nfds_t(descriptors.count), milliseconds)
  }
}
