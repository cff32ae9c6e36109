import Netlists
import Quantities
import Technology
import TestSupport
import Testing

@testable import Characterization

@Suite("What a timing study says that it found")
struct TimingStudyTablesTests {
  @Test("errors that become more likely with the supply are said; those that do not are not")
  func rises() throws {
    let netlist = MultiplierFamily.exact(.dadda).netlist(width: 4)
    let technology = try TechnologyReader.read(
      Repository.path("HardwareSpecs/Technology/ptm45_hp.yaml")
    ).node
    let (low, high) = (Voltage(0.4), Voltage(0.5))
    // A period in which 0.5 V is fast enough, and 0.4 V, six times slower, is not.
    let path = try Characterizer(netlist: netlist, technology: technology, dies: 8, seed: 1)
      .criticalPath(at: high)
    var study = TimingStudy(
      netlist: netlist, ports: try MultiplierPorts(binding: netlist, file: netlist.name),
      isSigned: false, technology: technology, supplies: [low, high], clock: .fixed(1.5 * path),
      transitions: .all)
    study.dies = 8
    let points = try study.run(jobs: 2)
    try #require(points.count == 2)
    try #require(points[0].total.errors > 20 * max(1, points[1].total.errors))
    func findings(_ points: [TimingStudy.Point]) -> [String] {
      TimingStudyTables(study, points: points).findings.filter { $0.contains("more likely") }
    }
    #expect(findings(points).isEmpty)
    // The counts of each at the other's supply.
    let exchanged = [(points[0], points[1]), (points[1], points[0])].map { place, counts in
      TimingStudy.Point(
        supply: place.supply, clockPeriod: place.clockPeriod, errors: counts.errors,
        profile: place.profile)
    }
    #expect(
      findings(exchanged) == [
        "Errors are more likely at 0.5 V than at 0.4 V, beyond both intervals: gates do not scale "
          + "alike, so paths change places, and the clock is the same."
      ])
  }
}
