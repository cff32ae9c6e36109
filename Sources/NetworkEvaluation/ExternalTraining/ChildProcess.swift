import Files
import Foundation
import Quantities

/// Runs a program of the user's in a process group of its own, none of which outlives the call.
enum ChildProcess {
  enum Ending: Hashable, Sendable {
    case exited(status: Int32)
    case killed(signal: Int32)
    case timedOut
    case stopped
  }

  /// How long the end of a program, a stop or the end of its time may go unseen.
  private static let poll: Int32 = 50

  /// Runs a program to its end, or ends it with all that it started.
  ///
  /// What left its group on purpose may live on; its output is not waited for.
  ///
  /// - Parameters:
  ///   - words: the program, found as a shell finds it, and its arguments.
  ///   - output, errors: take what stands on each stream, as it comes; if one throws, the program is
  ///     ended.
  /// - Throws: `InputError` 65 if it cannot be started; what `output` or `errors` throws.
  static func run(
    _ words: [String], timeLimit: Delay, stopRequested: () -> Bool,
    output: (ArraySlice<UInt8>) throws -> Void, errors: (ArraySlice<UInt8>) throws -> Void
  ) throws -> Ending {
    let deadline = ContinuousClock.now + .seconds(timeLimit.value)
    let (child, outputPipe, errorPipe) = try ChildSpawn.start(words)
    var status: Int32 = 0
    // The group ends first: while its leader is not reaped no other group can have its number.
    func end() {
      kill(-child, SIGKILL)
      while waitpid(child, &status, 0) < 0 && errno == EINTR {}
    }
    do {
      while !hasEnded(child) {
        let isStopped = stopRequested()
        let isLate = ContinuousClock.now >= deadline
        // What was printed before the end is taken as well.
        if !isStopped && !isLate {
          ReadingPipe.wait(for: [outputPipe, errorPipe], milliseconds: poll)
        }
        try outputPipe.drain(output)
        try errorPipe.drain(errors)
        if isStopped || isLate {
          end()
          return isStopped ? .stopped : .timedOut
        }
      }
      kill(-child, SIGKILL)
      try outputPipe.drain(output)
      try errorPipe.drain(errors)
    } catch {
      end()
      throw error
    }
    end()
    let signal = status & 0x7F
    return signal == 0 ? .exited(status: status >> 8 & 0xFF) : .killed(signal: signal)
  }

  /// Whether a child has ended; it is not reaped.
  private static func hasEnded(_ child: pid_t) -> Bool {
    var information = siginfo_t()
    let result = waitid(P_PID, id_t(child), &information, WEXITED | WNOHANG | WNOWAIT)
    return result == 0 && information.si_signo == SIGCHLD
  }
}
