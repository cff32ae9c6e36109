import Accelerators
import Characterization
import Datasets
import DesignSpaceExploration
import Files
import Foundation
import NetworkEvaluation
import TestSupport
import Testing
import Training

/// `Documentation/FileFormats.md` lists the columns between markers. To make it anew:
/// `AXTRAIN_REMAKE=1 swift test --filter FileFormatsTests`.
@Suite("FileFormats.md", .serialized)
struct FileFormatsTests {
  static let path = Repository.path("Documentation/FileFormats.md")

  @Test(
    "defines every column once, in the words of the code",
    arguments: [
      ("points", SweepSession.columns), ("timing_errors", CharacterizedHardware.columns),
      ("validate", ValidationTable.columns), ("timing", TimingReport.columns),
      ("timing_outputs", TimingReport.outputColumns),
      ("characterize", TimingStudyTables.columns),
      ("compare-fidelities", FidelityComparison.columns), ("datasets", DatasetListing.columns),
      ("history", EpochRecord.columns),
      ("history-strength", EpochRecord.strengthColumns), ("train", TrainingSummary.columns),
      ("sensitivity", SensitivityStudy.layerColumns),
      ("landscape", SensitivityStudy.curveColumns), ("error_rates", ErrorRateCurve.columns),
      ("evaluate", ModelRow.columns), ("simulate", LayerEstimate.columns),
      ("simulate-energy", LayerEnergy.columns), ("simulate-points", DesignPointRow.columns),
      ("simulate-values", NetworkRun.columns),
      ("simulate-timing-errors", NetworkRun.timingColumns),
      ("simulate-gates", GateLevelCosts.columns),
    ])
  func columns(table: String, columns: [ColumnDefinition]) throws {
    let (begin, end) = ("<!-- columns: \(table) -->\n", "<!-- end: \(table) -->")
    var text = try InputFile.text(of: Self.path)
    let start = try #require(text.range(of: begin)).upperBound
    let stop = try #require(text.range(of: end, range: start..<text.endIndex)).lowerBound
    let expected =
      "\n| column | definition |\n|---|---|\n"
      + columns.map { "| `\($0.name)` | \($0.definition) |\n" }.joined() + "\n"
    if ProcessInfo.processInfo.environment["AXTRAIN_REMAKE"] != nil {
      text.replaceSubrange(start..<stop, with: expected)
      try OutputFile.write(text, to: Self.path)
    } else {
      #expect(text[start..<stop] == expected)
    }
    #expect(Set(columns.map(\.name)).count == columns.count)
  }
}

@Suite("README.md")
struct ReadmeTests {
  @Test("every command that it shows is run by the script that guards the main branch")
  func commands() throws {
    let readme = try InputFile.text(of: Repository.path("README.md"))
    let script = try InputFile.text(of: Repository.path(".ci/run"))
    let makeTargets = readme.matches(of: /make ([a-z]+)/).map { String($0.output.1) }
    #expect(Set(makeTargets).isSuperset(of: ["sweep", "test", "bench", "lint"]))
    for target in Set(makeTargets) {
      #expect(script.contains(/make (-s )?\b/) && script.contains("\(target)"), "make \(target)")
    }
    let subcommands = readme.matches(of: /release\/axtrain ([a-z-]+)/).map { String($0.output.1) }
    #expect(Set(subcommands).isSuperset(of: ["validate", "fit", "generate"]))
    for subcommand in Set(subcommands) {
      #expect(script.contains("axtrain\" \(subcommand)"), "axtrain \(subcommand)")
    }
    #expect(readme.split(separator: "\n", omittingEmptySubsequences: false).count <= 151)
  }

  @Test("the files that it and the documentation link to are there")
  func links() throws {
    for page in ["README.md", "Documentation/Models.md", "Documentation/Validation.md"] {
      let text = try InputFile.text(of: Repository.path(page))
      let folder = (page as NSString).deletingLastPathComponent
      for link in text.matches(of: /\]\(([^)#:]+)(#[a-z-]+)?\)/).map({ String($0.output.1) }) {
        let path = folder.isEmpty ? link : "\(folder)/\(link)"
        #expect(FileManager.default.fileExists(atPath: Repository.path(path)), "\(page): \(link)")
      }
    }
  }
}
