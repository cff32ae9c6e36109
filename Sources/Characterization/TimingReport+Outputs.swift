import Files
import LogicSimulation
import Netlists

extension TimingReport {
  public static let outputColumns = [
    ColumnDefinition("port", "The output port."),
    ColumnDefinition("bit", "The bit of the port, 0 the least significant."),
    ColumnDefinition("rise_ps", "The latest rise, in picoseconds; empty if the bit cannot rise."),
    ColumnDefinition("fall_ps", "The latest fall, in picoseconds; empty if the bit cannot fall."),
    ColumnDefinition("arrival_ps", "The later of both, in picoseconds; 0 if the bit is constant."),
    ColumnDefinition(
      "slack_ps",
      "The period less the arrival, in picoseconds; negative where the period is too short, empty "
        + "without a period."),
  ]

  /// When each output bit changes at the latest, a row a bit.
  ///
  /// - Parameter hasPeriod: whether the analysis is of a period that was asked for.
  static func outputs(of analysis: TimingAnalysis, hasPeriod: Bool) -> ResultTable {
    var table = ResultTable(columns: outputColumns)
    func shown(_ time: Double) -> CellValue { time.isFinite ? .real(time / 1000) : .missing }
    for port in analysis.netlist.outputs {
      for (bit, net) in port.bits.enumerated() {
        // To the analysis a constant is an input.
        let times =
          net <= Netlist.constantOne
          ? EdgeTimes(rise: -.infinity, fall: -.infinity) : analysis.arrival[Int(net.index)]
        let latest = max(0, times.rise, times.fall)
        table.append([
          .text(port.name), .integer(bit), shown(times.rise), shown(times.fall),
          .real(latest / 1000), hasPeriod ? .real((analysis.period - latest) / 1000) : .missing,
        ])
      }
    }
    return table
  }
}
