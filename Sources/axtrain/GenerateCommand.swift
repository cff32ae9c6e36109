import ArgumentParser
import Files
import Foundation
import Netlists

/// `axtrain generate FAMILY`.
struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Write a multiplier as structural Verilog.",
    discussion: "Example: axtrain generate truncated --columns 6 --output mul8u_truncated_t6.v")

  enum Family: String, ExpressibleByArgument, CaseIterable {
    case exactDadda = "exact_dadda"
    case truncated
    case brokenArray = "broken_array"
    case kulkarni
  }

  @Argument(help: "exact_dadda, truncated, broken_array or kulkarni.")
  var family: Family

  @Option(help: "Operand width in bits, 4 to 16 (Kulkarni: 4, 8 or 16).")
  var width = 8

  @Option(help: "truncated: partial products a(i)b(j) with i + j below this are dropped.")
  var columns: Int?

  @Option(help: "broken_array: kept only if i + j is at least this.")
  var vertical: Int?

  @Option(help: "broken_array: kept only if j is at least this.")
  var horizontal: Int?

  @Option(name: .shortAndLong, help: "Write to this file instead of standard output.")
  var output: String?

  func validate() throws {
    guard MultiplierFamily.widths.contains(width) else {
      throw ValidationError("--width must be 4 to 16.")
    }
    let foreign =
      family == .truncated
      ? [vertical, horizontal]
      : family == .brokenArray ? [columns] : [columns, vertical, horizontal]
    guard foreign.allSatisfy({ $0 == nil }) else {
      throw ValidationError("\(family.rawValue) does not take the options of another family.")
    }
    switch family {
    case .exactDadda: break
    case .kulkarni:
      guard width.nonzeroBitCount == 1 else {
        throw ValidationError("kulkarni needs a --width of 4, 8 or 16.")
      }
    case .truncated:
      guard let columns, (0..<2 * width).contains(columns) else {
        throw ValidationError("truncated needs --columns, 0 to \(2 * width - 1).")
      }
    case .brokenArray:
      guard let vertical, (0..<2 * width).contains(vertical), let horizontal,
        (0...width).contains(horizontal)
      else {
        throw ValidationError(
          "broken_array needs --vertical, 0 to \(2 * width - 1), and --horizontal, 0 to \(width).")
      }
    }
  }

  func run() throws {
    let chosen: MultiplierFamily
    switch family {
    case .exactDadda: chosen = .exactDadda
    case .kulkarni: chosen = .kulkarni
    case .truncated: chosen = .truncated(columns: columns ?? 0)
    case .brokenArray:
      chosen = .brokenArray(vertical: vertical ?? 0, horizontal: horizontal ?? 0)
    }
    let text = chosen.verilog(width: width)
    if let output {
      try OutputFile.write(text, to: output)
    } else {
      print(text, terminator: "")
    }
  }
}
