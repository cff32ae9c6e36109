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
      fittedOn: Self.values, columns: 2, rows: Self.training, encoding: .featureRange)
    #expect(scale.low == [-1, 0] && scale.high == [1, 3])
    #expect(scale.encode(Self.values, rows: 0..<4) == [0, 0, 191, 255, 255, 255, 255, 255])
    #expect(scale.encode([-9, -9], rows: [0]) == [0, 0])
  }

  @Test("share one range where that is asked for")
  func commonRange() {
    let scale = FeatureScale(
      fittedOn: Self.values, columns: 2, rows: Self.training, encoding: .commonRange)
    #expect(scale.low == [-1, -1] && scale.high == [3, 3])
    // 255·1/4 = 63.75, 255·1.5/4 = 95.6, 255·2/4 = 127.5, which is rounded away from zero.
    #expect(scale.encode(Self.values, rows: 0..<3) == [0, 64, 96, 255, 128, 255])
  }

  @Test("are standardized by the training part's mean and deviation")
  func standardized() {
    let scale = FeatureScale(
      fittedOn: [0, 5, 4, 5], columns: 2, rows: [0, 1], encoding: .standardized(deviations: 2))
    // Mean 2, deviation 2: −2 to 6. The second feature never changes.
    #expect(scale.low == [-2, 5] && scale.high == [6, 5])
    #expect(scale.encode([2, 9, 4, 1], rows: [0, 1]) == [128, 0, 191, 0])
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
