import DesignSpaceExploration
import Files
import Foundation
import GRDB
import Randomness
import Testing

@Suite("The store as SQL sees it, and damage to its text")
struct StoreViewTests {
  private func finished(_ path: String, columns: [Files.ColumnDefinition] = SweepSample.columns)
    throws -> SweepStore
  {
    let store = try SweepStore(path: path)
    _ = try SweepRunner.run(
      tasks: SweepSample.tasks(12), columns: columns, store: store, jobs: 4)
    return store
  }

  @Test("the views have one column a definition and the values of the rows, by position")
  func columns() throws {
    try SweepSample.withFile { path in
      let store = try finished(path)
      try store.setRanks(
        [3, 7, 1].enumerated().map { (SweepSample.key($0.element), $0.offset / 2) })
      let (points, pareto) = try SweepSample.connection(path).read {
        (
          try Row.fetchAll($0, sql: "SELECT * FROM points"),
          try Row.fetchAll($0, sql: "SELECT * FROM pareto")
        )
      }
      let names = SweepSample.columns.map(\.name)
      #expect(points.count == 12)
      for (index, row) in points.enumerated() {
        #expect(Array(row.columnNames) == ["point"] + names)
        let cells = SweepSample.row(index)
        #expect(row["point"] == index)
        #expect(row["name"] == cells[0].formatted)
        #expect(row["count"] == index - 3)
        #expect((row["value"] as Double?) == cells[2].number)
        #expect(row["flag"] == index.isMultiple(of: 2))
        #expect((row["none"] as DatabaseValue).isNull)
      }
      #expect(pareto.map { $0["point"] as Int } == [3, 7, 1])
      #expect(Array(pareto[0].columnNames) == ["pareto_rank", "on_front", "point"] + names)
    }
  }

  @Test("column names that SQL would trip over are quoted")
  func oddNames() throws {
    try SweepSample.withFile { path in
      let names = ["select", "a\"b", "x; DROP TABLE artifacts; --", "é %", "$.cells[0]"]
      _ = try finished(path, columns: names.map { ColumnDefinition($0, "") })
      let (row, tables) = try SweepSample.connection(path).read {
        (
          try Row.fetchOne($0, sql: "SELECT * FROM points"),
          try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_schema WHERE type = 'table'")
        )
      }
      #expect(row.map { Array($0.columnNames) } == ["point"] + names)
      #expect(tables == 4)
    }
  }

  @Test("the views follow a sweep whose columns or points change")
  func changed() throws {
    try SweepSample.withFile { path in
      try finished(path).close()
      let store = try SweepStore(path: path)
      let renamed = SweepSample.columns.map { ColumnDefinition("new_" + $0.name, "") }
      _ = try SweepRunner.run(
        tasks: Array(SweepSample.tasks(5)[2...]), columns: renamed, store: store, jobs: 1)
      let counts = try SweepSample.connection(path).read {
        try Int.fetchAll($0, sql: "SELECT new_count FROM points")
      }
      #expect(counts == [-1, 0, 1])
    }
  }

  @Test("one flipped bit in a stored row's text, key, state or hash is always an error")
  func flippedText() throws {
    try SweepSample.withFile { path in
      let store = try finished(path)
      let editor = try SweepSample.connection(path)
      var random = RandomStream(seed: 8, purpose: .test)
      for _ in 0..<200 {
        let index = Int.random(in: 0..<12, using: &random)
        let key = SweepSample.key(index)
        let column = ["row", "row", "row", "state"].randomElement(using: &random) ?? "row"
        let sound = try #require(
          try editor.read {
            try String.fetchOne(
              $0, sql: "SELECT \(column) FROM stored_points WHERE key = ?", arguments: [key])
          })
        var bytes = Array(sound.utf8)
        let bit = UInt8(1) << UInt8.random(in: 0..<8, using: &random)
        bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= bit
        func put(_ bytes: [UInt8]) throws {
          try editor.write {
            try $0.execute(
              sql: "UPDATE stored_points SET \(column) = CAST(? AS TEXT) WHERE key = ?",
              arguments: [Data(bytes), key])
          }
        }
        try put(bytes)
        #expect(SweepSample.status { _ = try store.row(key: key) } == .badData)
        #expect(SweepSample.status { _ = try store.claim(key: key) } == .badData)
        try put(Array(sound.utf8))
        #expect(try store.row(key: key) == SweepSample.row(index))
      }
      try editor.write { try $0.execute(sql: "UPDATE stored_points SET row_hash = row_hash + 1") }
      #expect(SweepSample.status { _ = try store.row(key: SweepSample.key(0)) } == .badData)
    }
  }

  @Test("files of random bytes, some with SQLite's first line, are refused and left as they were")
  func randomFiles() throws {
    var random = RandomStream(seed: 6, purpose: .test)
    for index in 0..<40 {
      try SweepSample.withFile { path in
        let junk = (0..<Int.random(in: 1...9000, using: &random)).map { _ in
          UInt8.random(in: 0...255, using: &random)
        }
        let bytes = index.isMultiple(of: 2) ? junk : Array("SQLite format 3\0".utf8) + junk
        try OutputFile.write(bytes, to: path)
        #expect(SweepSample.status { _ = try SweepStore(path: path) } == .badData)
        #expect(try InputFile.bytes(of: path) == bytes)
      }
    }
  }

  @Test("another program's file is refused by its application id")
  func otherApplication() throws {
    try SweepSample.withFile { path in
      try SweepSample.connection(path).write { try $0.execute(sql: "PRAGMA application_id = 77") }
      let before = try InputFile.bytes(of: path)
      #expect(SweepSample.status { _ = try SweepStore(path: path) } == .badData)
      #expect(try InputFile.bytes(of: path) == before)
    }
  }
}
