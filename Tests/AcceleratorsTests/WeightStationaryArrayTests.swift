import Accelerators
import ErrorTables
import Quantities
import Randomness
import TableArithmetic
import TestSupport
import Testing

@Suite("The weight-stationary array")
struct WeightStationaryArrayTests {
  static func spec(
    rows: Int, columns: Int, bank: Int, width: Int = 24,
    overflow: AccumulatorOverflow = .wrap
  ) -> AcceleratorSpec {
    AcceleratorSpec(
      name: "test", rows: rows, columns: columns,
      accumulator: AccumulatorSpec(width: width, overflow: overflow), bankVectors: bank,
      weightBufferWords: 4096, activationBufferWords: 4096, guardBand: 1.1,
      nominalSupply: Voltage(1))
  }

  static func random(_ count: Int, _ stream: inout RandomStream) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: stream.nextWord()) }
  }

  @Test("200 random shapes: values of the schoolbook product, counts of the closed form")
  func randomShapes() {
    var stream = RandomStream(seed: 1, purpose: .test)
    let table = ProductTable(
      widthA: 8, widthB: 8,
      products: (0..<65_536).map { _ in stream.nextWord() & 0xFFFF })
    for trial in 0..<200 {
      let overflow: AccumulatorOverflow = trial % 2 == 0 ? .wrap : .saturate
      let width = [17, 18, 24, 32][trial % 4]
      let spec = Self.spec(
        rows: Int.random(in: 1...9, using: &stream),
        columns: Int.random(in: 1...9, using: &stream),
        bank: Int.random(in: 1...7, using: &stream), width: width, overflow: overflow)
      let shape = MatrixShape(
        m: Int.random(in: 1...12, using: &stream), k: Int.random(in: 1...25, using: &stream),
        n: Int.random(in: 1...20, using: &stream))
      let activations = Self.random(shape.m * shape.k, &stream)
      let weights = Self.random(shape.k * shape.n, &stream)
      let (sums, counts) = WeightStationaryArray(spec: spec, products: table).multiply(
        activations: activations, weights: weights, shape: shape)
      let expected = NaiveTableProduct(
        table: table.products, accumulatorWidth: width, saturates: overflow == .saturate
      ).multiply(
        activations: activations, weights: weights, m: shape.m, k: shape.k, n: shape.n)
      #expect(sums == expected, "\(spec) \(shape)")
      var closed = AnalyticalModel(spec: spec).arrayCounts(shape)
      closed.toggles = counts.toggles
      #expect(counts == closed, "\(spec) \(shape)")
    }
  }

  @Test("one element, one product: two loads, the walk, and the bank, cycle by cycle")
  func oneElement() {
    let array = WeightStationaryArray(
      spec: Self.spec(rows: 1, columns: 1, bank: 1),
      products: .exact(widthA: 8, widthB: 8))
    let (sums, counts) = array.multiply(
      activations: [7] as [UInt8], weights: [9], shape: MatrixShape(m: 1, k: 1, n: 1))
    #expect(sums == [63])
    // 1 cycle loads the weight; then activation, product, sum, bank: 4 more.
    #expect(counts.cycles == 5)
    #expect(counts.multiplications == 1 && counts.accumulations == 1)
    // Shadow weight 8 + weight 8 + activation 8 + product 16 + partial sum 24 + bank 24 flip-flops get
    // an edge, and three valid bits in each of the five cycles;
    #expect(counts.registerBitClocks == 88 + 15)
    // 9 = 0b1001, 7 = 0b111, 63 = 0b111111 set 2 + 2 + 3 + 6 + 6 + 6 of them, and each valid bit
    // rises and falls.
    #expect(counts.registerBitToggles == 25 + 6)
    #expect(counts.weightChanges == 1)
  }

  @Test("rows that no fold uses hold zeros: a weight that stays changes no multiplier")
  func idleRows() {
    func changes(_ k: Int) -> (weights: Int, loads: Int) {
      let spec = Self.spec(rows: 4, columns: 2, bank: 8)
      let array = WeightStationaryArray(spec: spec, products: .exact(widthA: 8, widthB: 8))
      let shape = MatrixShape(m: 3, k: k, n: 5)
      let counts = array.multiply(
        activations: [UInt8](repeating: 3, count: 3 * k),
        weights: [UInt8](repeating: 7, count: 5 * k), shape: shape
      ).counts
      let closed = AnalyticalModel(spec: spec).arrayCounts(shape)
      #expect(closed.weightChanges == counts.weightChanges && closed.heldLoads == counts.heldLoads)
      return (counts.weightChanges, counts.heldLoads)
    }
    // One fold along K leaves a row idle in each of five columns; of two, the second takes away what the
    // first one's rows had.
    #expect(changes(3) == (15, 20) && changes(4) == (20, 20) && changes(6) == (40, 40))
  }

  @Test("another row of elements delays a fold by two cycles, another column by one")
  func fillAndDrain() {
    func cycles(rows: Int, columns: Int, m: Int) -> Int {
      AnalyticalModel(spec: Self.spec(rows: rows, columns: columns, bank: 64)).arrayCounts(
        MatrixShape(m: m, k: rows, n: columns)
      ).cycles
    }
    #expect(cycles(rows: 5, columns: 4, m: 8) - cycles(rows: 4, columns: 4, m: 8) == 2)
    #expect(cycles(rows: 4, columns: 5, m: 8) - cycles(rows: 4, columns: 4, m: 8) == 1)
    #expect(cycles(rows: 4, columns: 4, m: 9) - cycles(rows: 4, columns: 4, m: 8) == 1)
  }

  @Test("doubling the vectors doubles every operation and access, but not the fill")
  func doubling() throws {
    let model = AnalyticalModel(spec: Self.spec(rows: 16, columns: 16, bank: 64))
    let network = try SampleNetworks.dense(64, 32)
    let one = model.counts(of: network, images: 32)
    let two = model.counts(of: network, images: 64)
    #expect(two.multiplications == 2 * one.multiplications)
    #expect(two.activationBitsRead == 2 * one.activationBitsRead)
    #expect(two.dramBits == 2 * one.dramBits)
    #expect(two.weightBitsRead == one.weightBitsRead)
    #expect(two.cycles - one.cycles == 8 * 32)
  }
}
