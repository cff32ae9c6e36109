import Foundation

extension AxTrainProgram {
  /// Runs the program again and again until SIGKILL has ended it so many times, each at a random
  /// moment.
  ///
  /// A run that ends by itself leaves nothing to be killed: what it made is removed, and later kills
  /// come in half the time. So the count of kills does not depend on how busy the machine is.
  ///
  /// - Parameters:
  ///   - longest: seconds until the first kills come, at most.
  ///   - removing: the folder that the program writes.
  /// - Returns: how often it was killed: less than asked for only if it cannot be caught.
  public static func runs(
    killing arguments: [String], times: Int, within longest: Double, removing folder: String
  ) throws -> Int {
    var (kills, seconds) = (0, longest)
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<10 * times where kills < times {
      let outcome = try run(
        arguments, signal: SIGKILL, after: Double.random(in: 0...seconds, using: &generator))
      if outcome.wasKilled {
        kills += 1
      } else {
        try FileManager.default.removeItem(atPath: folder)
        seconds /= 2
      }
    }
    return kills
  }

  /// Runs the program to its end.
  ///
  /// - Returns: also the seconds that it took.
  public static func timed(_ arguments: [String]) throws -> (outcome: Outcome, seconds: Double) {
    let start = ContinuousClock.now
    let outcome = try run(arguments)
    return (outcome, start.duration(to: .now) / .seconds(1))
  }
}
