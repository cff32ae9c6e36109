import ErrorTables
import Files
import LogicSimulation
import Netlists
import Quantities
import Technology

/// Timing errors and switching energy of a multiplier against supply voltage: dies, transitions,
/// clock.
public struct TimingStudy: Sendable {
  /// When the product register captures.
  public enum Clock: Sendable, Hashable {
    /// The same period at every supply: voltage overscaling.
    case fixed(Delay)
    /// The longest path of the typical die at the supply, times a guard band; below 1 it cuts paths.
    case track(Double)
  }

  /// Which operand transitions are simulated.
  public enum Transitions: Sendable, Hashable {
    /// All in which one operand is held.
    case all
    /// So many for each die, uniform, one operand held; drawn with the study's seed.
    case sample(Int)
    /// Given ones, the same for every die.
    case trace(Stimulus)
    /// So many streams of so many periods for each die, one operand held; what has not arrived at the
    /// end of a period goes on into the next.
    case streams(Int, periods: Int)

    /// Whether each die has transitions of its own.
    var areDrawnByDie: Bool {
      switch self {
      case .all, .trace: false
      case .sample, .streams: true
      }
    }
  }

  /// So many supplies are characterized at once, at most: by one study, or of one list of a sweep.
  public static let maximumSupplies = 1000
  /// What is said where they are more.
  public static let suppliesNeeded = "1 to \(maximumSupplies) supplies above 0 V are needed"

  public let netlist: Netlist
  public let ports: MultiplierPorts
  public let isSigned: Bool
  public let technology: TechnologyNode
  /// What messages name where the technology cannot answer; nil: the multiplier alone.
  public var technologyFile: String?
  public var supplies: [Voltage]
  public var clock: Clock
  public var transitions: Transitions
  public var stationary = StationaryOperand.b
  public var dies = 20
  public var seed: UInt64 = 1
  /// Time steps to the longest path of the typical die.
  public var steps = 128
  public var pulses = PulseRule.inertial
  /// Whether dies have threshold shifts; without them every die is the typical one.
  public var hasVariation = true

  public init(
    netlist: Netlist, ports: MultiplierPorts, isSigned: Bool, technology: TechnologyNode,
    supplies: [Voltage], clock: Clock, transitions: Transitions
  ) {
    self.netlist = netlist
    self.ports = ports
    self.isSigned = isSigned
    self.technology = technology
    self.supplies = supplies
    self.clock = clock
    self.transitions = transitions
  }

  /// What the technology cannot answer of the multiplier.
  func refusal(_ error: TechnologyError) -> InputError {
    InputError(
      .badData, at: technologyFile.map { SourceLocation(file: $0) }, "\(netlist.name): \(error)")
  }

  /// What one supply gave.
  public struct Point: Sendable {
    public let supply: Voltage
    public let clockPeriod: Delay
    /// One for each die.
    public let errors: [CapturedErrors]
    public let profile: OperatorProfile

    /// All dies together.
    public var total: CapturedErrors { errors.total }

    /// The hand-over to networks and fits.
    public var tablePoint: TimingErrorTable.Point {
      TimingErrorTable.Point(errors, supply: supply, clockPeriod: clockPeriod)
    }
  }
}
