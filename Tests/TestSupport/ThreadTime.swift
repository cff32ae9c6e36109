import Foundation

/// The processor time of the calling thread: how busy the machine is does not change it.
public enum ThreadTime {
  /// Seconds of processor time that this takes on the calling thread.
  public static func seconds(of work: () throws -> Void) rethrows -> Double {
    let start = now
    try work()
    return now - start
  }

  private static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
