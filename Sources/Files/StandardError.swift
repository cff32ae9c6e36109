import Foundation

/// Lines for people on standard error.
public enum StandardError {
  /// Writes a text; where standard error is closed or full the text is lost, and nothing else.
  public static func write(_ text: String) {
    let file = PiecewiseFile(descriptor: STDERR_FILENO)
    file.write(text)
    file.flush()
  }

  /// Keeps the numbers of closed standard streams from files that are opened later, which lines for
  /// people, or results, would end up in. Writing to such a stream goes on to fail.
  public static func holdClosedStreams() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest free number, which is this one.
      _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }
}
