import DesignSpaceExploration
import Files
import Foundation
import GRDB
import Testing

@Suite("Leases on points of a sweep")
struct StoreLeaseTests {
  private let key = SweepSample.key(0)

  /// Writes into the running point's row what another process would have written.
  private func set(_ path: String, owner: String, heartbeat: Double) throws {
    try SweepSample.connection(path).write {
      try $0.execute(
        sql: "UPDATE stored_points SET owner = ?, heartbeat = ?", arguments: [owner, heartbeat])
    }
  }

  @Test("the point of a process that died is taken over at once")
  func dead() async throws {
    try await SweepSample.withAsyncFile { path in
      await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
        guard try SweepStore(path: path).claim(key: SweepSample.key(0)) == .granted else { exit(1) }
        kill(getpid(), SIGKILL)
      }
      let claim = try SweepStore(path: path).claim(key: key)
      #expect(claim == .granted)
    }
  }

  @Test("the point of a process that lives is busy for others until it is done")
  func alive() async throws {
    try await SweepSample.withAsyncFile { path in
      let store = try SweepStore(path: path)
      let claim = try store.claim(key: key)
      #expect(claim == .granted)
      await #expect(processExitsWith: .exitCode(0)) { [path = path as String] in
        exit(try SweepStore(path: path).claim(key: SweepSample.key(0)) == .busy ? 0 : 1)
      }
      try store.complete(key: key, cells: SweepSample.row(0))
      await #expect(processExitsWith: .exitCode(0)) { [path = path as String] in
        let claim = try SweepStore(path: path).claim(key: SweepSample.key(0))
        exit(claim == .done(SweepSample.row(0)) ? 0 : 1)
      }
    }
  }

  @Test("a process on another host keeps its point for a minute after its last heartbeat")
  func elsewhere() throws {
    let now = Date.now.timeIntervalSince1970
    for (age, claim) in [(0, SweepClaim.busy), (50, .busy), (61, .granted), (-3600, .granted)] {
      try SweepSample.withFile { path in
        let store = try SweepStore(path: path)
        #expect(try store.claim(key: key) == .granted)
        try set(path, owner: "1@another host:7", heartbeat: now - Double(age))
        #expect(try store.claim(key: key) == claim)
      }
    }
  }

  @Test("a heartbeat renews the leases of its own process and no other's")
  func beat() throws {
    try SweepSample.withFile { path in
      let store = try SweepStore(path: path)
      for index in 0..<2 { #expect(try store.claim(key: SweepSample.key(index)) == .granted) }
      let reader = try SweepSample.connection(path)
      try reader.write {
        try $0.execute(sql: "UPDATE stored_points SET heartbeat = 5")
        try $0.execute(
          sql: "UPDATE stored_points SET owner = 'x@y:1' WHERE key = ?", arguments: [key])
      }
      try store.beat()
      let beats = try reader.read {
        try Double.fetchAll($0, sql: "SELECT heartbeat FROM stored_points ORDER BY owner = 'x@y:1'")
      }
      #expect(beats.count == 2)
      #expect(abs(beats[0] - Date.now.timeIntervalSince1970) < 30)
      #expect(beats[1] == 5)
    }
  }

  @Test(
    "an owner that makes no sense keeps nobody waiting longer than a lease",
    arguments: [
      "", "@", "x", "-1@h:1", "99999999999999999999@h:1",
    ])
  func odd(_ owner: String) throws {
    try SweepSample.withFile { path in
      let store = try SweepStore(path: path)
      #expect(try store.claim(key: key) == .granted)
      try set(path, owner: owner, heartbeat: Date.now.timeIntervalSince1970 - 61)
      #expect(try store.claim(key: key) == .granted)
    }
  }
}
