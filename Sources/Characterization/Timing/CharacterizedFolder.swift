import ErrorTables
import Files
import Foundation
import LogicSimulation
import Quantities

/// What `axtrain characterize` wrote of one multiplier, read again and checked.
public struct CharacterizedFolder: Sendable {
  /// Changes whenever a table of the folder changes its meaning.
  /// It also changes when the same files, options and seed would give other numbers.
  public static let format = "axtrain timing tables 3"

  /// Whether `axtrain characterize` writes a file of this name into its folder.
  public static func hasFile(named name: String) -> Bool {
    let fixed = [
      "supplies.csv", "bits.csv", "masks.csv", "differences.csv", "dies.csv", "index.html",
      "manifest.json",
    ]
    return fixed.contains(name)
      || name.hasPrefix("transitions_")
        && (name.hasSuffix(".npy") || name.hasSuffix(".npy.sha256"))
  }

  public let path: String
  /// The version of the program that wrote the folder.
  public let version: String
  /// Of each file that the tables follow from: netlist, cells, technology.
  public let inputDigests: Set<String>
  public let seed: UInt64
  public let dies: Int
  public let steps: Int
  public let pulses: PulseRule
  /// By ascending supply.
  public let points: [TimingErrorTable.Point]
  /// SHA-256 of each file, by its name.
  private let outputs: [String: String]

  /// - Throws: `InputError` 66 if a file is missing, 65 if one is damaged, or is of another version,
  ///   of signed operands or of a held first operand.
  public init(contentsOf folder: String) throws {
    path = folder
    let manifest = try Manifest(contentsOf: "\(folder)/manifest.json")
    let place = SourceLocation(file: "\(folder)/manifest.json")
    guard manifest.spec.stationary == "b", !manifest.spec.signed,
      let pulses = PulseRule(rawValue: manifest.spec.pulses)
    else {
      throw InputError(
        .badData, at: place,
        "is of signed operands or of a held first operand; a sweep's array holds the second, "
          + "unsigned one")
    }
    version = manifest.version
    inputDigests = Set(manifest.inputs.map(\.sha256))
    (dies, steps, self.pulses) = (manifest.spec.dies, manifest.spec.steps, pulses)
    seed = manifest.seed
    outputs = Dictionary(
      manifest.outputs.map { ($0.name, $0.sha256) }, uniquingKeysWith: { first, _ in first })
    points = try Tables(folder, manifest).points
  }

  /// Refuses a folder of another version of the program, whose models may have given other numbers.
  ///
  /// - Throws: `InputError` 65.
  public func check(version: String) throws {
    guard self.version == version else {
      throw InputError(
        .badData, at: SourceLocation(file: "\(path)/manifest.json"),
        "was written by axtrain \(self.version), this is \(version): run 'axtrain characterize' "
          + "again")
    }
  }

  /// The point at a supply, captured at a clock period.
  ///
  /// - Parameter option: what gives `axtrain characterize` that period.
  /// - Returns: nil if the folder does not have the supply.
  /// - Throws: `InputError` 65 if it was captured at another period.
  public func point(
    at supply: Voltage, clockPeriod: Delay, option: @autoclosure () -> String
  ) throws -> TimingErrorTable.Point? {
    guard let point = first(at: supply) else { return nil }
    guard abs(point.clockPeriod / clockPeriod.value - 1) < 1e-6 else {
      throw InputError(
        .badData, at: SourceLocation(file: "\(path)/supplies.csv"),
        "captures at \(Delay(point.clockPeriod)) at \(supply), where the sweep's clock period is "
          + "\(clockPeriod): characterize with \(option())")
    }
    return point
  }

  /// Whether it has a supply, whatever the clock period.
  public func has(_ supply: Voltage) -> Bool { first(at: supply) != nil }

  private func first(at supply: Voltage) -> TimingErrorTable.Point? {
    points.first { abs($0.supply - supply.value) < 1e-9 }
  }

  /// Of how many dies, counted from the first, the folder has captured products at all its supplies.
  public var transitionTableCount: Int {
    (0..<dies).first { die in
      points.contains {
        outputs[TimingStudy.transitionTableName(supply: Voltage($0.supply), die: die)] == nil
      }
    } ?? dies
  }

  /// Maps the captured products of some of the dies, counted from 0, at a supply.
  ///
  /// - Throws: `InputError` 66 if they were not written, 65 if one is not the one that the manifest
  ///   has, damaged or of another die.
  public func transitionTables(at supply: Voltage, dies: Range<Int>) throws -> [TransitionTable] {
    try dies.map { die in
      let name = TimingStudy.transitionTableName(supply: supply, die: die)
      guard let sha256 = outputs[name] else {
        throw InputError(
          .missingInput, at: SourceLocation(file: "\(path)/\(name)"),
          "was not written: characterize \(dies.upperBound) dies at \(supply), with --tables")
      }
      return try TransitionTable(
        mapping: "\(path)/\(name)", sha256: sha256, stationaryWidth: 8, movingWidth: 8,
        remedy: "run 'axtrain characterize' again")
    }
  }
}

extension CharacterizedFolder {
  /// What is needed of the folder's manifest.
  struct Manifest: Decodable {
    struct File: Decodable {
      let name: String
      let sha256: String
    }

    struct Spec: Decodable {
      let format: String
      let dies: Int
      let steps: Int
      let pulses: String
      let stationary: String
      let signed: Bool
    }

    /// A number, or text beyond 2^53.
    struct Seed: Decodable {
      let value: UInt64

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(UInt64.self) {
          value = number
        } else if let number = UInt64(try container.decode(String.self)) {
          value = number
        } else {
          throw DecodingError.dataCorruptedError(
            in: container, debugDescription: "a seed is a whole number")
        }
      }
    }

    let version: String
    let spec: Spec
    let seeds: [String: Seed]
    let inputs: [File]
    let outputs: [File]

    var seed: UInt64 { seeds["dies_and_samples"]?.value ?? 0 }

    init(contentsOf path: String) throws {
      let bytes = try InputFile.bytes(of: path, limit: InputFile.maximumText)
      guard let manifest = try? JSONDecoder().decode(Self.self, from: Data(bytes)),
        manifest.seeds["dies_and_samples"] != nil
      else {
        throw InputError(
          .badData, at: SourceLocation(file: path),
          "is not the manifest of a folder that this version of 'axtrain characterize' wrote: run "
            + "it again")
      }
      guard manifest.spec.format == CharacterizedFolder.format else {
        throw InputError(
          .badData, at: SourceLocation(file: path),
          "has the format '\(manifest.spec.format)', this program reads "
            + "'\(CharacterizedFolder.format)': run 'axtrain characterize' again")
      }
      self = manifest
    }

    /// A table of the folder whose bytes are those that were written.
    func table(_ name: String, in folder: String) throws -> CSVTable {
      let path = "\(folder)/\(name)"
      let bytes = try InputFile.bytes(of: path, limit: InputFile.maximumText)
      guard outputs.contains(where: { $0.name == name && $0.sha256 == "\(Digest(of: bytes))" })
      else {
        throw InputError(
          .badData, at: SourceLocation(file: path),
          "is damaged (its SHA-256 is not that of the manifest): run 'axtrain characterize' again")
      }
      return try CSVTable(text: String(decoding: bytes, as: UTF8.self), file: path)
    }
  }
}
