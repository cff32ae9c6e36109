import Datasets
import Networks
import QuantizedNetworks

/// Makes batches of floats from a dataset's bytes when they are needed: a feature v becomes
/// v/`featureMaximum`, or that less its mean over its deviation, and no float copy of the whole is ever
/// there.
struct BatchSource: Sendable {
  let data: Dataset
  let shape: FeatureShape
  let shift: ImageShift?
  let standardization: Standardization?

  /// Examples of a chunk of work.
  private static let chunk = 32

  /// - Precondition: as many features as the shape has; images where there is a shift.
  init(
    data: Dataset, shape: FeatureShape, shift: ImageShift? = nil,
    standardization: Standardization? = nil
  ) {
    precondition(data.featureCount == shape.count, "the data do not fit the shape")
    precondition(shift == nil || data.featureShape.count == 2, "the features are no images")
    self.data = data
    self.shape = shape
    self.shift = shift
    self.standardization = standardization
  }

  /// The features of some examples, in this order.
  ///
  /// - Parameters:
  ///   - positions: below the dataset's count.
  ///   - epoch: whose shifts images take.
  func tensor(
    _ positions: ArraySlice<Int>, epoch: Int, work: ChunkedWork
  ) -> Tensor {
    let width = data.featureCount
    let maximum = Float(data.featureMaximum)
    let line = standardization?.line(featureMaximum: data.featureMaximum)
    let values = [Float](unsafeUninitializedCapacity: positions.count * width) { target, count in
      count = positions.count * width
      guard let target = target.baseAddress else { return }
      forEachExample(positions, epoch: epoch, work: work) { row, bytes in
        let values = target + row * width
        if let line {
          for index in 0..<width {
            values[index] = Float(bytes[index]) * line.slopes[index] + line.offsets[index]
          }
        } else {
          TrainingKernels.best.scale(bytes, into: values, count: width, maximum: maximum)
        }
      }
    }
    return Tensor(count: positions.count, shape: shape, values: values)
  }

  /// The features of some examples as words of an integer network's input, in this order.
  ///
  /// - Precondition: features that are not standardized.
  func words(
    _ positions: ArraySlice<Int>, epoch: Int, for network: IntegerNetwork, work: ChunkedWork
  ) -> [UInt8] {
    precondition(standardization == nil, "an integer network reads plain features")
    let width = data.featureCount
    let table = network.wordTable(featureMaximum: data.featureMaximum)
    return [UInt8](unsafeUninitializedCapacity: positions.count * width) { target, count in
      count = positions.count * width
      guard let target = target.baseAddress else { return }
      // Bytes often are their own words.
      let isIdentity = table.indices.allSatisfy { table[$0] == $0 }
      table.withUnsafeBufferPointer { table in
        forEachExample(positions, epoch: epoch, work: work) { row, bytes in
          let words = target + row * width
          if isIdentity {
            words.update(from: bytes, count: width)
          } else {
            for index in 0..<width { words[index] = table[Int(bytes[index])] }
          }
        }
      }
    }
  }

  /// Calls a body with the features of each example, shifted as the epoch asks.
  private func forEachExample(
    _ positions: ArraySlice<Int>, epoch: Int, work: ChunkedWork,
    _ body: (_ row: Int, UnsafePointer<UInt8>) -> Void
  ) {
    let (width, begin) = (data.featureCount, positions.startIndex)
    data.features.withUnsafeBufferPointer { features in
      work.forEachChunk(of: positions.count, size: Self.chunk) { _, chunk in
        var scratch = [UInt8](repeating: 0, count: shift == nil ? 0 : width)
        scratch.withUnsafeMutableBufferPointer { scratch in
          for row in chunk {
            let position = positions[begin + row]
            var source = UnsafeBufferPointer(
              rebasing: features[position * width..<(position + 1) * width])
            if let shift {
              shift.shift(
                source, into: scratch, rows: data.featureShape[0], columns: data.featureShape[1],
                image: position, epoch: epoch)
              source = UnsafeBufferPointer(scratch)
            }
            if let bytes = source.baseAddress { body(row, bytes) }
          }
        }
      }
    }
  }

  func labels(_ positions: ArraySlice<Int>) -> [UInt8] { positions.map { data.labels[$0] } }
}
