import Files
import Networks
import Quantities
import QuantizedNetworks
import Randomness
import TableArithmetic
import TestSupport
import Testing

@testable import Accelerators

@Suite("Design points")
struct DesignPointTests {
  private static func base(
    lanes: Int?, dramBitsPerCycle: Int?, _ ports: AcceleratorSpec.Ports = AcceleratorSpec.Ports()
  ) -> AcceleratorSpec {
    AcceleratorSpec(
      name: "test", rows: 16, columns: 16,
      accumulator: AccumulatorSpec(width: 24, overflow: .wrap), vectorLanes: lanes,
      bankVectors: 32, weightBufferWords: 8192, activationBufferWords: 8192, ports: ports,
      dramBitsPerCycle: dramBitsPerCycle, guardBand: 1, nominalSupply: Voltage(1))
  }

  @Test("come in the order of nested loops, the last field's innermost")
  func order() {
    var axes = DesignPoints.Axes()
    axes.rows = [2, 5]
    axes.dataflows = Dataflow.allCases
    axes.activationBufferWords = [100, 200, 300]
    axes.outputBufferWords = [7, 9]
    let points = DesignPoints(Self.base(lanes: nil, dramBitsPerCycle: nil), axes)
    var index = 0
    for rows in [2, 5] {
      for dataflow in Dataflow.allCases {
        for activations in [100, 200, 300] {
          for outputs in [7, 9] {
            let spec = points[index]
            #expect(spec.rows == rows && spec.columns == 16 && spec.dataflow == dataflow)
            #expect(spec.weightBufferWords == 8192)
            #expect(spec.activationBufferWords == activations)
            #expect(spec.outputBufferWords == outputs)
            index += 1
          }
        }
      }
    }
    #expect(index == points.count && index == 36)
  }

  @Test("an output buffer that nobody states is as large as the activation buffer")
  func outputBuffer() {
    var axes = DesignPoints.Axes()
    axes.activationBufferWords = [100, 200]
    let points = DesignPoints(Self.base(lanes: nil, dramBitsPerCycle: nil), axes)
    #expect((0..<2).map { points[$0].outputBufferWords } == [100, 200])
    var stated = AcceleratorSpec.Overrides()
    stated.outputBufferWords = 50
    let fixed = DesignPoints(points.base.overriding(stated), axes)
    #expect((0..<2).map { fixed[$0].outputBufferWords } == [50, 50])
  }

  @Test(
    "each row is the total row of the layers' own table, to the last bit, by either energy table",
    arguments: [nil, "horowitz45", "eyeriss"] as [String?])
  func totals(name: String?) throws {
    let table = try name.map {
      try EnergyTable(contentsOf: Repository.path("HardwareSpecs/Energy/\($0).yaml"))
    }
    let layers = try ResNet50.work(batch: 2)
    let workload = Workload(layers)
    #expect(workload.count == layers.count && workload.kinds.count < layers.count / 2)
    var ports = AcceleratorSpec.Ports()
    ports.activations.banks = 12
    var stream = RandomStream(seed: 11, purpose: .stimulus, index: 3)
    for (lanes, bandwidth, ports) in [
      (nil, nil, AcceleratorSpec.Ports()), (8, 64, AcceleratorSpec.Ports()), (4, nil, ports),
    ] {
      var axes = DesignPoints.Axes()
      axes.rows = [Int.random(in: 1...8, using: &stream), Int.random(in: 9...40, using: &stream)]
      axes.columns = [Int.random(in: 1...64, using: &stream)]
      axes.dataflows = Dataflow.allCases
      axes.activationBufferWords = [4096, 65_536]
      let points = DesignPoints(Self.base(lanes: lanes, dramBitsPerCycle: bandwidth, ports), axes)
      for index in 0..<points.count {
        let spec = points[index]
        for convention in CycleConvention.allCases {
          let energies = convention == .physical ? table : nil
          let period = Delay(2e-9)
          let estimates = try AnalyticalModel(spec: spec).estimates(layers, convention)
          let whole = try LayerEstimate.table(
            estimates, of: spec, convention, energyTable: energies, clockPeriod: period)
          let row = DesignPointRow(
            workload, on: spec, convention, energyTable: energies, clockPeriod: period)
          #expect(row.problem == nil)
          #expect(
            row.cells == (try #require(whole.rows.last)) + [
              .integer(spec.weightBufferWords), .integer(spec.activationBufferWords),
              .integer(spec.outputBufferWords), .missing,
            ])
          #expect(
            row.cells.count == DesignPointRow.columns(hasEnergies: energies != nil).count)
        }
      }
    }
  }

  @Test("a design point whose buffers are too small has a row that says so, and no counts")
  func problems() throws {
    let workload = Workload([.product(try GEMM(name: "a", m: 8, k: 64, n: 64))])
    let table = try EnergyTable(
      contentsOf: Repository.path("HardwareSpecs/Energy/horowitz45.yaml"))
    var axes = DesignPoints.Axes()
    axes.rows = [64]
    axes.columns = [64]
    axes.weightBufferWords = [4095, 4096]
    let points = DesignPoints(Self.base(lanes: nil, dramBitsPerCycle: nil), axes)
    let rows = (0..<2).map {
      DesignPointRow(workload, on: points[$0], .physical, energyTable: table)
    }
    let columns = DesignPointRow.columns(hasEnergies: true)
    #expect(rows[0].problem?.contains("1 too few") == true && rows[1].problem == nil)
    for (column, cell) in zip(columns, rows[0].cells) {
      switch column.name {
      case "layer": #expect(cell == .text("total"))
      case "rows", "columns": #expect(cell == .integer(64))
      case "dataflow": #expect(cell == .text("weight_stationary"))
      case "convention": #expect(cell == .text("physical"))
      case "weight_buffer_words": #expect(cell == .integer(4095))
      case "activation_buffer_words", "output_buffer_words": #expect(cell == .integer(8192))
      case "problem": #expect(cell == .text(rows[0].problem ?? ""))
      default: #expect(cell == .missing, "\(column.name)")
      }
    }
    #expect(rows[0].cells.count == columns.count)
  }
}
