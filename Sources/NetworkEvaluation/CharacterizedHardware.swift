import Accelerators
import Characterization
import ErrorTables
import Files
import Foundation
import Netlists
import Quantities
import QuantizedNetworks
import Technology

/// One netlist at one supply, to be characterized: independent of all others.
public struct CharacterizationItem: Hashable, Sendable {
  /// What is characterized.
  public enum Operator: Hashable, Sendable {
    /// By its index.
    case multiplier(Int)
    /// The accumulator's, on products of these words.
    case adder(QuantizationSpec)
  }

  public let `operator`: Operator
  public let supply: Voltage
  /// The clock policies that captured values are needed for; none for the adder.
  public let clocks: [ClockPolicy]
  /// Those of them under which a point has this supply; training alone may draw it under the others.
  public let evaluatedClocks: [ClockPolicy]
}

extension EvaluationInputs {
  /// What has to be characterized for these points, each item once, in a fixed order.
  public func characterizationItems(for points: [DesignPoint]) -> [CharacterizationItem] {
    let supplies = Set(points.map(\.logicSupply))
    // Those that training draws from, which no point may have.
    let drawn = points.lazy.map(setup.drawnSupplies).first { !$0.isEmpty } ?? []
    var items = quantizations.flatMap { quantization in
      supplies.sorted().map {
        CharacterizationItem(
          operator: .adder(quantization), supply: $0, clocks: [],
          evaluatedClocks: [])
      }
    }
    for multiplier in multipliers.indices {
      for supply in supplies.union(drawn).sorted() {
        let clocks = ClockPolicy.allCases.filter { clock in
          points.contains {
            $0.multiplier == multiplier && $0.clock == clock
              && ($0.logicSupply == supply || setup.drawnSupplies(of: $0).contains(supply))
          }
        }
        if !clocks.isEmpty {
          items.append(
            CharacterizationItem(
              operator: .multiplier(multiplier), supply: supply, clocks: clocks,
              evaluatedClocks: clocks.filter { clock in
                points.contains {
                  $0.multiplier == multiplier && $0.clock == clock && $0.logicSupply == supply
                }
              }))
        }
      }
    }
    return items
  }

  /// The dies of all evaluated chips' multipliers, or of their adders.
  private func instances(of item: CharacterizationItem) -> [Die] {
    (0..<setup.chips.count).flatMap { chip in
      switch item.operator {
      case .adder: setup.chips.adderDies(ofChip: chip, accelerator)
      case .multiplier: setup.chips.multiplierDies(ofChip: chip, accelerator)
      }
    }
  }

  /// Characterizes an item, or takes its result from the cache, which needs no operands.
  ///
  /// - Parameter baseKey: of the setup and all that it names but multipliers.
  /// - Throws: `InputError` if the technology cannot answer at this supply.
  public func characterize(
    _ item: CharacterizationItem, stimuli: OperandStimuli, baseKey: String, cache: ArtifactCache
  ) throws -> Characterizer.Result {
    let multiplier: Int?
    var isSigned = false
    let (netlist, identity): (Netlist, String)
    switch item.operator {
    case .multiplier(let index):
      multiplier = index
      isSigned = multipliers[index].element.isSigned
      (netlist, identity) = (multipliers[index].netlist, multipliers[index].identity)
    case .adder:
      multiplier = nil
      (netlist, identity) = (adder, "adder")
    }
    do {
      let periods = try item.clocks.map { clock throws(TechnologyError) in
        try clockPeriod(multiplier: multiplier ?? 0, clock: clock, supply: item.supply)
      }
      let key = Digest(
        of:
          "characterization 6 \(baseKey) \(identity) "
          + "\(item.supply) \(periods) \(stimuli.identity(of: item.operator))"
      ).description
      // Asked for first, so that a folder that does not fit is found before anything is simulated.
      let made = try zip(item.clocks, periods).map { clock, period in
        guard let multiplier, item.evaluatedClocks.contains(clock) else {
          return nil as TimingErrorTable.Point?
        }
        return try characterized(
          multiplier: multiplier, supply: item.supply, clock: clock, clockPeriod: period)?
          .point
      }
      if let bytes = try cache.load(key),
        let result = try? JSONDecoder().decode(Characterizer.Result.self, from: Data(bytes))
      {
        return result.replacingTiming(by: made)
      }
      let result = try characterizer(netlist, isSigned: isSigned).characterize(
        at: item.supply, clockPeriods: periods, stimulus: stimuli.stimulus(of: item.operator),
        instances: instances(of: item),
        // Adders of the chips alone decide whether a point is ranked; of multipliers the dies' errors
        // are drawn too.
        seeksAmongDies: multiplier != nil)
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      try cache.store(key, "characterization", Array(try encoder.encode(result)))
      return result.replacingTiming(by: made)
    } catch let error as TechnologyError {
      throw InputError(
        .badData, at: SourceLocation(file: setup.technology),
        "\(netlist.name): \(error)")
    }
  }
}

/// The characterized netlists of a sweep, as tables.
public struct CharacterizedHardware: Sendable {
  /// A multiplier under a clock policy.
  public struct TableKey: Hashable, Sendable {
    public let multiplier: Int
    public let clock: ClockPolicy

    public init(multiplier: Int, clock: ClockPolicy) {
      self.multiplier = multiplier
      self.clock = clock
    }
  }

  /// By operator and supply.
  public let profiles: [CharacterizationItem.Operator: [Voltage: OperatorProfile]]
  public let timing: [TableKey: TimingErrorTable]
  /// The same on other dies, for training.
  public let trainingTiming: [TableKey: TimingErrorTable]
  public let fits: [TableKey: Result<TimingErrorFit, TimingErrorFit.Refusal>]

  /// Sorts results into tables; `results` are those of `items`, in the same order.
  public init(
    inputs: EvaluationInputs, items: [CharacterizationItem], results: [Characterizer.Result]
  ) {
    precondition(items.count == results.count, "one result for each item")
    var profiles: [CharacterizationItem.Operator: [Voltage: OperatorProfile]] = [:]
    var points: [TableKey: [TimingErrorTable.Point]] = [:]
    var trainingPoints = points
    for (item, result) in zip(items, results) {
      profiles[item.operator, default: [:]][item.supply] = result.profile
      guard case .multiplier(let multiplier) = item.operator else { continue }
      for (index, clock) in item.clocks.enumerated() {
        let key = TableKey(multiplier: multiplier, clock: clock)
        points[key, default: []].append(result.timing[index])
        trainingPoints[key, default: []].append(result.trainingTiming[index])
      }
    }
    self.profiles = profiles
    func tables(_ points: [TableKey: [TimingErrorTable.Point]]) -> [TableKey: TimingErrorTable] {
      points.reduce(into: [:]) { tables, entry in
        tables[entry.key] = TimingErrorTable(
          netlist: inputs.multipliers[entry.key.multiplier].name, clock: entry.key.clock.rawValue,
          points: entry.value.sorted { $0.supply < $1.supply })
      }
    }
    timing = tables(points)
    trainingTiming = tables(trainingPoints)
    fits = timing.mapValues { $0.fit() }
  }
}
