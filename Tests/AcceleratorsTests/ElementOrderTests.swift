import Quantities
import Randomness
import TableArithmetic
import TestSupport
import Testing

@testable import Accelerators

@Suite("The order of an element's products")
struct ElementOrderTests {
  /// What an element's multiplier sees: words before and now, activation and weight.
  private struct Transition: Hashable {
    let element: Int
    let words: [UInt8]
  }

  @Test(
    "60 random shapes: every element of the naive array sees these transitions, each as often",
    arguments: Dataflow.allCases)
  func naive(dataflow: Dataflow) {
    var stream = RandomStream(seed: 61, purpose: .test)
    for _ in 0..<60 {
      let spec = AcceleratorSpec(
        name: "test", rows: Int.random(in: 1...5, using: &stream),
        columns: Int.random(in: 1...5, using: &stream), dataflow: dataflow,
        accumulator: AccumulatorSpec(width: 24, overflow: .wrap),
        bankVectors: Int.random(in: 1...7, using: &stream), weightBufferWords: 4096,
        activationBufferWords: 4096, guardBand: 1, nominalSupply: Voltage(1))
      let shape = MatrixShape(
        m: Int.random(in: 1...14, using: &stream), k: Int.random(in: 1...12, using: &stream),
        n: Int.random(in: 1...13, using: &stream))
      func words(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: stream.nextWord()) }
      }
      let (activations, weights) = (words(shape.m * shape.k), words(shape.k * shape.n))
      #expect(
        Self.seen(spec, shape, activations, weights)
          == Self.ordered(spec, shape, activations, weights), "\(shape) \(spec)")
    }
  }

  /// By the registers of the naive array.
  private static func seen(
    _ spec: AcceleratorSpec, _ shape: MatrixShape, _ activations: [UInt8], _ weights: [UInt8]
  ) -> [Transition: Int] {
    var seen: [Transition: Int] = [:]
    func see(_ element: Int, _ words: UInt8...) -> Int {
      seen[Transition(element: element, words: words), default: 0] += 1
      return 0
    }
    let (m, k, n) = (shape.m, shape.k, shape.n)
    let isWeight = spec.dataflow == .weightStationary
    let array = NaiveArray(
      rows: spec.rows, columns: spec.columns, bankVectors: spec.bankVectors, accumulatorWidth: 24,
      saturates: false, heldBits: 8, movingBits: 8
    ) { element, previous, moving, held in
      isWeight
        ? see(element, previous, held, moving, held) : see(element, held, previous, held, moving)
    }
    switch spec.dataflow {
    case .weightStationary:
      _ = array.stationary(held: weights, moving: activations, vectors: m, depth: k, outputs: n)
    case .inputStationary:
      _ = array.stationary(
        held: (0..<k).flatMap { k in (0..<m).map { activations[$0 * shape.k + k] } },
        moving: (0..<n).flatMap { n in (0..<k).map { weights[$0 * shape.n + n] } }, vectors: n,
        depth: k, outputs: m)
    case .outputStationary:
      _ = array.outputStationary(activations: activations, weights: weights, m: m, k: k, n: n) {
        see($0, $1.0, $1.1, $2.0, $2.1)
      }
    }
    return seen
  }

  /// By the order, product by product.
  private static func ordered(
    _ spec: AcceleratorSpec, _ shape: MatrixShape, _ activations: [UInt8], _ weights: [UInt8]
  ) -> [Transition: Int] {
    let order = ElementOrder(spec: spec, shape: shape)
    var seen: [Transition: Int] = [:]
    for m in 0..<shape.m {
      for k in 0..<shape.k {
        for n in 0..<shape.n {
          let before = order.before(ElementOrder.Place(m: m, k: k, n: n))
          let now = (activations[m * shape.k + k], weights[k * shape.n + n])
          let old = before.map {
            (activations[$0.m * shape.k + $0.k], weights[$0.k * shape.n + $0.n])
          }
          let words: [UInt8]
          let (row, column): (Int, Int)
          switch spec.dataflow {
          case .weightStationary:
            words = [old?.0 ?? 0, now.1, now.0, now.1]
            (row, column) = (k % spec.rows, n % spec.columns)
          case .inputStationary:
            words = [now.0, old?.1 ?? 0, now.0, now.1]
            (row, column) = (k % spec.rows, m % spec.columns)
          case .outputStationary:
            words = [old?.0 ?? 0, old?.1 ?? 0, now.0, now.1]
            (row, column) = (m % spec.rows, n % spec.columns)
          }
          seen[Transition(element: row * spec.columns + column, words: words), default: 0] += 1
        }
      }
    }
    return seen
  }
}
