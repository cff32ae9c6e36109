import Foundation
import Synchronization

/// A file, whatever path leads to it.
struct FileIdentity: Hashable {
  private let device: UInt64
  private let number: UInt64

  init(_ status: stat) {
    device = UInt64(truncatingIfNeeded: status.st_dev)
    number = UInt64(truncatingIfNeeded: status.st_ino)
  }

  /// What this process has read.
  private static let read = Mutex<Set<FileIdentity>>([])

  /// Remembers that the file was read.
  func markRead() { Self.read.withLock { _ = $0.insert(self) } }

  var wasRead: Bool { Self.read.withLock { $0.contains(self) } }
}
