/// One row of the table: what was measured, what it should be, and a peer measured in the same run.
struct Benchmark {
  let name: String
  let value: Double
  let unit: String
  /// `<= 5` or `>= 16`; empty where no issue names a figure.
  var target = ""
  var peer = ""
  var peerValue: Double?

  /// How many times better this is than the peer.
  var ratio: Double? {
    guard let peerValue else { return nil }
    return unit.hasSuffix("/s") ? value / peerValue : peerValue / value
  }

  static let header = [
    "benchmark", "value", "unit", "target", "peer", "peer_value", "ratio",
  ]

  var fields: [String] {
    [
      name, Self.text(value), unit, target, peer, peerValue.map(Self.text) ?? "",
      ratio.map(Self.text) ?? "",
    ]
  }

  /// Three significant digits or more: whole numbers above a hundred.
  static func text(_ value: Double) -> String {
    let digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 4
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let rounded = (value * scale).rounded() / scale
    return digits == 0 ? String(Int(rounded)) : String(rounded)
  }
}
