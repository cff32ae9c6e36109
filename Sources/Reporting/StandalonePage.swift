import Files
import Foundation
import Mustache

/// A page that needs no network and runs no script: a template, its styles and what stands in it.
enum StandalonePage {
  /// - Parameters:
  ///   - styles: beside those of all pages and charts, in this order.
  ///   - context: without `style` and `styleHash`, which are put in here: the hash is what the page's
  ///     own security policy lets through.
  static func html(
    template: [UInt8], styles: [[UInt8]], context: [String: Any]
  ) throws -> String {
    let own = styles.map { String(decoding: $0, as: UTF8.self) }.joined()
    let style =
      Palette.pageVariables + String(decoding: PackageResources.page_css, as: UTF8.self) + own
      + ReportPage.chartStyle
    var context = context
    context["style"] = style
    context["styleHash"] = "sha256-" + Data(Digest(of: style).bytes).base64EncodedString()
    return try MustacheTemplate(string: String(decoding: template, as: UTF8.self)).render(context)
  }
}
