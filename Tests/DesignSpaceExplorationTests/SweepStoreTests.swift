import Files
import Foundation
import GRDB
import Testing

@testable import DesignSpaceExploration

@Suite("The sweep store")
struct SweepStoreTests {
  @Test("every cell comes back bit for bit, whatever it holds")
  func cells() {
    var random = SystemRandomNumberGenerator()
    var cells: [CellValue] = [
      .text(""), .text("\u{0}\n\"\\<é\u{2028}"), .integer(.max), .integer(.min), .real(-0.0),
      .real(.infinity), .real(-.infinity), .real(.leastNonzeroMagnitude), .flag(true), .missing,
      .real(.greatestFiniteMagnitude), .real(1), .text("1"),
    ]
    cells += (0..<2000).map { _ in .real(Double(bitPattern: random.next())) }
    let back = StoredRow.decode(StoredRow.encode(cells))
    #expect(back?.map(bits) == cells.map(bits))
    #expect(StoredRow.decode("{\"cells\":[1,2],\"kinds\":\"i\"}") == nil)
  }

  /// Equality that tells −0 from 0 and one NaN from another.
  private func bits(_ cell: CellValue) -> String {
    if case .real(let value) = cell { return "real \(value.bitPattern)" }
    return "\(cell)"
  }

  @Test("a flipped bit is an error or costs a computation, never another result")
  func flips() throws {
    try SweepSample.withFile { path in
      let store = try SweepStore(path: path)
      _ = try SweepRunner.run(
        tasks: SweepSample.tasks(30), columns: SweepSample.columns, store: store, jobs: 1)
      try store.putArtifact(key: "net", kind: "network", payload: Array(0...255))
      store.close()
      let sound = try InputFile.bytes(of: path)
      var random = SystemRandomNumberGenerator()
      var refused = 0
      for _ in 0..<400 {
        var bytes = sound
        bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= UInt8(1 << Int.random(in: 0...7))
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        do {
          let store = try SweepStore(path: path)
          defer { store.close() }
          for index in 0..<30 {
            let row = try store.row(key: SweepSample.key(index))
            #expect(row == nil || row == SweepSample.row(index))
          }
          let payload = try store.artifact(key: "net")
          #expect(payload == nil || payload == Array(0...255))
        } catch let error as InputError {
          refused += 1
          #expect([.badData, .cannotCreate, .inputOutput].contains(error.status))
          #expect(error.location?.file == path)
        }
        for end in ["-wal", "-shm", "-journal"] { unlink(path + end) }
      }
      #expect(refused > 20)
    }
  }

  @Test("a file that is not ours is refused and left as it was")
  func foreign() throws {
    try SweepSample.withFile { path in
      try OutputFile.write("not a database, but long enough to be one", to: path)
      #expect(SweepSample.status { _ = try SweepStore(path: path) } == .badData)
      #expect(try InputFile.text(of: path).hasPrefix("not a database"))
      unlink(path)
      try SweepSample.connection(path).write { try $0.execute(sql: "CREATE TABLE mine (a)") }
      let before = try InputFile.bytes(of: path)
      #expect(SweepSample.status { _ = try SweepStore(path: path) } == .badData)
      #expect(try InputFile.bytes(of: path) == before)
    }
    #expect(
      SweepSample.status { _ = try SweepStore(path: "/nowhere/at/all.sqlite") } == .cannotCreate)
    #expect(SweepSample.status { _ = try SweepStore(path: "/") } == .cannotCreate)
  }

  @Test("another schema version and a strange trigger are refused")
  func versions() throws {
    for sql in [
      "PRAGMA user_version = 99",
      "CREATE TRIGGER t AFTER INSERT ON stored_points BEGIN DELETE FROM artifacts; END",
    ] {
      try SweepSample.withFile { path in
        try SweepStore(path: path).close()
        try SweepSample.connection(path).write { try $0.execute(sql: sql) }
        #expect(SweepSample.status { _ = try SweepStore(path: path) } == .badData)
      }
    }
  }

  @Test("a disk that takes no more ends with status 74, and stored rows stay")
  func full() async throws {
    try await SweepSample.withAsyncFile { path in
      await #expect(processExitsWith: .exitCode(74)) { [path = path as String] in
        signal(SIGXFSZ, SIG_IGN)
        let store = try SweepStore(path: path)
        try store.complete(key: SweepSample.key(0), cells: SweepSample.row(0))
        var limit = rlimit(rlim_cur: 200_000, rlim_max: 200_000)
        setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
        do {
          for index in 0..<100 {
            try store.putArtifact(
              key: "\(index)", kind: "k", payload: Array(repeating: 1, count: 9999))
          }
        } catch let error as InputError {
          exit(error.location?.file == path ? error.status.rawValue : 1)
        }
      }
      let row = try SweepStore(path: path).row(key: SweepSample.key(0))
      #expect(row == SweepSample.row(0))
    }
  }

  @Test("the first artifact under a key stays, and the views show finished and ranked points")
  func artifactsAndViews() throws {
    try SweepSample.withFile { path in
      let store = try SweepStore(path: path)
      try store.putArtifact(key: "a", kind: "table", payload: [1])
      try store.putArtifact(key: "a", kind: "table", payload: [2])
      #expect(try store.artifact(key: "a") == [1])
      #expect(try store.artifact(key: "b") == nil)
      _ = try SweepRunner.run(
        tasks: SweepSample.tasks(3), columns: SweepSample.columns, store: store, jobs: 1)
      try store.setRanks([(SweepSample.key(1), 1), (SweepSample.key(0), 2)])
      // People query with a program of their own.
      let reader = try SweepSample.connection(path)
      let counts = try reader.read { try Int.fetchAll($0, sql: "SELECT count FROM points") }
      #expect(counts == [-3, -2, -1])
      let ranks = try reader.read {
        try Int.fetchAll($0, sql: "SELECT pareto_rank FROM pareto WHERE on_front")
      }
      #expect(ranks == [1])
    }
  }
}
