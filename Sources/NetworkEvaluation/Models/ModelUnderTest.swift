import Datasets
import Files
import Networks
import QuantizedNetworks

/// A trained network, its integer form, and the examples that it is judged on.
public struct ModelUnderTest: Sendable {
  public let network: Network
  /// Without batch normalization and dropout.
  public let folded: Network
  public let integers: IntegerNetwork
  public let test: Dataset
  /// The test examples as words of the input's quantization.
  public let words: [UInt8]

  /// Examples of a batch in floating point.
  private static let batch = 256

  /// Quantizes a network by the activations of some examples.
  ///
  /// - Parameters:
  ///   - calibration: examples of the training part: the first so many.
  ///   - file: of the network, for messages.
  /// - Throws: `InputError` 65 if a layer has no integer form.
  /// - Precondition: data that fit the network.
  public init(
    network: Network, training: Dataset, test: Dataset, calibration count: Int,
    spec: QuantizationSpec, file: String, work: ChunkedWork
  ) throws {
    self.network = network
    self.test = test
    do {
      folded = try network.foldingBatchNormalization()
    } catch {
      throw InputError(
        .badData, at: SourceLocation(file: file),
        "layers.\(error.path.joined(separator: ".")), \(error.layer): \(error.reason)")
    }
    let shape = network.input
    let examples = min(count, training.count)
    let calibration = Calibration(of: folded, work: work) { body in
      for begin in stride(from: 0, to: examples, by: Self.batch) {
        body(training.tensor(begin..<min(begin + Self.batch, examples), shape: shape))
      }
    }
    do {
      integers = try IntegerNetwork(quantizing: folded, spec: spec, calibration: calibration)
    } catch {
      throw InputError(
        .badData, at: SourceLocation(file: file), "\(error.layer): \(error.reason)")
    }
    // Features are bytes: each of their values has one word.
    let scale = Float(test.featureMaximum)
    let table = integers.words(of: (0...test.featureMaximum).map { Float($0) / scale })
    words = test.features.map { table[Int($0)] }
  }

  /// How many test examples the float network classifies rightly.
  public func correctInFloat(work: ChunkedWork) -> Int {
    var correct = 0
    for begin in stride(from: 0, to: test.count, by: Self.batch) {
      let range = begin..<min(begin + Self.batch, test.count)
      let logits = network.logits(test.tensor(range, shape: network.input), work: work)
      correct += right(logits.values, range)
    }
    return correct
  }

  /// How many an inference in integers classifies rightly.
  public func correct(_ inference: IntegerInference, work: ChunkedWork) -> Int {
    right(inference.logits(words, count: test.count, work: work), 0..<test.count)
  }

  private func right<Logit: Comparable>(_ logits: [Logit], _ range: Range<Int>) -> Int {
    let predictions = Classification.predictions(
      logits: logits, classCount: network.classCount)
    return zip(predictions, test.labels[range]).count { $0 == $1 }
  }
}

extension Dataset {
  /// Some examples in real numbers, a feature v as v/`featureMaximum`.
  fileprivate func tensor(_ range: Range<Int>, shape: FeatureShape) -> Tensor {
    let maximum = Float(featureMaximum)
    return Tensor(
      count: range.count, shape: shape,
      values: features[range.lowerBound * featureCount..<range.upperBound * featureCount].map {
        Float($0) / maximum
      })
  }
}
