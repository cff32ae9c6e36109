/// A physical value held in its SI unit.
///
/// The types below differ only in their unit, so that a delay cannot be passed for an energy.
/// Values
/// are converted only where a file or a person is read or written (`init(parsing:)`, `in(_:)`).
public protocol Quantity: Comparable, Hashable, Sendable, CustomStringConvertible {
  /// The value in the SI unit of the type.
  var value: Double { get }
  /// Wraps a value that is already in the SI unit of the type.
  init(_ value: Double)
  /// The symbol of the SI unit, as written in specs: `V`, `s`, `J` …
  static var symbol: String { get }
}

extension Quantity {
  public static func < (left: Self, right: Self) -> Bool { left.value < right.value }
  public static func + (left: Self, right: Self) -> Self { Self(left.value + right.value) }
  public static func - (left: Self, right: Self) -> Self { Self(left.value - right.value) }
  public static func * (left: Double, right: Self) -> Self { Self(left * right.value) }
  public static func * (left: Self, right: Double) -> Self { Self(left.value * right) }
  public static func / (left: Self, right: Double) -> Self { Self(left.value / right) }
  public static func / (left: Self, right: Self) -> Double { left.value / right.value }
  public static func += (left: inout Self, right: Self) { left = left + right }

  /// The value in a prefixed unit: `energy.in(.pico)` is in picojoules.
  public func `in`(_ prefix: Prefix) -> Double { value / prefix.factor }

  public var description: String { "\(value) \(Self.symbol)" }
}

/// An SI prefix.
public enum Prefix: String, CaseIterable, Sendable {
  case femto = "f"
  case pico = "p"
  case nano = "n"
  case micro = "u"
  case milli = "m"
  case none = ""
  case kilo = "k"
  case mega = "M"
  case giga = "G"

  /// The number that the prefix stands for.
  public var factor: Double {
    switch self {
    case .femto: 1e-15
    case .pico: 1e-12
    case .nano: 1e-9
    case .micro: 1e-6
    case .milli: 1e-3
    case .none: 1
    case .kilo: 1e3
    case .mega: 1e6
    case .giga: 1e9
    }
  }
}

/// Electric potential, in volts.
public struct Voltage: Quantity {
  public let value: Double
  public init(_ value: Double) { self.value = value }
  public static let symbol = "V"
}

/// A time span, in seconds.
public struct Delay: Quantity {
  public let value: Double
  public init(_ value: Double) { self.value = value }
  public static let symbol = "s"
}

/// Energy, in joules.
public struct Energy: Quantity {
  public let value: Double
  public init(_ value: Double) { self.value = value }
  public static let symbol = "J"
}

/// Power, in watts.
public struct Power: Quantity {
  public let value: Double
  public init(_ value: Double) { self.value = value }
  public static let symbol = "W"

  /// The energy that this power delivers in a time.
  public static func * (power: Power, time: Delay) -> Energy { Energy(power.value * time.value) }
}

/// Area, in square meters.
public struct Area: Quantity {
  public let value: Double
  public init(_ value: Double) { self.value = value }
  public static let symbol = "m2"
}

/// Temperature, in kelvins.
public struct Temperature: Quantity {
  public let value: Double
  public init(_ value: Double) { self.value = value }
  public init(celsius: Double) { value = celsius + 273.15 }
  public static let symbol = "K"
}
