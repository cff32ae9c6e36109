import ConcurrentWork
import Datasets
import Files
import Networks
import Synchronization

/// Trained networks, each under the hash of all that its training follows from and of nothing else:
/// a sweep that changes something else takes them from its store.
///
/// A training that diverges leaves nothing there and is begun again in the next run that needs it.
public final class NetworkStore: Sendable {
  /// The distinct networks of a run.
  public struct Counts: Hashable, Sendable {
    public let trained: Int
    /// Found in the store.
    public let reused: Int

    public init(trained: Int, reused: Int) {
      self.trained = trained
      self.reused = reused
    }
  }

  private struct Keys {
    var trained: Set<String> = []
    var reused: Set<String> = []
  }

  /// Program and training part.
  private let shared: JSONValue
  private let cache: ArtifactCache
  private let keys = Mutex(Keys())
  /// So that two threads do not train the same one.
  private let latest = SharedResults<String, Network>(capacity: 64)
  /// Likewise for windows of the difference gradient.
  private let windows = SharedResults<String, Int>(capacity: 64)

  /// - Parameters:
  ///   - build: identifies the program; another build trains everything anew.
  ///   - training: what networks are trained on; no training sees the test part.
  public init(build: String, training: Dataset, cache: ArtifactCache) {
    shared = .object(["build": .text(build), "dataset": training.identity])
    self.cache = cache
  }

  public var counts: Counts {
    keys.withLock { Counts(trained: $0.trained.count, reused: $0.reused.count) }
  }

  /// What a network is stored under.
  ///
  /// - Parameter training: all that it follows from beside the program and the training part.
  func key(of training: [String: JSONValue]) -> String {
    let fields = training.merging(["shared": shared]) { _, shared in shared }
    return Digest(of: "network \(JSONValue.object(fields).canonicalText)").description
  }

  /// A network: the stored one, or a trained one, which is then stored.
  ///
  /// - Parameter start: of its topology.
  /// - Throws: what `train` throws; `ArtifactCache.Failure`.
  func network(
    _ key: String, like start: Network, train: () throws -> Network
  ) throws -> Network {
    try latest.value(for: key) {
      if let bytes = try cache.load(key), let network = start.replacing(stored: bytes) {
        keys.withLock { keys in
          if !keys.trained.contains(key) { keys.reused.insert(key) }
        }
        return network
      }
      let network = try train()
      try cache.store(key, "network", network.stored)
      keys.withLock { _ = $0.trained.insert(key) }
      return network
    }
  }

  /// The words to each side that a network's difference gradient smooths over, where its training
  /// searches them: the stored ones, or those found now, which are then stored.
  ///
  /// A window is kept beside its network, under a key of its own: where it is missing, the search
  /// finds it again.
  ///
  /// - Parameter key: of the network.
  /// - Throws: what `search` throws; `ArtifactCache.Failure`.
  func gradientWindow(_ key: String, search: () throws -> Int) throws -> Int {
    let key = Digest(of: "gradient window \(key)").description
    return try windows.value(for: key) {
      if let bytes = try cache.load(key), bytes.count == 1 { return Int(bytes[0]) }
      let words = try search()
      try cache.store(key, "gradient_window", [UInt8(words)])
      return words
    }
  }
}

extension Network {
  /// Parameters, then statistics, as little-endian 32-bit words, for the sweep store.
  var stored: [UInt8] {
    (parameters + statistics).flatMap { value in
      (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
    }
  }

  /// The network of the same topology whose numbers `stored` wrote; nil if the bytes are no such
  /// ones.
  fileprivate func replacing(stored bytes: [UInt8]) -> Network? {
    guard bytes.count == 4 * (parameters.count + statistics.count) else { return nil }
    let values = stride(from: 0, to: bytes.count, by: 4).map { start in
      Float(
        bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << (8 * $1) })
    }
    return Network(
      topology: topology, parameters: Array(values.prefix(parameters.count)),
      statistics: Array(values.dropFirst(parameters.count)))
  }
}
