import ConcurrentWork
import Synchronization
import Testing

@Suite("Results that threads share")
struct SharedResultsTests {
  private struct Failure: Error {}

  @Test("each is computed once while it is kept, however many threads ask")
  func once() throws {
    let shared = SharedResults<Int, Int>(capacity: 2)
    let computed = Mutex<[Int]>([])
    let values = try runConcurrently(jobs: 4, items: (0..<40).map { $0 % 2 }) { key in
      try shared.value(for: key) {
        computed.withLock { $0.append(key) }
        return 10 * key
      }
    }
    #expect(values == (0..<40).map { 10 * ($0 % 2) })
    #expect(computed.withLock { $0.sorted() } == [0, 1])
  }

  @Test("the one asked for longest ago makes room; a failed one is tried again")
  func room() throws {
    let shared = SharedResults<Int, Int>(capacity: 2)
    var computed: [Int] = []
    for key in [1, 2, 1, 3, 1, 2] {
      _ = try shared.value(for: key) {
        computed.append(key)
        return key
      }
    }
    #expect(computed == [1, 2, 3, 2])
    #expect(throws: Failure.self) { try shared.value(for: 9) { throw Failure() } }
    #expect(try shared.value(for: 9) { 7 } == 7)
  }

  @Test("one that is held is found however many were asked for since, and made anew after that")
  func held() throws {
    let shared = SharedResults<Int, Int>(capacity: 1)
    func held(_ key: Int) throws -> SharedResults<Int, Int>.Held {
      try shared.held(for: key) { 10 * key }
    }
    var (first, second) = ([try held(1), try held(2)], [try held(2), try held(3)])
    for key in [1, 2, 3, 2, 1] { #expect(try held(key).value == 10 * key) }
    #expect(shared.computedCount == 3)
    #expect((first + second).map(\.value) == [10, 20, 20, 30])
    first = []
    // The second list holds 2, nobody 1, which made room for 3.
    for key in [3, 2, 1, 2] { #expect(try held(key).value == 10 * key) }
    #expect(shared.computedCount == 4 && second.map(\.value) == [20, 30])
    second = []
    for key in [2, 3] { #expect(try held(key).value == 10 * key) }
    #expect(shared.computedCount == 5 && first.isEmpty && second.isEmpty)
  }

  @Test("threads with lists that overlap compute each once while they hold them")
  func lists() throws {
    let shared = SharedResults<Int, Int>(capacity: 1)
    let all = try (0..<8).map { key in try shared.held(for: key) { 10 * key } }
    let sums = try runConcurrently(jobs: 4, items: Array(0..<40)) { item in
      let list = try (0..<4).map { index in
        try shared.held(for: (item + index) % 8) { 10 * ((item + index) % 8) }
      }
      return list.reduce(0) { $0 + $1.value }
    }
    #expect(sums == (0..<40).map { item in (0..<4).reduce(0) { $0 + 10 * ((item + $1) % 8) } })
    #expect(shared.computedCount == 8 && all.count == 8)
  }
}
