import ArgumentParser
import Files
import Foundation
import ModelFiles
import NetworkEvaluation
import Networks
import QuantizedNetworks

/// `axtrain quantize DIR`.
struct QuantizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quantize",
    abstract: "Choose how a trained network is quantized, and keep it in the model's folder.",
    discussion: """
      Writes quantization.yaml: with the weights it gives the same integers anywhere. 'axtrain \
      evaluate' takes it where no other quantization is asked for.

      Example: axtrain quantize Models/mnist --dataset mnist --weight-bits 4 --activation-bits 4
      """)

  @Argument(help: "The model's folder, as 'axtrain train' writes it.")
  var model: String

  @OptionGroup var data: TrainingData

  @OptionGroup var quantization: QuantizationOptions

  @Option(
    name: .shortAndLong, help: "Threads (default: one a core). The result does not depend on it.")
  var jobs: Int?

  func validate() throws {
    guard (1...1024).contains(jobs ?? 1) else { throw ValidationError("--jobs must be 1 to 1024.") }
  }

  func run() throws {
    let (network, data, _) = try TrainedModel.read(model, data)
    let examples = quantization.examples
    // A damaged file is no error where it is replaced.
    let stored =
      quantization.changesIntegers
      ? try? QuantizationFile(folder: self.model) : try QuantizationFile(folder: self.model)
    if let stored, !stored.given.isEmpty {
      Terminal.note(
        quantization.changesIntegers
          ? "the scales that came with the model are replaced, as the options ask"
          : "keeps the scales that came with the model, and measures the ranges of other activations"
      )
    }
    let kept = quantization.changesIntegers || stored?.given.isEmpty != false ? nil : stored
    let spec = kept?.spec ?? quantization.spec
    let given = kept?.given ?? GivenQuantization()
    let model = try ModelUnderTest(
      network: network, training: data.parts.training, test: data.parts.test,
      ranges: .calibration(examples: examples), spec: spec, given: given, file: self.model,
      work: ChunkedWork(threads: jobs ?? ProcessInfo.processInfo.activeProcessorCount))
    var origin = Dictionary(
      data.origin.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
    origin[ImportedModel.scalesOrigin] = kept?.origin[ImportedModel.scalesOrigin]
    origin["examples"] = "\(min(examples, data.parts.training.count))"
    try QuantizationFile(spec: spec, ranges: model.ranges, origin: origin, given: given)
      .write(to: self.model)
    print(
      "\(self.model)/\(QuantizationFile.name): \(model.integers.weightWords()) weights of "
        + "\(spec.weightBits) bits, \(model.integers.multiplyAccumulates) "
        + "multiply-accumulates an inference")
  }
}
