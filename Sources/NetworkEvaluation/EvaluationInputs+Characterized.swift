import Accelerators
import Characterization
import ErrorTables
import Files
import Quantities
import Technology

extension EvaluationInputs {
  /// Reads the folders of error tables that a setup names, by the multiplier that each is of.
  ///
  /// - Parameter shared: technology and cells, on which tables rest beside the netlist.
  /// - Throws: `InputError` 65 if a folder is of other files than the sweep's, of the dies that pas
  ///   trains on, or does not go with the fidelity.
  static func characterizedFolders(
    _ setup: EvaluationSetup, multipliers: [Multiplier], shared: [FileDigest]
  ) throws -> [Int: CharacterizedFolder] {
    var folders: [Int: CharacterizedFolder] = [:]
    for path in setup.characterized {
      let folder = try CharacterizedFolder(contentsOf: path)
      let place = SourceLocation(file: "\(path)/manifest.json")
      guard
        let index = multipliers.firstIndex(where: {
          $0.hasPlainBytes && folder.inputDigests.contains("\($0.file.digest)")
        })
      else {
        throw InputError(.badData, at: place, "is of none of the sweep's multipliers")
      }
      if let other = shared.first(where: { !folder.inputDigests.contains("\($0.digest)") }) {
        throw InputError(
          .badData, at: place,
          "does not rest on the sweep's \(other.path): run 'axtrain characterize' with it")
      }
      guard folders.updateValue(folder, forKey: index) == nil else {
        throw InputError(
          .badData, at: place, "is the second folder of \(multipliers[index].name): leave one out")
      }
      guard folder.seed != setup.characterization.seed else {
        throw InputError(
          .badData, at: place,
          "has the dies that pas trains on: characterize with another seed than "
            + "\(setup.characterization.seed)")
      }
      let choice = setup.timingErrors
      let isOfGrid = folder.steps == choice.steps && folder.pulses == choice.pulses
      guard choice.fidelity != .gate, choice.fidelity == .statistical || isOfGrid else {
        throw InputError(
          .badData, at: place,
          choice.fidelity == .gate
            ? "is not used by fidelity gate, which simulates every element: leave it out"
            : "has \(folder.steps) \(folder.pulses.rawValue) time steps, the sweep "
              + "\(choice.steps) \(choice.pulses.rawValue): characterize with these")
      }
      let needed = choice.variants * choice.draws
      if choice.fidelity == .transition, folder.transitionTableCount < needed {
        throw InputError(
          .badData, at: place,
          "has transition tables of \(folder.transitionTableCount) dies, the sweep takes "
            + "\(needed): characterize with --tables --dies \(needed), or lower 'variants'"
            + (choice.draws > 1 ? " or 'draws'" : ""))
      }
    }
    return folders
  }

  /// The folder that has a multiplier at a point of the sweep, and what it counted; nil if none has.
  ///
  /// - Throws: `InputError` 65 if it captured at another clock period.
  func characterized(
    multiplier: Int, supply: Voltage, clock: ClockPolicy, clockPeriod: Delay
  ) throws -> (folder: CharacterizedFolder, point: TimingErrorTable.Point)? {
    guard let folder = characterized[multiplier],
      let point = try folder.point(
        at: supply, clockPeriod: clockPeriod,
        option: clockOption(multiplier, supply, clock, clockPeriod))
    else { return nil }
    return (folder, point)
  }

  /// What has `axtrain characterize` capture a multiplier's products at a clock period of the sweep.
  private func clockOption(
    _ multiplier: Int, _ supply: Voltage, _ clock: ClockPolicy, _ clockPeriod: Delay
  ) -> String {
    let fixed = "--clock-period \"\(clockPeriod)\""
    guard clock == .track,
      let path = try? characterizer(multipliers[multiplier].netlist).criticalPath(at: supply)
    else { return fixed }
    let isLongest = abs(clockPeriod / path / accelerator.guardBand - 1) < 1e-9
    return isLongest
      ? "--track \(accelerator.guardBand)"
      : fixed + " at this supply alone, since the longest path is the accumulator's"
  }

  /// Refuses folders that no point takes a table from, and those of other clock periods: before anything
  /// is trained or simulated.
  ///
  /// - Throws: `InputError` 65 at the folder's manifest, or its table.
  public func checkCharacterized(for points: [DesignPoint]) throws {
    for (multiplier, folder) in characterized.sorted(by: { $0.key < $1.key }) {
      let asked = asked(multiplier, by: points)
      do {
        let taken = try asked.filter { key in
          try characterized(
            multiplier: multiplier, supply: key.supply, clock: key.clock,
            clockPeriod: clockPeriod(
              multiplier: multiplier, clock: key.clock, supply: key.supply)) != nil
        }
        guard taken.isEmpty else { continue }
        let periods = try asked.map { key in
          "\(key.supply) (\(try clockPeriod(multiplier: multiplier, clock: key.clock, supply: key.supply)))"
        }
        let name = multipliers[multiplier].name
        throw InputError(
          .badData, at: SourceLocation(file: "\(folder.path)/manifest.json"),
          "is of no point: it has \(name) at (clock period) "
            + Self.list(
              folder.points.map { "\(Voltage($0.supply)) (\(Delay($0.clockPeriod)))" })
            + ", the sweep asks for \(Self.list(periods)): characterize at one of these supplies, or "
            + "leave the folder out")
      } catch let error as TechnologyError {
        throw error.refusal(of: multipliers[multiplier].name, technology: setup.technology)
      }
    }
  }

  /// Which supplies of the points a folder leaves to the sweep's own tables: a sentence a folder.
  public func characterizedNotes(for points: [DesignPoint]) -> [String] {
    characterized.sorted(by: { $0.key < $1.key }).compactMap { multiplier, folder in
      let lacking = Set(asked(multiplier, by: points).map(\.supply).filter { !folder.has($0) })
      guard !lacking.isEmpty else { return nil }
      return "note: \(folder.path) has no tables of \(multipliers[multiplier].name) at "
        + Self.list(lacking.sorted().map(\.description)) + ": rows there have the sweep's own"
    }
  }

  /// The supplies and clocks that points have a multiplier evaluated at, each once, by rising supply.
  private func asked(
    _ multiplier: Int, by points: [DesignPoint]
  ) -> [NetworkEvaluator.TransitionKey] {
    Set(
      points.lazy.filter { $0.multiplier == multiplier }.map {
        NetworkEvaluator.TransitionKey(
          multiplier: multiplier, supply: $0.logicSupply, clock: $0.clock)
      }
    ).sorted { ($0.supply, $0.clock.rawValue) < ($1.supply, $1.clock.rawValue) }
  }

  /// With commas between them; of many the first.
  private static func list(_ items: [String]) -> String {
    items.prefix(8).joined(separator: ", ") + (items.count > 8 ? " …" : "")
  }
}
