import ConcurrentWork
import DesignSpaceExploration
import Files
import Foundation
import GRDB
import Synchronization
import Testing

@Suite("Running a sweep")
struct SweepRunnerTests {
  @Test("one and two threads give the same rows, and a second run computes nothing")
  func threads() throws {
    let outcomes = try [1, 2].map { jobs in
      try SweepSample.withFile { path in
        let store = try SweepStore(path: path)
        let first = try SweepRunner.run(
          tasks: SweepSample.tasks(40).shuffled(), columns: SweepSample.columns, store: store,
          jobs: jobs)
        let second = try SweepRunner.run(
          tasks: SweepSample.tasks(40) { _ in Issue.record("computed again") },
          columns: SweepSample.columns, store: store, jobs: jobs)
        #expect(second.rows == first.rows)
        #expect(second.progress.reused == 40)
        return first.rows
      }
    }
    #expect(outcomes[0] == outcomes[1])
    #expect(outcomes[0].map(\.cells) == (0..<40).map(SweepSample.row))
  }

  @Test("a point that fails is tried three times, its reason is kept, and the others go on")
  func failures() throws {
    try SweepSample.withFile { path in
      let store = try SweepStore(path: path)
      let calls = Mutex(0)
      let tasks = SweepSample.tasks(6) { index in
        if index == 2 {
          calls.withLock { $0 += 1 }
          throw InputError(.badData, "no such voltage")
        }
      }
      for _ in 0..<2 {
        let outcome = try SweepRunner.run(
          tasks: tasks, columns: SweepSample.columns, store: store, jobs: 2)
        #expect(outcome.rows.map(\.point.position) == [0, 1, 3, 4, 5])
        #expect(outcome.failures.map(\.reason) == ["error: no such voltage"])
        #expect(calls.withLock { $0 } == 3)
      }
      let healed = try SweepRunner.run(
        tasks: SweepSample.tasks(6), columns: SweepSample.columns, store: store, jobs: 1,
        retryFailed: true)
      #expect(healed.rows.count == 6)
    }
  }

  @Test("a stop keeps what is done, and the next run goes on from there")
  func stop() throws {
    try SweepSample.withFile { path in
      let store = try SweepStore(path: path)
      let calls = Mutex(0)
      let tasks = SweepSample.tasks(10) { _ in calls.withLock { $0 += 1 } }
      let stopped = try SweepRunner.run(
        tasks: tasks, columns: SweepSample.columns, store: store, jobs: 1,
        stopRequested: { calls.withLock { $0 } >= 4 })
      #expect(stopped.wasStopped)
      #expect(stopped.rows.count == 4)
      let rest = try SweepRunner.run(
        tasks: tasks, columns: SweepSample.columns, store: store, jobs: 1)
      #expect(!rest.wasStopped)
      #expect(rest.rows.count == 10)
      #expect(calls.withLock { $0 } == 10)
    }
  }

  @Test("a point that is stopped in its middle waits for the next run with all its tries")
  func stoppedPoint() throws {
    try SweepSample.withFile { path in
      let store = try SweepStore(path: path)
      for _ in 0..<5 {
        let outcome = try SweepRunner.run(
          tasks: SweepSample.tasks(3) { index in
            if index == 1 { throw InputError(.stopped, "stopped") }
          }, columns: SweepSample.columns, store: store, jobs: 1)
        #expect(outcome.wasStopped)
        #expect(outcome.failures.isEmpty)
      }
      let rest = try SweepRunner.run(
        tasks: SweepSample.tasks(3), columns: SweepSample.columns, store: store, jobs: 1)
      #expect(rest.rows.map(\.point.position) == [0, 1, 2])
    }
  }

  @Test("after SIGKILL at 20 moments no stored point is lost or doubled, and the rows are the same")
  func kills() async throws {
    try await SweepSample.withAsyncFile { path in
      var random = SystemRandomNumberGenerator()
      var stored: Set<String> = []
      for _ in 0..<20 {
        let delay = Int.random(in: 1...60, using: &random)
        await #expect(processExitsWith: .signal(SIGKILL)) {
          [path = path as String, delay = delay as Int] in
          let killer = Thread {
            usleep(UInt32(delay) * 1000)
            kill(getpid(), SIGKILL)
          }
          killer.start()
          let store = try SweepStore(path: path)
          let tasks = SweepSample.tasks(400) { _ in usleep(1000) }
          _ = try SweepRunner.run(
            tasks: tasks, columns: SweepSample.columns, store: store, jobs: 2)
          while true { usleep(1000) }
        }
        let store = try SweepStore(path: path)
        let now = Set(try (0..<400).map(SweepSample.key).filter { try store.row(key: $0) != nil })
        #expect(stored.isSubset(of: now))
        stored = now
        store.close()
      }
      let store = try SweepStore(path: path)
      let outcome = try SweepRunner.run(
        tasks: SweepSample.tasks(400), columns: SweepSample.columns, store: store, jobs: 2)
      #expect(outcome.rows.map(\.cells) == (0..<400).map(SweepSample.row))
      #expect(outcome.progress.reused == stored.count)
      store.close()
      let count = try viewCount(path)
      #expect(count == 400)
    }
  }

  private func viewCount(_ path: String) throws -> Int? {
    try SweepSample.connection(path).read {
      try Int.fetchOne($0, sql: "SELECT count(*) FROM points")
    }
  }

  @Test("concurrent work keeps the order of its items and throws the first item's error")
  func concurrent() throws {
    for jobs in [1, 3] {
      let squares = try runConcurrently(jobs: jobs, items: Array(0..<50)) { $0 * $0 }
      #expect(squares == (0..<50).map { $0 * $0 })
      let error = #expect(throws: InputError.self) {
        try runConcurrently(jobs: jobs, items: Array(0..<50)) { item in
          if item >= 7 { throw InputError(.badData, "item \(item)") }
          usleep(200)
        }
      }
      #expect(error?.message == "item 7")
      let stop = #expect(throws: InputError.self) {
        try runConcurrently(
          jobs: jobs, items: [1], stopRequested: { true }, work: { $0 })
      }
      #expect(stop?.status == .stopped)
    }
  }
}
