import Foundation
import Randomness

/// The four files of MNIST with other images: random bytes, bright in the tenth of the image that belongs
/// to the label, so that a training that learns nothing is still an error.
enum RandomMNIST {
  private static let (pixels, classes) = (28 * 28, 10)

  static func write(into folder: URL) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (part, count, index) in [("train", 60_000, 0), ("t10k", 10_000, 1)] {
      var random = RandomStream(seed: 1, purpose: .test, index: UInt64(index))
      let labels = (0..<count).map { _ in UInt8(random.next() % UInt64(classes)) }
      let images = (0..<count * pixels).map { place in
        let isBright = place % pixels * classes / pixels == Int(labels[place / pixels])
        return UInt8(truncatingIfNeeded: random.nextWord()) | (isBright ? 0x80 : 0)
      }
      // IDX: two zeros, 8 for bytes, how many sizes, the sizes; all big-endian.
      try Data(bytes(0x0803) + [count, 28, 28].flatMap { bytes(UInt32($0)) } + images).write(
        to: folder.appending(path: "\(part)-images-idx3-ubyte"))
      try Data(bytes(0x0801) + bytes(UInt32(count)) + labels).write(
        to: folder.appending(path: "\(part)-labels-idx1-ubyte"))
    }
  }

  private static func bytes(_ word: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) }
  }
}
