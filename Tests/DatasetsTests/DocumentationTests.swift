import Datasets
import Files
import TestSupport
import Testing

@Suite("Documentation of datasets")
struct DatasetDocumentationTests {
  @Test("FileFormats.md defines the columns of axtrain datasets in the words of the code")
  func columns() throws {
    let text = try InputFile.text(of: Repository.path("Documentation/FileFormats.md"))
    let rows = DatasetListing.columns.map { "| `\($0.name)` | \($0.definition) |\n" }.joined()
    #expect(
      text.contains(
        "<!-- columns: datasets -->\n\n| column | definition |\n|---|---|\n\(rows)\n"
          + "<!-- end: datasets -->\n"))
  }
}
