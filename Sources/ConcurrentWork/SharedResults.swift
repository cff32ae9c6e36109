import Synchronization

/// Results that several threads need: the first to ask computes one, the others wait for it; those
/// that were asked for last are kept, and others are found for as long as somebody holds them.
public final class SharedResults<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  fileprivate final class Place: Sendable {
    let value = Mutex<Value?>(nil)
  }

  /// A result that others find for as long as it is held, whatever was asked for since.
  public struct Held: Sendable {
    public let value: Value
    fileprivate let place: Place
  }

  private struct HeldPlace {
    weak var place: Place?
  }

  private struct Kept {
    var places: [Key: Place] = [:]
    /// The one asked for last at the end.
    var order: [Key] = []
    /// Of those that have made room, which somebody may hold or compute.
    var others: [Key: HeldPlace] = [:]
    var computed = 0

    mutating func place(for key: Key, capacity: Int) -> Place {
      order.removeAll { $0 == key }
      order.append(key)
      let place = places[key] ?? others[key]?.place ?? Place()
      places[key] = place
      others[key] = nil
      if order.count > capacity {
        others = others.filter { $0.value.place != nil }
        let last = order.removeFirst()
        others[last] = HeldPlace(place: places.removeValue(forKey: last))
      }
      return place
    }
  }

  private let capacity: Int
  private let kept = Mutex(Kept())

  /// - Parameter capacity: how many results are kept, at least 1; those in use stay in memory besides.
  public init(capacity: Int) {
    precondition(capacity >= 1, "nothing would be kept")
    self.capacity = capacity
  }

  /// How many results were computed; one that was computed again counts again.
  public var computedCount: Int { kept.withLock { $0.computed } }

  /// The result for a key.
  ///
  /// - Parameter compute: is not called while another thread computes the same key; must not ask for
  ///   the key itself. After an error the next thread tries again.
  public func value(for key: Key, compute: () throws -> Value) throws -> Value {
    try held(for: key, compute: compute).value
  }

  /// The same, to be held.
  public func held(for key: Key, compute: () throws -> Value) throws -> Held {
    let place = kept.withLock { [capacity] in $0.place(for: key, capacity: capacity) }
    let value = try place.value.withLock { value in
      if let value { return value }
      let computed = try compute()
      value = computed
      kept.withLock { $0.computed += 1 }
      return computed
    }
    return Held(value: value, place: place)
  }
}
