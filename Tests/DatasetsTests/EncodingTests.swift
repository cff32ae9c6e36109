import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite("Features that become 8-bit")
struct EncodingTests {
  static let values: [Float] = [-1, 0, 0.5, 3, 1, 3, 7, 100]
  // Four rows of two features; the last row is not of the training part.
  static let training = [0, 1, 2]

  @Test("span each feature's range in the training part, and stop at its ends elsewhere")
  func featureRange() {
    let scale = FeatureScale(
      fittedOn: Self.values, columns: 2, rows: Self.training)
    #expect(scale.low == [-1, 0] && scale.high == [1, 3])
    #expect(scale.encode(Self.values, rows: 0..<4) == [0, 0, 191, 255, 255, 255, 255, 255])
    #expect(scale.encode([-9, -9], rows: [0]) == [0, 0])
    // 255·0.5 and 255·1.5/3 = 127.5 are rounded away from zero; a feature that never changes is 0.
    #expect(scale.encode([0, 1.5], rows: [0]) == [128, 128])
    let constant = FeatureScale(fittedOn: [0, 5, 4, 5], columns: 2, rows: [0, 1])
    #expect(constant.encode([2, 9, 4, 1], rows: [0, 1]) == [128, 0, 255, 0])
  }

  @Test("have mean 0 and deviation 1 after standardization, on the training part alone")
  func standardization() throws {
    let (training, test) = try Dataset.digits().split(testFraction: 0.25, seed: 3)
    let fitted = Standardization(fittedOn: training)
    func moments(_ data: Dataset) -> [(mean: Double, square: Double)] {
      let line = fitted.line(featureMaximum: data.featureMaximum)
      return (0..<64).map { column in
        let feature = stride(from: column, to: data.features.count, by: 64).map {
          Double(Float(data.features[$0]) * line.slopes[column] + line.offsets[column])
        }
        let mean = feature.reduce(0, +) / Double(feature.count)
        return (mean, feature.map { $0 * $0 }.reduce(0, +) / Double(feature.count))
      }
    }
    // Pixel 0 of the digits is always 0.
    for (index, moment) in moments(training).enumerated() {
      #expect(abs(moment.mean) < 1e-6, "\(index)")
      #expect(abs(moment.square - (fitted.mean[index] == 0 ? 0 : 1)) < 1e-5, "\(index)")
    }
    #expect(moments(test).contains { abs($0.mean) > 1e-3 })
    #expect(fitted != Standardization(fittedOn: test))
  }
}
