import Datasets
import Files
import Foundation
import Testing

/// Datasets that are not part of the project, where they are found.
private enum Found {
  static func files(_ known: KnownDataset) -> DatasetFiles? {
    try? DatasetLibrary(data: nil).locate(known.rawValue)
  }

  static func parts(_ known: KnownDataset) throws -> DatasetParts {
    try DatasetLibrary(data: nil).locate(known.rawValue).load(testFraction: 0.25, splitSeed: 1)
  }

  static func sum(_ data: Dataset) -> Int {
    data.features.withUnsafeBufferPointer { bytes in
      var (sum, index) = (0, 0)
      while index < bytes.count {
        sum += Int(bytes[index])
        index += 1
      }
      return sum
    }
  }

  static func classes(_ data: Dataset) -> [Int] {
    var counts = [Int](repeating: 0, count: data.classCount)
    for label in data.labels { counts[Int(label)] += 1 }
    return counts
  }
}

@Suite("Datasets that are found")
struct RealDatasetTests {
  @Test("MNIST has its images and labels", .enabled(if: Found.files(.mnist) != nil))
  func mnist() throws {
    let parts = try Found.parts(.mnist)
    #expect(parts.hasOwnTest && parts.scale == nil)
    #expect(parts.training.featureShape == [28, 28] && parts.training.featureMaximum == 255)
    #expect(parts.training.count == 60_000 && parts.test.count == 10_000)
    // Of files with the MD5 sums that the project's definitions list: mean 0.1307 and 0.1325.
    #expect(Found.sum(parts.training) == 1_567_298_545)
    #expect(Found.sum(parts.test) == 264_923_200)
    #expect(
      Found.classes(parts.training)
        == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949])
    #expect(Array(parts.training.labels.prefix(5)) == [5, 0, 4, 1, 9])
    #expect(Array(parts.test.labels.prefix(5)) == [7, 2, 1, 0, 4])
  }

  @Test(
    "Fashion-MNIST has 6,000 images of each class", .enabled(if: Found.files(.fashionMNIST) != nil))
  func fashion() throws {
    let parts = try Found.parts(.fashionMNIST)
    #expect(Found.classes(parts.training) == [Int](repeating: 6000, count: 10))
    #expect(Found.classes(parts.test) == [Int](repeating: 1000, count: 10))
    #expect(Found.sum(parts.training) == 3_431_114_169 && Found.sum(parts.test) == 573_469_082)
  }

  @Test(
    "ISOLET's features span 0 to 255 in the training part",
    .enabled(if: Found.files(.isolet) != nil))
  func isolet() throws {
    let parts = try Found.parts(.isolet)
    let scale = try #require(parts.scale)
    #expect(parts.training.count == 6238 && parts.test.count == 1559)
    #expect(parts.training.featureCount == 617 && parts.training.classCount == 26)
    #expect(scale.low.min() == -1 && scale.high.max() == 1)
    #expect(Found.classes(parts.test).reduce(0, +) == 1559)
    #expect(Found.sum(parts.training) == 513_084_982 && Found.sum(parts.test) == 127_657_002)
  }
}
