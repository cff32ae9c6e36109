import Files
import Foundation
import Synchronization

/// Starts a program in a process group of its own.
enum ChildSpawn {
  /// Signals that `axtrain` ignores or handles, which a program of the user's should not inherit so.
  private static let defaults = [SIGINT, SIGTERM, SIGQUIT, SIGPIPE, SIGXFSZ]

  /// A child that another thread starts must not get a pipe before that is marked.
  private static let turn = Mutex(())

  /// - Parameter words: the program, found on the path if it has no slash, and its arguments.
  /// - Returns: its process, which leads a group of the same number, and pipes of its standard output
  ///   and error; its input is empty.
  /// - Throws: `InputError` 65 if it cannot be started, 74 if there are too many open files.
  static func start(
    _ words: [String]
  ) throws -> (process: pid_t, output: ReadingPipe, errors: ReadingPipe) {
    try turn.withLock { _ in
      // Who starts axtrain may have it ignored: then no child would leave its status.
      signal(SIGCHLD, SIG_DFL)
      let (output, errors) = (try ReadingPipe(), try ReadingPipe())
      let process = try spawn(words, output: output.writer, errors: errors.writer)
      output.closeWriter()
      errors.closeWriter()
      return (process, output, errors)
    }
  }

  private static func spawn(_ words: [String], output: Int32, errors: Int32) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var (ignored, blocked) = (sigset_t(), sigset_t())
    sigemptyset(&ignored)
    sigemptyset(&blocked)
    for signal in defaults { sigaddset(&ignored, signal) }
    posix_spawnattr_setsigdefault(&attributes, &ignored)
    posix_spawnattr_setsigmask(&attributes, &blocked)
    posix_spawnattr_setpgroup(&attributes, 0)
    let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
    posix_spawnattr_setflags(&attributes, Int16(flags))
    let arguments = words.map { strdup($0) } + [nil]
    let environment =
      ProcessInfo.processInfo.environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in arguments + environment { free(text) } }
    var child: pid_t = 0
    let code = posix_spawnp(&child, words[0], &actions, &attributes, arguments, environment)
    guard code == 0 else {
      throw InputError(
        .badData, "'\(words[0])' cannot be run: \(String(cString: strerror(code)))")
    }
    return child
  }
}
