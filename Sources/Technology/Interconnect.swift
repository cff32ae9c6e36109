import Netlists
import Quantities

/// Wires between cells that are laid out, and how large these are: what a wire of an array's elements
/// costs follows from how far apart they are.
///
/// A wire of capacitance C that changes by V takes C·V²/2 (Weste, Harris, *CMOS VLSI Design*, 4th ed.,
/// section 5.2: half of what the supply gives for each rise).
public struct Interconnect: Sendable, Equatable {
  /// Farads a meter of a signal's wire and of the clock's.
  public let signalCapacitance: Double
  public let clockCapacitance: Double
  /// Of library cells as they are laid out.
  public let cellAreas: [String: Area]
  public let flipFlopArea: Area
  public let clockGateArea: Area
  /// The share of the placed area that cells take, above 0, at most 1.
  public let utilization: Double
  public let source: String

  /// The laid-out cells of a netlist, without the space between them.
  ///
  /// - Throws: `TechnologyError` for a cell of which there is no area.
  public func area(of netlist: Netlist) throws(TechnologyError) -> Area {
    var sum = Area(0)
    for instance in netlist.cells { sum += try area(ofCell: instance.cell) }
    return sum
  }

  /// - Throws: `TechnologyError` for a cell of which there is no area.
  public func area(ofCell cell: String) throws(TechnologyError) -> Area {
    guard let area = cellAreas[cell] else {
      throw .unknownGate(cell, known: cellAreas.keys.sorted())
    }
    return area
  }

  /// The side of a square of placed cells, in meters.
  public func side(of cells: Area) -> Double { (cells.value / utilization).squareRoot() }

  /// One change of a signal's wire of a length in meters.
  public func signalEnergy(length: Double, at supply: Voltage) -> Energy {
    Self.energy(signalCapacitance * length, supply)
  }

  /// One change of a clock's wire.
  public func clockEnergy(length: Double, at supply: Voltage) -> Energy {
    Self.energy(clockCapacitance * length, supply)
  }

  /// Of a change of so many farads.
  private static func energy(_ capacitance: Double, _ supply: Voltage) -> Energy {
    Energy(capacitance * supply.value * supply.value / 2)
  }
}
