import DesignSpaceExploration
import Files
import Foundation
import TestSupport
import Testing

@Suite("The shipped sweeps")
struct ShippedSweepsTests {
  /// Every YAML file below `Sweeps`, by its path there without the ending.
  private static func names() throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: Repository.path("Sweeps"))
      .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
  }

  @Test("each is read, has points, and is named as its file")
  func read() throws {
    let names = try Self.names()
    #expect(names.contains("quickstart") && names.contains("recipe-ranges-digits/both-1-to-20"))
    for name in names {
      let spec = try SweepSpec(contentsOf: Repository.path("Sweeps/\(name).yaml"))
      #expect(spec.name == (name as NSString).lastPathComponent, "\(name)")
      #expect(!spec.points.isEmpty, "\(name)")
    }
  }

  @Test("no two have one name, so that no report takes the place of another's")
  func distinct() throws {
    let names = try Self.names().map { ($0 as NSString).lastPathComponent }
    #expect(Set(names).count == names.count)
  }

  @Test(
    "every sweep that a page names is there",
    arguments: [
      "README.md", "Documentation/Validation.md", "Documentation/Models.md",
      "Documentation/FileFormats.md",
    ])
  func pages(page: String) throws {
    let (text, shipped) = (
      try InputFile.text(of: Repository.path(page)), Set(try Self.names())
    )
    for match in text.matches(of: /Sweeps\/([a-z0-9\/.-]+)\.yaml/) {
      let name = String(match.output.1)
      // The reader's own copy, in the README's instructions.
      if name == "mine" { continue }
      #expect(shipped.contains(name), "\(page): \(name)")
    }
  }

  @Test("the points of the studies are as many as Validation.md says")
  func counts() throws {
    for (name, points) in [
      ("energy-mnist", 168), ("energy-isolet", 168), ("energy-fashion", 168),
      ("energy-lenet-5", 120), ("rivals-lenet-5", 28), ("rivals-mnist", 36),
      ("rivals-isolet", 36), ("rivals-fashion", 36), ("rivals-digits", 54),
      ("rivals-logic-digits", 48),
      ("near-threshold", 192), ("digits-22nm", 90),
      ("captured-products-digits", 21), ("recipe-digits", 24), ("drawn-supplies-digits", 40),
      ("hardened-bits", 60), ("hardened-bits-isolet", 80), ("hardened-layers-isolet", 68),
      ("hardened-bits-fashion", 80),
      ("hardened-supplies-isolet", 234), ("multipliers", 252), ("rivals-logic-isolet", 24),
      ("gradients-lenet-5", 20), ("gradients-isolet", 28), ("memory-errors-lenet-5", 35),
      ("corrected-starts-lenet-5", 30),
    ] {
      let spec = try SweepSpec(contentsOf: Repository.path("Sweeps/\(name).yaml"))
      #expect(spec.points.count == points, "\(name)")
    }
  }
}
