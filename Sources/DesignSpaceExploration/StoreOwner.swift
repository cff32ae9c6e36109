import Files
import Foundation

/// The process that computes a point: its lease lasts as long as the process lives and beats.
struct StoreOwner: Sendable, Equatable {
  /// Seconds between two heartbeats.
  static let beat = 5.0
  /// Seconds after the last heartbeat until another process may take the point over.
  static let lease = 60.0

  /// `process id@host:random`.
  let text: String

  init() {
    text = "\(getpid())@\(ProcessInfo.processInfo.hostName):\(UInt64.random(in: 0...UInt64.max))"
  }

  init(text: String) { self.text = text }

  /// Whether the lease that this owner took still holds, as seen by a process of `observer`.
  ///
  /// A process on the same host that is gone has lost its lease at once, so that a sweep that was
  /// killed goes on without waiting. Taking a point over too early costs time and never a result:
  /// the same key gives the same row.
  func holdsLease(heartbeat: Double, now: Double, observer: StoreOwner) -> Bool {
    guard abs(now - heartbeat) < Self.lease else { return false }
    guard host == observer.host, let id = processID else { return true }
    if id == getpid() { return text == observer.text }
    return kill(id, 0) == 0 || errno == EPERM
  }

  private var processID: pid_t? { text.split(separator: "@").first.flatMap { pid_t($0) } }

  private var host: Substring {
    text.drop { $0 != "@" }.prefix { $0 != ":" }
  }
}
