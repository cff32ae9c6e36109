import Accelerators
import Files
import Reporting
import TestSupport
import Testing

@Suite("The page of a simulation")
struct SimulationPageTests {
  private static func page(
    layers count: Int, energies: Bool, bitsPerCycle: Int? = 32, name: String = "layer"
  ) throws -> String {
    let spec = try AcceleratorSpec(
      contentsOf: Repository.path("HardwareSpecs/Accelerators/edge8x8.yaml"), for: .simulation)
    let model = AnalyticalModel(spec: spec)
    let estimates = try (0..<count).map {
      try model.estimate(try GEMM(name: "\(name)\($0)", m: 40, k: 8 + $0, n: 12), .physical)
    }
    let table =
      try energies
      ? EnergyTable(contentsOf: Repository.path("HardwareSpecs/Energy/horowitz45.yaml")) : nil
    return try SimulationPage(
      title: "\(name) on edge8x8", lead: "8 × 8 elements.",
      layers: try LayerEstimate.table(estimates, of: spec, .physical, energyTable: table),
      dramBitsPerCycle: bitsPerCycle
    ).html
  }

  private static func count(_ text: String, in html: String) -> Int {
    html.components(separatedBy: text).count - 1
  }

  /// What stands beside the roofline's points, in the order of the layers.
  private static func labels(_ html: String) -> [String] {
    html.matches(of: /<text[^>]*class="lt"[^>]*>([^<]*)<\/text>/).flatMap {
      $0.output.1.components(separatedBy: ", ")
    }.sorted { (Int($0) ?? 0) < (Int($1) ?? 0) }
  }

  @Test("draws each layer under the roof, and energies where there are some; prints every number")
  func charts() throws {
    for (energies, bits) in [(true, 32), (false, nil)] as [(Bool, Int?)] {
      let html = try Self.page(layers: 5, energies: energies, bitsPerCycle: bits)
      #expect(Self.count("<svg ", in: html) == (energies ? 4 : 2))
      // The roof has a ridge where DRAM has a bandwidth.
      #expect(Self.count(" pt hv\"", in: html) == 5 + (bits == nil ? 2 : 3))
      #expect(Self.count("<tr>", in: html) == 1 + 6)
      let rest = "Not counted: registers, interconnect, clock tree, controller, leakage."
      #expect(html.contains(rest) == energies)
      for layer in 0..<5 {
        #expect(Self.count(">\(layer + 1) layer\(layer)</", in: html) == 1)
        #expect(Self.count(">layer\(layer)</", in: html) == 1)
      }
      #expect(Self.labels(html) == (1...5).map(String.init))
    }
  }

  @Test("of many layers the longest are drawn, all are in the table")
  func many() throws {
    let html = try Self.page(layers: 40, energies: true)
    #expect(html.contains("Roofline of the 12 longest layers"))
    #expect(Self.count(" pt hv\"", in: html) == 12 + 3)
    #expect(Self.count("<tr>", in: html) == 1 + 41)
    // Each of the twelve has a look of its own: the color of its legend's line and its marker.
    let looks = html.matches(of: /<path d="M[0-9.]+ [0-9.]+([^"]*)" class="(c[0-9]) pt hv"/).map {
      "\($0.output.2) \($0.output.1.prefix { $0 != " " })"
    }
    #expect(looks.count == 12 + 3)
    #expect(Set(looks.dropFirst(3)).count == 12)
    #expect(Set(Self.labels(html)).count == 12)
  }

  @Test("names are escaped, and no script runs")
  func hostile() throws {
    for payload in ["<script>alert(1)</script>", "{{title}}", "{{{style}}}", "\" onload=\"x"] {
      let html = try Self.page(layers: 2, energies: true, name: payload)
      #expect(!html.contains("<script") && !html.contains(" onload=\"x"))
      #expect(html.contains("default-src 'none'; style-src 'sha256-"))
    }
  }
}
