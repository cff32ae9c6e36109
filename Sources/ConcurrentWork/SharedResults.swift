import Synchronization

/// Results that several threads need: the first to ask computes one, the others wait for it; those
/// that were asked for last are kept.
public final class SharedResults<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private final class Place: Sendable {
    let value = Mutex<Value?>(nil)
  }

  private struct Kept {
    var places: [Key: Place] = [:]
    /// The one asked for last at the end.
    var order: [Key] = []
  }

  private let capacity: Int
  private let kept = Mutex(Kept())

  /// - Parameter capacity: how many results are kept, at least 1; those in use stay in memory besides.
  public init(capacity: Int) {
    precondition(capacity >= 1, "nothing would be kept")
    self.capacity = capacity
  }

  /// How many results are kept, those that are being computed among them.
  public var count: Int { kept.withLock { $0.places.count } }

  /// The result for a key.
  ///
  /// - Parameter compute: is not called while another thread computes the same key; must not ask for
  ///   the key itself. After an error the next thread tries again.
  public func value(for key: Key, compute: () throws -> Value) throws -> Value {
    let place = kept.withLock { kept in
      kept.order.removeAll { $0 == key }
      kept.order.append(key)
      if kept.order.count > capacity { kept.places[kept.order.removeFirst()] = nil }
      let place = kept.places[key] ?? Place()
      kept.places[key] = place
      return place
    }
    return try place.value.withLock { value in
      if let value { return value }
      let computed = try compute()
      value = computed
      return computed
    }
  }
}
