import Accelerators
import Characterization
import Files
import Netlists
import NetworkEvaluation
import Quantities
import TableArithmetic
import TestSupport
import Testing

extension GateLevelCostsTests {
  private func costs(ofAdder text: String, _ overflow: AccumulatorOverflow = .wrap, width: Int = 24)
    throws -> GateLevelCosts
  {
    let folder = try TemporaryFolder()
    var other = AcceleratorSpec.Overrides()
    other.accumulatorNetlist = try folder.write(text, to: "adder.v")
    (other.overflow, other.accumulatorWidth) = (overflow, width)
    // Bytes have no sums of more than 32 bits.
    if width > 32 { other.operandWidth = 9 }
    return try GateLevelCosts(
      spec.overriding(other), multiplier: GateMultiplier(multiplier), cells: cells,
      at: GateLevelCosts.Point(
        technology: technology, file: "t.yaml", supply: Voltage(0.5), memorySupply: Voltage(0.6),
        clock: .track, transitions: 160, seed: 1), network: nil, depth: 20)
  }

  @Test("an accumulator's own netlist gives its energy, leakage, delay and area")
  func ownAdder() throws {
    let adder = AdderFamily.ripple
    let own = try costs(ofAdder: adder.verilog(width: 24))
    let standard = try costs(.track)
    #expect(own.adder == "add24_ripple" && standard.adder == "add24_kogge_stone")
    #expect(own.model.multiplier == standard.model.multiplier)
    #expect(own.model.adder.energyPerOperation != standard.model.adder.energyPerOperation)
    #expect(own.model.adder.leakagePower < standard.model.adder.leakagePower)
    let path = try Characterizer(
      netlist: adder.netlist(width: 24), technology: technology, dies: 16, seed: 1
    ).criticalPath(at: Voltage(0.5))
    #expect(own.clockPeriod >= 1.1 * path && own.clockPeriod >= standard.clockPeriod)
    #expect(own.adderArea == cells.area(of: adder.netlist(width: 24)))
    // The netlist of the default, read from a file, gives what it gives without one.
    let same = try costs(ofAdder: AdderFamily.koggeStone.verilog(width: 24))
    #expect(same.model.adder == standard.model.adder && same.clockPeriod == standard.clockPeriod)
    // So does that of an accumulator that saturates.
    let saturating = AdderFamily.koggeStone.saturatingNetlist(width: 24)
    let text = VerilogWriter.text(of: saturating, library: GeneratorCells.library, header: [])
    let ends = try costs(ofAdder: text, .saturate)
    #expect(ends.adder == "add24_kogge_stone_saturating")
    #expect(ends.adderArea == cells.area(of: saturating))
    let paths = try [saturating, AdderFamily.koggeStone.netlist(width: 24)].map {
      try Characterizer(netlist: $0, technology: technology, dies: 16, seed: 1)
        .criticalPath(at: Voltage(0.5))
    }
    #expect(paths[0] > paths[1] && ends.clockPeriod >= 1.1 * paths[0])
    var other = AcceleratorSpec.Overrides()
    other.overflow = .saturate
    #expect(spec.overriding(other).standardAdder.gates.count == saturating.gates.count)
  }

  @Test("a netlist that is no adder of the accumulator's width and overflow is refused")
  func wrongAdders() throws {
    let exact = AdderFamily.brentKung
    for (text, overflow, width, message) in [
      (exact.verilog(width: 23), AccumulatorOverflow.wrap, 24, "has ports of 23, 23, 23 bits"),
      (exact.verilog(width: 24), .saturate, 24, "bits that saturates"),
      (
        AdderFamily.lowerPartOR(bits: 4).verilog(width: 24), .wrap, 24,
        "sums are computed exactly"
      ),
      (exact.verilog(width: 8), .saturate, 8, "bits that saturates"),
      (exact.verilog(width: 48), .saturate, 48, "of 48 bits that saturates 140737488355327"),
      (
        AdderFamily.lowerPartOR(bits: 40).verilog(width: 48), .wrap, 48,
        "sums are computed exactly"
      ),
    ] {
      let error = try #require(throws: InputError.self) {
        try costs(ofAdder: text, overflow, width: width)
      }
      #expect(error.message.contains(message), "\(error)")
      #expect(error.location?.file.hasSuffix("adder.v") == true)
    }
    for width in [8, 32, 40, 48] {
      #expect(throws: Never.self) { try costs(ofAdder: exact.verilog(width: width), width: width) }
    }
  }
}
