import Datasets
import Testing

@Suite struct SplitTests {
  @Test("a split covers every example once", arguments: [0, 0.1, 0.25, 0.5, 1])
  func covers(fraction: Double) throws {
    let digits = try Dataset.digits()
    let parts = digits.splitPositions(testFraction: fraction, seed: 7)
    #expect((parts.training + parts.test).sorted() == Array(0..<digits.count))
    let split = digits.split(testFraction: fraction, seed: 7)
    #expect(split.test == digits.selecting(parts.test))
    #expect(split.training.count + split.test.count == digits.count)
  }

  @Test("each class gives its rounded share to the test part")
  func stratified() throws {
    let digits = try Dataset.digits()
    let test = digits.split(testFraction: 0.25, seed: 3).test
    for label in 0..<10 {
      let all = digits.labels.count { Int($0) == label }
      let share = (0.25 * Double(all)).rounded()
      #expect(Double(test.labels.count { Int($0) == label }) == share)
    }
  }

  @Test("a split depends on its seed and on nothing else")
  func seeded() throws {
    let digits = try Dataset.digits()
    let first = digits.splitPositions(testFraction: 0.25, seed: 1)
    let again = digits.splitPositions(testFraction: 0.25, seed: 1)
    let other = digits.splitPositions(testFraction: 0.25, seed: 2)
    #expect(first.test == again.test)
    #expect(first.test != other.test)
  }
}
