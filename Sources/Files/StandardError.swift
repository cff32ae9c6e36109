import Foundation

/// Lines for people on standard error.
public enum StandardError {
  /// Writes a text; where standard error is closed, full, or a pipe that nobody reads any more, the text
  /// is lost, and nothing else.
  public static func write(_ text: String) {
    let file = PiecewiseFile(descriptor: STDERR_FILENO)
    withoutBrokenPipe {
      file.write(text)
      file.flush()
    }
  }

  /// Lets no signal of a broken pipe come to this thread.
  private static func withoutBrokenPipe(_ body: () -> Void) {
    var (pipe, before, pending) = (sigset_t(), sigset_t(), sigset_t())
    sigemptyset(&pipe)
    sigaddset(&pipe, SIGPIPE)
    sigpending(&pending)
    let wasPending = sigismember(&pending, SIGPIPE) == 1
    pthread_sigmask(SIG_BLOCK, &pipe, &before)
    body()
    sigpending(&pending)
    if !wasPending, sigismember(&pending, SIGPIPE) == 1 {
      var number: Int32 = 0
      sigwait(&pipe, &number)
    }
    pthread_sigmask(SIG_SETMASK, &before, nil)
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
