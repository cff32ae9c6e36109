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
}
