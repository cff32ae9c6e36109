import Datasets
import Testing

@Suite("Shifted images")
struct ImageShiftTests {
  static let small = Dataset(
    name: "small", features: (0..<60).map { UInt8($0 + 1) }, featureCount: 12,
    featureMaximum: 255, labels: [0, 1, 2, 0, 1], classCount: 3, featureShape: [3, 4])

  @Test("are the pixels that stood there before, with 0 at the edges", arguments: 0..<20)
  func naive(epoch: Int) {
    let shift = ImageShift(limit: 5, seed: 9)
    let shifted = shift.apply(to: Self.small, epoch: epoch)
    for image in 0..<5 {
      let (down, right) = shift.offset(image: image, epoch: epoch)
      for row in 0..<3 {
        for column in 0..<4 {
          let (fromRow, fromColumn) = (row - down, column - right)
          let isInside = (0..<3).contains(fromRow) && (0..<4).contains(fromColumn)
          let expected =
            isInside ? Self.small.features[image * 12 + fromRow * 4 + fromColumn] : 0
          #expect(shifted.features[image * 12 + row * 4 + column] == expected)
        }
      }
    }
    #expect(shifted.labels == Self.small.labels && shifted.featureShape == [3, 4])
  }

  @Test("move by each distance equally often")
  func uniform() {
    let shift = ImageShift(limit: 1, seed: 4)
    var counts = [Int](repeating: 0, count: 9)
    for image in 0..<9000 {
      let offset = shift.offset(image: image, epoch: 2)
      counts[(offset.rows + 1) * 3 + offset.columns + 1] += 1
    }
    // Binomial: 1,000 ± 30; five deviations.
    #expect(counts.allSatisfy { abs($0 - 1000) < 150 })
    #expect(counts != [Int](repeating: 1000, count: 9))
  }

  @Test("depend on seed, image and epoch, and on nothing else; a limit of 0 changes nothing")
  func seeded() {
    let shift = ImageShift(limit: 2, seed: 1)
    #expect(shift.apply(to: Self.small, epoch: 3) == shift.apply(to: Self.small, epoch: 3))
    #expect(
      (0..<9).contains { shift.offset(image: $0, epoch: 0) != shift.offset(image: $0, epoch: 1) })
    let other = ImageShift(limit: 2, seed: 2)
    #expect(
      (0..<9).contains { shift.offset(image: $0, epoch: 0) != other.offset(image: $0, epoch: 0) })
    #expect(ImageShift(limit: 0, seed: 1).apply(to: Self.small, epoch: 0) == Self.small)
  }
}
