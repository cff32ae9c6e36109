import DesignSpaceExploration
import Files
import Foundation
import Reporting
import TestSupport
import Testing

@Suite("The report folder")
struct ParetoReportTests {
  @Test("the five files are written, and a second run gives the same bytes")
  func repeatable() throws {
    // AXTRAIN_SAMPLE_REPORT keeps the folder, to look at the page in a browser.
    let kept = ProcessInfo.processInfo.environment["AXTRAIN_SAMPLE_REPORT"]
    let folder = kept ?? NSTemporaryDirectory() + "axtrain-report-\(UUID().uuidString)"
    defer { if kept == nil { try? FileManager.default.removeItem(atPath: folder) } }
    let names = ["points.csv", "pareto.csv", "manifest.json", "pareto.svg", "report.html"]
    try SampleReport.make().write(to: folder)
    let first = try names.map { try InputFile.bytes(of: "\(folder)/\($0)") }
    try SampleReport.make().write(to: folder)
    let second = try names.map { try InputFile.bytes(of: "\(folder)/\($0)") }
    #expect(first == second)
    #expect(first.allSatisfy { $0.count > 200 })
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 5)
  }
}
