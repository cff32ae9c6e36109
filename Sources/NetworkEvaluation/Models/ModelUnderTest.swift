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

  /// Examples of a batch in floating point: few where layers are wide.
  private static func batch(_ network: Network) -> Int {
    max(1, min(256, (1 << 26) / network.topology.featureTotal))
  }

  /// The ranges of activations that the integers follow from.
  public let ranges: ActivationRanges

  /// Where ranges of activations come from.
  public enum Ranges: Sendable {
    /// Known.
    case given(ActivationRanges)
    /// The activations of the first so many examples of the training part.
    case calibration(examples: Int)
  }

  /// Quantizes a network.
  ///
  /// - Parameters:
  ///   - given: scales that are taken as they are, whatever the ranges.
  ///   - file: of the network, for messages.
  /// - Throws: `InputError` 65 if a layer has no integer form, numbers are not finite, or a part has
  ///   no example.
  /// - Precondition: data that fit the network.
  public init(
    network: Network, training: Dataset, test: Dataset, ranges choice: Ranges,
    spec: QuantizationSpec, given: GivenQuantization = GivenQuantization(), file: String,
    work: ChunkedWork
  ) throws {
    for (part, data) in [("training", training), ("test", test)] where data.count == 0 {
      throw InputError(
        .badData,
        "the \(part) part of dataset '\(data.name)' has no example: "
          + "\(part == "test" ? "raise" : "lower") the test fraction")
    }
    self.network = network
    self.test = test
    let place = SourceLocation(file: file)
    folded = try network.folded(at: place)
    guard folded.isFinite else {
      throw InputError(
        .badData, at: place, "weights are not finite once batch normalization is folded into them")
    }
    let folded = folded
    (integers, ranges) = try IntegerNetwork.quantizing(at: place) {
      let ranges =
        switch choice {
        case .given(let ranges): ranges
        case .calibration(let examples):
          ActivationRanges(
            try Calibration(
              of: folded, on: training, examples: examples, rule: spec.activationRange, work: work),
            spec: spec)
        }
      let integers = try IntegerNetwork(
        quantizing: folded, spec: spec, ranges: ranges, given: given)
      return (integers, given.ranges(over: ranges).used(by: integers))
    }
    words = integers.words(of: test)
  }

  /// How many test examples the float network classifies rightly.
  public func correctInFloat(work: ChunkedWork) -> Int {
    var correct = 0
    let batch = Self.batch(network)
    for begin in stride(from: 0, to: test.count, by: batch) {
      let range = begin..<min(begin + batch, test.count)
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
