import Foundation

/// The rule for paths that a spec names: inside the working directory, symbolic links included.
public enum PathRule {
  /// Refuses a path that leaves the working directory, now or when a link's target comes to be.
  ///
  /// - Throws: `InputError` 65 at the spec's location.
  public static func check(_ path: String, at location: SourceLocation?) throws {
    guard isInside(path, folder: ".") else {
      throw InputError(
        .badData, at: location,
        "'\(path)' is outside the working directory: move it inside, or pass --allow-outside")
    }
  }

  /// Whether a path stays below a folder, symbolic links included, also where it does not exist yet.
  public static func isInside(_ path: String, folder: String) -> Bool {
    guard !path.isEmpty, !path.contains("\0"), let here = resolved(folder),
      let there = resolved(path)
    else { return false }
    return there.hasPrefix(here == "/" ? here : here + "/")
  }

  /// Whether two paths lead to one file, which is there.
  public static func isOneFile(_ first: String, _ second: String) -> Bool {
    var (left, right) = (stat(), stat())
    return stat(first, &left) == 0 && stat(second, &right) == 0
      && FileIdentity(left) == FileIdentity(right)
  }

  /// The absolute path without links and dots, or nil if a part of it is a link to nowhere or a
  /// step up from a folder that is not there.
  private static func resolved(_ path: String) -> String? {
    var missing: [Substring] = []
    var rest = path[...]
    while true {
      if let real = realpath(rest.isEmpty ? "." : String(rest), nil) {
        defer { free(real) }
        let parts = [String(cString: real)] + missing.reversed().map(String.init)
        return parts.joined(separator: "/")
      }
      var status = stat()
      guard lstat(String(rest), &status) != 0 else { return nil }
      while rest.last == "/" { rest.removeLast() }
      let name = rest[(rest.lastIndex(of: "/").map(rest.index(after:)) ?? rest.startIndex)...]
      guard !name.isEmpty, name != "..", missing.count < 256 else { return nil }
      rest.removeLast(name.count)
      if name != "." { missing.append(name) }
    }
  }
}
