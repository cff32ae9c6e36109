import ErrorTables
import Foundation
import Randomness
import Testing

@Suite("What dies capture wrong of a stream")
struct DieErrorsTests {
  /// How many of 65,536 transitions are wrong, by held word: few are listed, more are in sets too.
  private static let wrong = [0, 1, 30, 127, 128, 129, 1_400, 65_536]

  /// A table of 8 held words.
  private static func table(_ settled: ProductTable, _ stream: inout RandomStream) -> [UInt16] {
    wrong.enumerated().flatMap { held, count in
      var words = (0..<1 << 16).map { UInt16(settled[$0 & 255, held]) }
      var places = Set<Int>()
      while places.count < count { places.insert(Int.random(in: 0..<1 << 16, using: &stream)) }
      // In an order of their own: a set's would be another in each run.
      for place in places.sorted() { words[place] ^= UInt16.random(in: 1...(.max), using: &stream) }
      return words
    }
  }

  @Test(
    "the wrong products of any stream are those of the table, each once, whether few or all transitions are wrong",
    arguments: [1, 60, 700, 5_000])
  func streams(length: Int) {
    var random = RandomStream(seed: UInt64(length), purpose: .test)
    let settled = ProductTable.exact(widthA: 8, widthB: 8)
    let words = Self.table(settled, &random)
    let table = TransitionTable(
      stationaryWidth: 3, movingWidth: 8, words: words.withUnsafeBytes { Data($0) })
    let errors = DieErrors(dies: 2, settled: settled) { $0 == 1 ? table : nil }
    var stream = OperandTransitions()
    var lanes = [Int32](repeating: 0, count: length)
    var products = [UInt32](repeating: 0, count: length)
    var found = 0
    // Words that come again and again make transitions that do.
    for highest: UInt8 in [255, 15, 1, 0] {
      let moving = (0...length).map { _ in UInt8.random(in: 0...highest, using: &random) }
      let (previous, current) = (Array(moving.dropLast()), Array(moving.dropFirst()))
      stream.take(previous: previous, current: current)
      for held in Self.wrong.indices {
        #expect(errors.canErr(die: 1, held: UInt8(held)) == (Self.wrong[held] > 0))
        for die in 0..<2 {
          let count = lanes.withUnsafeMutableBufferPointer { lanes in
            products.withUnsafeMutableBufferPointer {
              errors.capture(die: die, held: UInt8(held), &stream, lanes: lanes, products: $0)
            }
          }
          let captured = Dictionary(
            uniqueKeysWithValues: zip(lanes.prefix(count), products.prefix(count)))
          let expected = (0..<length).reduce(into: [Int32: UInt32]()) { expected, place in
            let (before, present) = (Int(previous[place]), Int(current[place]))
            let product = UInt32(words[held << 16 | before << 8 | present])
            if die == 1, product != settled[present, held] { expected[Int32(place)] = product }
          }
          #expect(captured == expected)
          found += count
        }
      }
    }
    #expect(found > 0)
  }
}
