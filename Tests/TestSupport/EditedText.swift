import Foundation

extension String {
  /// An edit that changed nothing: what it edits was written anew.
  public struct NothingToReplace: Error {
    public let pattern: String
  }

  /// The text with the matches of each pattern replaced, in this order.
  ///
  /// - Parameter edits: regular expressions, and what stands in their place.
  /// - Throws: `NothingToReplace` of an edit that leaves the text as it is.
  public func replacing(each edits: KeyValuePairs<String, String>) throws -> String {
    try edits.reduce(self) { text, edit in
      let changed = text.replacingOccurrences(
        of: edit.key, with: edit.value, options: .regularExpression)
      guard changed != text else { throw NothingToReplace(pattern: edit.key) }
      return changed
    }
  }
}
