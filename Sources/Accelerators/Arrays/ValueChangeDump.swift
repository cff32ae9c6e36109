/// Writes values over time as a VCD file (IEEE 1364-2005, section 18), only where they change.
///
/// Text goes out as it comes; only the last value of each signal is kept.
struct ValueChangeDump {
  private let write: (String) -> Void
  private var widths: [Int] = []
  private var values: [UInt64?] = []
  private var isStarted = false

  /// - Parameter write: takes the file's text, part by part.
  init(write: @escaping (String) -> Void) {
    self.write = write
    write(
      """
      $version axtrain simulate $end
      $comment One time unit is a clock cycle; values are those after its edge. $end
      $timescale 1 ns $end

      """)
  }

  /// Opens a scope, whose signals follow.
  func open(_ name: String) { write("$scope module \(name) $end\n") }

  func close() { write("$upscope $end\n") }

  /// Declares a signal of 1 to 64 bits.
  ///
  /// - Returns: its number.
  mutating func signal(_ name: String, bits: Int) -> Int {
    precondition(!isStarted, "signals come before values")
    write("$var wire \(bits) \(Self.code(widths.count)) \(name) $end\n")
    widths.append(bits)
    values.append(nil)
    return widths.count - 1
  }

  /// Goes on to a later time.
  mutating func advance(to time: Int) {
    start()
    write("#\(time)\n")
  }

  /// Sets a signal; bits above its width are dropped.
  mutating func set(_ signal: Int, _ value: UInt64) {
    let bits = widths[signal]
    let value = bits == 64 ? value : value & (1 << UInt64(bits) - 1)
    guard values[signal] != value else { return }
    values[signal] = value
    write(
      bits == 1
        ? "\(value)\(Self.code(signal))\n"
        : "b\(String(value, radix: 2)) \(Self.code(signal))\n")
  }

  /// Ends the file.
  mutating func finish(at time: Int) {
    start()
    write("#\(time)\n")
  }

  private mutating func start() {
    if !isStarted { write("$enddefinitions $end\n") }
    isStarted = true
  }

  /// A short identifier of printable characters.
  private static func code(_ number: Int) -> String {
    var rest = number
    var code: [UInt8] = []
    repeat {
      code.append(UInt8(33 + rest % 94))
      rest /= 94
    } while rest > 0
    return String(decoding: code, as: UTF8.self)
  }
}
