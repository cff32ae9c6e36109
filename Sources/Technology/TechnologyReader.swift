import Files
import Fitting
import Foundation
import Quantities

/// Reads a technology's YAML file and the CSV data that it names, and fits its laws.
public enum TechnologyReader {
  /// The technology and every file that went into it.
  public struct Result: Sendable {
    public let node: TechnologyNode
    public let files: [String]
  }

  /// Reads and fits.
  ///
  /// - Throws: `InputError` at the place of what is missing, unknown or does not fit.
  public static func read(_ path: String) throws -> Result {
    let document = try StrictYAML(contentsOf: path)
    let keys = [
      "name", "source", "temperature", "cells", "threshold_variation", "sram", "dram",
      "output_stage",
    ]
    let top = try document.record(keys)
    let reader = Reader(
      folder: (path as NSString).deletingLastPathComponent,
      temperature: try top["temperature"].quantity(
        in: Temperature(200)...Temperature(450)))
    let (gates, cellFile) = try reader.gates(top["cells"])
    let variation = try top["threshold_variation"].record(["sigma", "source"])
    let sram = try top["sram"].record(Reader.sramKeys)
    let (bitCell, sramFile) = try reader.bitCell(sram)
    let inverter = try sram["leakage_cell"]
    guard gates[try inverter.text()] != nil else {
      throw InputError(
        .badData, at: inverter.location,
        "'\(try inverter.text())' is not among the gates above: \(gates.keys.sorted().joined(separator: ", "))"
      )
    }
    let dram = try top["dram"].record(["access_energy_64bit", "source"])
    let stage = try top["output_stage"].record(
      ["int32_multiply", "int32_add", "supply", "source"])
    let stageSupply: Voltage = try stage["supply"].quantity(in: Voltage(0.1)...Voltage(5))
    let stageSource = try stage["source"].text()
    let energies = Energy(1e-18)...Energy(1e-6)
    let node = TechnologyNode(
      name: try top["name"].text(), temperature: reader.temperature, gates: gates,
      thresholdSigma: try variation["sigma"].quantity(
        Voltage.self, in: Voltage(0)...Voltage(0.2)
      )
      .value,
      bitCell: bitCell, bitCellLeakageCell: try inverter.text(),
      bitCellLeakageCount: try sram["leakage_cells_per_bit"].integer(in: 1...8),
      sramAccess: .init(
        perWord: try sram["access_energy_64bit"].quantity(in: energies),
        supply: try sram["access_energy_supply"].quantity(in: Voltage(0.1)...Voltage(5)),
        source: try sram["access_energy_source"].text()),
      dramAccess: .init(
        perWord: try dram["access_energy_64bit"].quantity(in: energies), supply: nil,
        source: try dram["source"].text()),
      wideMultiplication: .init(
        perWord: try stage["int32_multiply"].quantity(in: energies), supply: stageSupply,
        source: stageSource),
      wideAddition: .init(
        perWord: try stage["int32_add"].quantity(in: energies), supply: stageSupply,
        source: stageSource))
    return Result(node: node, files: [path, cellFile, sramFile])
  }

  /// The mean over a cell's measured arcs at one supply: seconds, joules, watts.
  struct MeasuredPoint {
    private var sums = (delay: 0.0, energy: 0.0, leakage: 0.0, arcs: 0.0)
    var delay: Double { sums.delay / sums.arcs }
    var energy: Double { sums.energy / sums.arcs }
    var leakage: Double { sums.leakage / sums.arcs }

    mutating func add(delay: Double, energy: Double, leakage: Double) {
      sums.delay += delay
      sums.energy += energy
      sums.leakage += leakage
      sums.arcs += 1
    }
  }

  struct Reader {
    static let sramKeys = [
      "data", "law", "fit_from", "fit_to", "leakage_cell",
      "leakage_cells_per_bit", "access_energy_64bit", "access_energy_supply",
      "access_energy_source",
    ]
    let folder: String
    let temperature: Temperature

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

    func gates(
      _ node: StrictYAML
    ) throws -> (gates: [String: TechnologyNode.GateModel], file: String) {
      let cells = try node.record(["data", "gates"])
      let file = try path(cells["data"])
      let table = try CSVTable(
        contentsOf: file,
        requiring: [
          "cell", "arc", "temperature_c", "supply_v", "delay_ps", "energy_per_transition_fj",
          "leakage_nw",
        ])
      for row in table.rows {
        let measured = Temperature(celsius: try table.number(row, "temperature_c"))
        guard abs(measured.value - temperature.value) < 0.5 else {
          throw InputError(
            .badData, at: SourceLocation(file: file, line: row.line),
            "was measured at \(measured.value) K, not at the technology's \(temperature.value) K: "
              + "a law holds at the temperature of its data")
        }
      }
      var gates: [String: TechnologyNode.GateModel] = [:]
      var included: [(name: String, location: SourceLocation)] = []
      for entry in try cells["gates"].entries() {
        let fields = try entry.value.record(["measured"], optional: ["energy_includes"])
        let other = fields.optional("energy_includes")
        if let other { included.append((try other.text(), other.location)) }
        gates[entry.key] = try gate(
          measured: fields["measured"], table: table, energyIncludes: other?.text())
      }
      for (name, location) in included
      where gates[name]?.energyIncludes != nil || gates[name] == nil {
        throw InputError(
          .badData, at: location, "'\(name)' is no gate above whose energy stands by itself")
      }
      for (name, gate) in gates {
        guard let other = gate.energyIncludes.flatMap({ gates[$0] }) else { continue }
        let range = gate.energy.fit.range
        for step in 0...20 {
          let supply = Voltage(
            range.lowerBound + (range.upperBound - range.lowerBound) * Double(step) / 20)
          guard gate.energy.energy(at: supply) > other.energy.energy(at: supply) else {
            throw InputError(
              .badData, at: node.location,
              "'\(name)' takes less energy than what it is said to include, at \(supply)")
          }
        }
      }
      return (gates, file)
    }

    /// One gate: the mean over the measured arcs of its cell at each supply, then the three fits.
    func gate(
      measured node: StrictYAML, table: CSVTable, energyIncludes: String?
    ) throws -> TechnologyNode.GateModel {
      let cell = try node.text()
      var points: [Double: MeasuredPoint] = [:]
      for row in table.rows where try table.text(row, "cell") == cell {
        points[try positive(table, row, "supply_v"), default: MeasuredPoint()].add(
          delay: try positive(table, row, "delay_ps") * 1e-12,
          energy: try positive(table, row, "energy_per_transition_fj") * 1e-15,
          leakage: try positive(table, row, "leakage_nw") * 1e-9)
      }
      guard !points.isEmpty else {
        throw InputError(
          .badData, at: node.location, "cell '\(cell)' has no rows in \(table.file)")
      }
      let ordered = points.sorted { $0.key < $1.key }
      let supplies = ordered.map(\.key)
      do throws(FittingError) {
        return TechnologyNode.GateModel(
          delay: try DelayModel(
            supplies: supplies, delays: ordered.map(\.value.delay),
            temperature: temperature),
          energy: try SwitchingEnergyModel(
            supplies: supplies, energies: ordered.map(\.value.energy)),
          energyIncludes: energyIncludes,
          leakage: try LeakageModel(
            supplies: supplies, powers: ordered.map(\.value.leakage)))
      } catch {
        throw InputError(.badData, at: node.location, "cell '\(cell)': \(error)")
      }
    }

    func positive(_ table: CSVTable, _ row: CSVTable.Row, _ column: String) throws -> Double {
      let value = try table.number(row, column)
      guard value > 0 else {
        throw InputError(
          .badData, at: SourceLocation(file: table.file, line: row.line),
          "'\(column)' must be positive, not \(value)")
      }
      return value
    }

    /// The SRAM law from simulated noise margins (mean, sigma, cells) or from counted faults.
    func bitCell(_ sram: StrictYAML.Record) throws -> (BitCellFailureModel, file: String) {
      let node = try sram["data"]
      let file = try path(node)
      let table = try CSVTable(contentsOf: file, requiring: ["supply_v"])
      let volts = Voltage(0)...Voltage(5)
      let low = try sram["fit_from"].quantity(in: volts)
      let high = try sram["fit_to"].quantity(in: volts)
      var supplies: [Double] = []
      var probabilities: [Double] = []
      var sigmas: [Double] = []
      for row in table.rows {
        let supply = try table.number(row, "supply_v")
        guard supply >= low.value - 1e-9, supply <= high.value + 1e-9 else { continue }
        let (probability, sigma) = try point(table, row)
        supplies.append(supply)
        probabilities.append(probability)
        sigmas.append(sigma)
      }
      do {
        let model = try BitCellFailureModel(
          law: sram["law"].choice(), supplies: supplies, probabilities: probabilities,
          sigmas: sigmas)
        return (model, file)
      } catch let error as FittingError {
        throw InputError(.badData, at: node.location, "SRAM failures: \(error)")
      }
    }

    /// A failure probability and the standard deviation of its z.
    ///
    /// From noise margins of N cells: the probability that either lobe is lost is halved, since a lost
    /// lobe hurts one stored value only; z = mean/sigma has the variance 1/N + z²/(2N). From counted
    /// faults, σ(z) = √(p(1−p)/N)/φ(z), φ the normal density.
    func point(_ table: CSVTable, _ row: CSVTable.Row) throws -> (Double, Double) {
      let probability: Double
      let sigma: (Double) -> Double
      if table.header.contains("faults") {
        let bits = try positive(table, row, "bits")
        probability = try table.number(row, "faults") / bits
        sigma = { z in
          (probability * (1 - probability) / bits).squareRoot()
            / (exp(-z * z / 2) / (2 * Double.pi).squareRoot())
        }
      } else {
        probability = try table.number(row, "failure_probability") / 2
        let cells = try positive(table, row, "cells")
        sigma = { z in (1 / cells + z * z / (2 * cells)).squareRoot() }
      }
      guard probability > 0, probability < 1 else {
        throw InputError(
          .badData, at: SourceLocation(file: table.file, line: row.line),
          "the failure probability must be between 0 and 1, not \(probability)")
      }
      return (probability, sigma(Normal.upperQuantile(probability)))
    }
  }
}
