import Files
import Foundation

/// The folders in which datasets are looked for, first to last.
public struct DatasetLibrary: Sendable {
  /// A folder and why it is looked into.
  public struct Place: Sendable, Hashable {
    public let folder: String
    /// What names it: `--data`, `$AXTRAIN_DATA`, or a fixed place.
    public let reason: String
    public let exists: Bool

    init(_ folder: String, _ reason: String) {
      self.folder = folder
      self.reason = reason
      var isFolder = ObjCBool(false)
      let isThere = FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder)
      exists = isThere && isFolder.boolValue
    }
  }

  public let places: [Place]

  /// Debian's `dataset-*` packages install below this folder.
  public static let debianFolder = "/usr/share/datasets"

  /// Looks in the folder that is given, in `$AXTRAIN_DATA`, in `Data` and in Debian's folder.
  ///
  /// - Parameters:
  ///   - data: the folder of `--data`.
  ///   - variable: the value of `AXTRAIN_DATA`; empty counts as not set.
  /// - Throws: `InputError` 66 if the given folder is not there.
  public init(
    data: String?, variable: String? = ProcessInfo.processInfo.environment["AXTRAIN_DATA"]
  ) throws {
    var places: [Place] = []
    if let data {
      places.append(Place(data, "--data"))
      guard places[0].exists else {
        throw InputError(
          .missingInput, at: SourceLocation(file: data),
          "is no folder: --data names one that holds datasets, such as Data")
      }
    }
    if let variable, !variable.isEmpty { places.append(Place(variable, "$AXTRAIN_DATA")) }
    self.init(
      places: places + [Place("Data", "here"), Place(Self.debianFolder, "Debian's packages")])
  }

  init(places: [Place]) { self.places = places }

  /// The files of a dataset in the first folder that has it.
  ///
  /// - Throws: `InputError` 64 if the text is no name; 66 if it is nowhere, with where it was looked
  ///   for and how to get it, or if only a part is there.
  public func locate(_ name: String) throws -> DatasetFiles {
    guard Self.isName(name) else {
      throw InputError(
        .usage, "'\(name)' is no name of a dataset: letters, digits, '-', '_' and '.' form one")
    }
    guard let files = try find(name) else { throw InputError(.missingInput, missing(name)) }
    return files
  }

  private func find(_ name: String) throws -> DatasetFiles? {
    if name == KnownDataset.digits.rawValue { return .digits }
    for place in places where place.exists {
      if let files = try DatasetFiles.find(name, in: place.folder) { return files }
    }
    return nil
  }

  /// The files of every dataset that is found, or what is wrong with them: the known ones, then
  /// others by name.
  public func all() -> [(name: String, files: Result<DatasetFiles, InputError>)] {
    let known = KnownDataset.allCases.map(\.rawValue)
    var others: Set<String> = []
    for place in places where place.exists {
      let entries = (try? FileManager.default.contentsOfDirectory(atPath: place.folder)) ?? []
      for entry in entries {
        let isArchive = entry.hasSuffix(".npz") || entry.hasSuffix(".csv")
        others.insert(isArchive ? String(entry.dropLast(4)) : entry)
      }
    }
    let names = known + others.filter { Self.isName($0) && !known.contains($0) }.sorted()
    return names.compactMap { name in
      do {
        return try find(name).map { (name, .success($0)) }
      } catch let error as InputError {
        return (name, .failure(error))
      } catch {
        return (name, .failure(InputError(.inputOutput, "\(error)")))
      }
    }
  }

  /// Whether a text can name a dataset: it is one part of a path, and not hidden.
  public static func isName(_ text: String) -> Bool {
    text.utf8.count <= 64 && text.first != "."
      && text.wholeMatch(of: /[A-Za-z0-9._-]+/) != nil
  }

  private func missing(_ name: String) -> String {
    let looked = places.map(\.folder).joined(separator: ", ")
    let start = "dataset '\(name)' is not there: looked in \(looked). "
    if let known = KnownDataset(rawValue: name) {
      return start + "To get it: \(known.instructions)"
    }
    let names = all().map(\.name)
    let hint = InputError.nearest(to: name, among: names).map { "Did you mean '\($0)'? " } ?? ""
    return start + hint + "'axtrain datasets' lists what is found"
  }
}
