import ArgumentParser
import Datasets
import Files

/// `axtrain datasets [NAME…]`.
struct DatasetsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "datasets",
    abstract: "The datasets that are found, where they are looked for, and how to get others.",
    discussion: """
      Each is read to its end. Looked for in --data, $AXTRAIN_DATA, Data and /usr/share/datasets, in \
      this order; Documentation/FileFormats.md has the forms: IDX, NPZ, NPY and CSV.

      Example: axtrain datasets --data ../data --format csv
      """)

  @Argument(help: "Datasets to list (default: all that are found).")
  var names: [String] = []

  @OptionGroup var datasets: DatasetOptions

  @Option(help: "The column of labels of CSV files.")
  var labelColumn = DatasetFiles.labelColumn

  @OptionGroup var table: TableOptions

  func run() throws {
    let library = try datasets.library()
    let found =
      names.isEmpty
      ? library.all() : try names.map { ($0, .success(try library.locate($0))) }
    var rows = ResultTable(columns: DatasetListing.columns)
    var failures: [InputError] = []
    for (name, files) in found {
      do {
        rows.append(try DatasetListing.row(files.get(), labelColumn: labelColumn))
      } catch let error as InputError {
        rows.append(DatasetListing.row(failed: name, error))
        failures.append(error)
      }
    }
    if names.count == 1, let error = failures.first { throw error }
    try table.print(rows, people: Self.summary(rows))
    if names.isEmpty { explain(library, found: found.map(\.0)) }
    for error in failures { Terminal.note(error.description) }
    if !failures.isEmpty {
      Terminal.note("\(failures.count) of \(found.count) datasets cannot be read")
      throw ExitCode(ExitStatus.someFailed.rawValue)
    }
  }

  /// What people see: the examples of both parts in one column, and the size in megabytes.
  private static func summary(_ rows: ResultTable) -> ResultTable {
    let definition = Dictionary(
      uniqueKeysWithValues: rows.columns.map { ($0.name, $0.definition) })
    func column(_ title: String, _ name: String) -> ColumnDefinition {
      ColumnDefinition(title, definition[name] ?? "")
    }
    var shown = ResultTable(columns: [
      column("name", "name"), column("images", "training_examples"),
      column("features", "features"), column("classes", "classes"), column("format", "format"),
      column("MB", "bytes"), column("path", "path"),
    ])
    for row in rows.rows.indices {
      let parts = ["training_examples", "test_examples"].map { rows[row, $0] }
      let examples = parts.filter { $0 != .missing }.map(\.formatted).joined(separator: " + ")
      let isRead = rows[row, "problem"] == .missing
      let size = rows[row, "bytes"].number.map { CellValue.real($0 / 1e6) }
      shown.append([
        rows[row, "name"], .text(isRead ? examples : "unreadable"), rows[row, "features"],
        rows[row, "classes"], rows[row, "format"], size ?? .missing, rows[row, "path"],
      ])
    }
    return shown
  }

  /// Where it was looked, and how to get what is missing.
  private func explain(_ library: DatasetLibrary, found: [String]) {
    let places = library.places.map { place in
      "\(place.folder) (\(place.reason)\(place.exists ? "" : "; not there"))"
    }
    note("looked in \(places.joined(separator: ", "))")
    if !library.places.contains(where: { $0.reason == "$AXTRAIN_DATA" }) {
      note("$AXTRAIN_DATA is not set")
    }
    for known in KnownDataset.allCases where !found.contains(known.rawValue) {
      note("\(known.rawValue) is missing: \(known.instructions)")
    }
  }

  private func note(_ text: String) {
    for line in Terminal.wrapped(text).split(separator: "\n") { Terminal.note(String(line)) }
  }
}
