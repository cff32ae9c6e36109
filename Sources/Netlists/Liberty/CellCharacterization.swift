import Quantities

/// Timing and power of a cell at the conditions of its library, from a Liberty file.
public struct CellCharacterization: Hashable, Sendable {
  /// How an output answers a change of one input.
  public enum Sense: String, Hashable, Sendable {
    case positiveUnate = "positive_unate"
    case negativeUnate = "negative_unate"
    case nonUnate = "non_unate"
  }

  /// Delay and output transition time for one direction of the output.
  public struct Edge: Hashable, Sendable {
    /// From the input's to the output's change, in seconds.
    public let delay: LookupTable
    /// The output's transition time in seconds.
    public let transition: LookupTable

    public init(delay: LookupTable, transition: LookupTable) {
      self.delay = delay
      self.transition = transition
    }
  }

  /// A `timing` group: from an input pin to an output pin. There may be several for one pair, for
  /// different states of the other pins; the slowest counts.
  public struct Arc: Hashable, Sendable {
    /// Positions in `LibraryCell.inputs` and `LibraryCell.outputs`.
    public let input: Int
    public let output: Int
    public let sense: Sense
    /// Where the output rises, and falls; nil where the arc has no such edge.
    public let rise: Edge?
    public let fall: Edge?

    public init(input: Int, output: Int, sense: Sense, rise: Edge?, fall: Edge?) {
      self.input = input
      self.output = output
      self.sense = sense
      self.rise = rise
      self.fall = fall
    }
  }

  /// An `internal_power` group: energy inside the cell, the load's not included.
  public struct InternalEnergy: Hashable, Sendable {
    /// Position in `LibraryCell.outputs` of the pin that changes, or in `inputs` if `isInput`.
    public let pin: Int
    public let isInput: Bool
    /// The supply pin that delivers it; groups of different supplies add up.
    public let supplyPin: String
    /// Joules where the pin rises, and falls.
    public let rise: LookupTable?
    public let fall: LookupTable?
  }

  /// For each of `LibraryCell.inputs` its capacitance in farads; nil where the library has none.
  public let inputCapacitances: [Double?]
  public let arcs: [Arc]
  public let internalEnergies: [InternalEnergy]
  /// The cell's leakage: `cell_leakage_power`, else the mean over the states of `leakage_power`,
  /// else the library's default.
  public let leakage: Power?

  public init(
    inputCapacitances: [Double?], arcs: [Arc], internalEnergies: [InternalEnergy],
    leakage: Power?
  ) {
    self.inputCapacitances = inputCapacitances
    self.arcs = arcs
    self.internalEnergies = internalEnergies
    self.leakage = leakage
  }

  /// The mean energy inside the cell of one change of a pin, in joules: the mean of rise and fall
  /// and over the groups of each supply pin, summed over supply pins. 0 where no group names it.
  public func internalEnergy(
    pin: Int, isInput: Bool, slew: Double, load: Double
  ) -> (energy: Double, isExtrapolated: Bool) {
    var sums: [(supply: String, sum: Double, count: Int)] = []
    var isExtrapolated = false
    for group in internalEnergies where group.pin == pin && group.isInput == isInput {
      let tables = [group.rise, group.fall].compactMap { $0 }
      guard !tables.isEmpty else { continue }
      var sum = 0.0
      for table in tables {
        let found = table.value(slew: slew, load: load)
        sum += found.value
        isExtrapolated = isExtrapolated || found.isExtrapolated
      }
      let mean = sum / Double(tables.count)
      if let known = sums.firstIndex(where: { $0.supply == group.supplyPin }) {
        sums[known].sum += mean
        sums[known].count += 1
      } else {
        sums.append((group.supplyPin, mean, 1))
      }
    }
    let energy = sums.reduce(0.0) { $0 + $1.sum / Double($1.count) }
    return (energy, isExtrapolated)
  }
}

/// The conditions at which a library was characterized.
public struct LibraryConditions: Hashable, Sendable {
  /// `nom_voltage`, else that of the default operating conditions.
  public let supply: Voltage?
  /// `nom_temperature`, else that of the default operating conditions.
  public let temperature: Temperature?

  public init(supply: Voltage?, temperature: Temperature?) {
    self.supply = supply
    self.temperature = temperature
  }
}
