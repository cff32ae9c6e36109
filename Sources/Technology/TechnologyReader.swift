import Files
import Fitting
import Foundation
import Quantities

/// Reads a technology's YAML file and the data that it names, and fits its laws.
public enum TechnologyReader {
  /// The technology and every file that went into it.
  public struct Result: Sendable {
    public let node: TechnologyNode
    public let files: [String]
  }

  /// Reads and fits.
  ///
  /// - Parameters:
  ///   - needed: the parts without which the caller cannot go on.
  ///   - remedy: how the caller could do without them; nil: not at all.
  ///   - temperature: instead of the file's own, inside the range of its data.
  ///   - acceptingPoorFits: whether laws that do not follow their data are taken also where the file
  ///     does not say so.
  /// - Throws: `InputError` at the place of what is missing, unknown or does not fit, of a law whose
  ///   parameters its data do not determine, and of the first `PoorFit` that is not accepted.
  public static func read(
    _ path: String, needing needed: Set<TechnologyPart> = Set(TechnologyPart.allCases),
    orElse remedy: String? = nil, at temperature: Temperature? = nil,
    acceptingPoorFits: Bool = false
  ) throws -> Result {
    let document = try StrictYAML(contentsOf: path)
    let top = try document.record(
      ["name", "source", "temperature", "cells", "threshold_variation"],
      optional: ["sram", "dram", "output_stage", "interconnect"])
    let ownTemperature: Temperature = try top["temperature"].quantity(
      in: Temperature(200)...Temperature(450))
    var reader = Reader(besides: path, temperature: temperature ?? ownTemperature)
    let cells = try reader.cells(top["cells"])
    let variation = try reader.variation(top["threshold_variation"], cells: cells)
    let gates = cells.gates.mapValues { gate in
      variation?.response.map { gate.responding(as: $0) } ?? gate
    }
    let sram = try top.optional("sram").map { try reader.sram($0, gates: gates) }
    let node = TechnologyNode(
      name: try top["name"].text(), temperature: reader.temperature,
      temperatures: cells.temperatures, gates: gates, areaLibrary: cells.areaLibrary,
      variation: variation,
      sram: sram,
      dram: try top.optional("dram").map { try reader.dram($0) },
      outputStage: try top.optional("output_stage").map { try reader.outputStage($0) },
      interconnect: try top.optional("interconnect").map {
        try reader.interconnect($0, gates: gates)
      }, poorFits: reader.poorFits)
    if !acceptingPoorFits, let poor = node.poorFits.first(where: { !$0.isAccepted }) {
      throw poor.refusal()
    }
    try refuse(node, lacking: needed, orElse: remedy, file: path)
    return Result(node: node, files: [path] + reader.files)
  }

  private static func refuse(
    _ node: TechnologyNode, lacking needed: Set<TechnologyPart>, orElse remedy: String?,
    file: String
  ) throws {
    let present: [TechnologyPart: Bool] = [
      .variation: node.variation != nil, .sram: node.sram != nil, .dram: node.dram != nil,
      .outputStage: node.outputStage != nil,
    ]
    let lacking = TechnologyPart.allCases.filter { needed.contains($0) && present[$0] != true }
    guard !lacking.isEmpty else { return }
    let them = lacking.count == 1 ? "it" : "them"
    // Of its keys the failure law is what only a measurement gives.
    let law = lacking.contains(.sram) ? " (sram: {failures: FILE} takes another memory's law)" : ""
    throw InputError(
      .badData, at: SourceLocation(file: file),
      "has no " + lacking.map { "'\($0.rawValue)'" }.joined(separator: ", no ")
        + ", which this needs: add \(them)\(law), or choose a technology that has \(them)"
        + (remedy.map { ", or \($0)" } ?? ""))
  }

  /// What one reading of a technology's file knows throughout.
  struct Reader {
    static let energies = Energy(1e-18)...Energy(1e-6)
    static let supplies = Voltage(0.1)...Voltage(5)

    let folder: String
    let temperature: Temperature
    /// The data files read so far.
    var files: [String] = []
    /// The laws read so far that do not follow their data.
    var poorFits: [PoorFit] = []

    /// - Parameter path: the file whose folder data files are in.
    init(besides path: String, temperature: Temperature) {
      folder = (path as NSString).deletingLastPathComponent
      self.temperature = temperature
    }

    /// A file beside the technology's.
    mutating func table(_ node: StrictYAML, requiring columns: [String]) throws -> CSVTable {
      let file = try path(node)
      let table = try CSVTable(contentsOf: file, requiring: columns)
      files.append(file)
      return table
    }

    func path(_ node: StrictYAML) throws -> String {
      let name = try node.text()
      guard !name.hasPrefix("/"), !name.split(separator: "/").contains("..") else {
        throw InputError(
          .badData, at: node.location,
          "'\(name)' leaves the technology's folder: name a file beside this one")
      }
      let path = folder.isEmpty ? name : folder + "/" + name
      guard PathRule.isInside(path, folder: folder.isEmpty ? "." : folder) else {
        throw InputError(
          .badData, at: node.location, "'\(name)' is a link that leaves the technology's folder")
      }
      return path
    }

    func positive(_ table: CSVTable, _ row: CSVTable.Row, _ column: String) throws -> Double {
      let value = try table.number(row, column)
      guard value > 0 else {
        throw InputError(
          .badData, at: table.location(row, column),
          "'\(column)' must be positive, not \(value)")
      }
      return value
    }

    func dram(_ node: StrictYAML) throws -> TechnologyNode.AccessEnergy {
      let dram = try node.record(["access_energy_64bit", "source"])
      return TechnologyNode.AccessEnergy(
        perWord: try dram["access_energy_64bit"].quantity(in: Self.energies), supply: nil,
        source: try dram["source"].text())
    }

    func outputStage(_ node: StrictYAML) throws -> TechnologyNode.OutputStage {
      let stage = try node.record(["int32_multiply", "int32_add", "supply", "source"])
      let supply: Voltage = try stage["supply"].quantity(in: Self.supplies)
      let source = try stage["source"].text()
      return TechnologyNode.OutputStage(
        multiplication: .init(
          perWord: try stage["int32_multiply"].quantity(in: Self.energies), supply: supply,
          source: source),
        addition: .init(
          perWord: try stage["int32_add"].quantity(in: Self.energies), supply: supply,
          source: source))
    }
  }
}
