/// The colors of charts and page, for light and dark backgrounds.
///
/// The first six colors of series are those of Okabe and Ito (*Color Universal Design*, 2008), which
/// color-blind people tell apart, darkened or lightened until each has a contrast of at least 3 : 1 to its
/// background; gray, teal, brown and olive follow. Shapes say the same as colors wherever both are used.
enum Palette {
  static let seriesCount = 10

  private static let colors: [(name: String, light: String, dark: String)] = [
    ("page", "#ffffff", "#14181d"), ("panel", "#f5f7f9", "#1c2229"),
    ("ink", "#1c2329", "#e8ecef"), ("soft", "#55606a", "#a6b1bb"),
    ("grid", "#dde2e7", "#323b44"), ("edge", "#8b959e", "#6d7883"),
    ("mark", "#c4002f", "#ff6b81"),
    ("c0", "#0072b2", "#56b4e9"), ("c1", "#c65200", "#ff9142"), ("c2", "#007f5f", "#2bcb9b"),
    ("c3", "#a8458c", "#e58ac2"), ("c4", "#8a6a00", "#f0c84a"), ("c5", "#4b56b8", "#a3acff"),
    ("c6", "#5d6770", "#b4bec7"), ("c7", "#00808c", "#6fe0ea"), ("c8", "#5b3a1e", "#cfa982"),
    ("c9", "#567300", "#b5d45a"),
  ]

  /// The variables for a page that follows the reader's choice of light or dark.
  static var pageVariables: String {
    let light = colors.map { "--\($0.name):\($0.light)" }.joined(separator: ";")
    let dark = colors.map { "--\($0.name):\($0.dark)" }.joined(separator: ";")
    return ":root{color-scheme:light dark;\(light)}\n"
      + "@media (prefers-color-scheme:dark){:root{\(dark)}}\n"
  }

  /// A style sheet with the light colors put in, for a drawing that stands alone.
  static func light(_ styleSheet: String) -> String {
    colors.reduce(styleSheet) { $0.replacing("var(--\($1.name))", with: $1.light) }
  }
}
