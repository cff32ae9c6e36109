import Foundation

/// What the system says of a process.
public enum ProcessState {
  /// Whether a process has ended, or ends while this looks: one that was killed takes a moment. One
  /// that nobody has reaped has ended.
  public static func ends(_ process: Int) -> Bool {
    for _ in 0..<1000 {
      if !isRunning(process) { return true }
      Thread.sleep(forTimeInterval: 0.01)
    }
    return false
  }

  private static func isRunning(_ process: Int) -> Bool {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
      let state = text[(text.lastIndex(of: ")") ?? text.startIndex)...].dropFirst(2).first
    else { return false }
    return state != "Z" && state != "X"
  }
}
