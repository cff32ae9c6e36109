import Accelerators
import ErrorTables
import Files
import ModelFiles
import Networks
import Quantities
import QuantizedNetworks
import TableArithmetic

/// One external training: a network, the hardware that it is to run on, and a seed.
struct ExternalTask: Sendable {
  /// What a trainer is told of a point beside its multiplier and errors.
  struct Conditions: Hashable, Sendable {
    let logicSupply: Voltage
    /// Nil where no memory is modelled.
    let memorySupply: Voltage?
    let clock: ClockPolicy
    let clockPeriod: Delay

    init(_ point: DesignPoint, modelsMemory: Bool, clockPeriod: Delay) {
      logicSupply = point.logicSupply
      memorySupply = modelsMemory ? point.memorySupply : nil
      clock = point.clock
      self.clockPeriod = clockPeriod
    }
  }

  static let protocolVersion = 3
  static let requestFile = "request.json"
  static let startFolder = "start"
  static let resultFile = "result.safetensors"
  static let productsFile = "products.npy"
  static let timingErrorsFile = "timing_errors.csv"

  let seed: UInt64
  /// Without batch normalization and dropout.
  let start: Network
  /// Of the start's activations on training examples.
  let ranges: ActivationRanges
  let multiplier: EvaluationInputs.Multiplier
  let accumulator: AccumulatorSpec
  /// Counted on the dies for training.
  let errors: HardwareErrors
  let conditions: Conditions
  let choice: EvaluationSetup.TrainingChoice
  let data: ExternalData

  /// The files of the folder, but for the request.
  var files: [ExternalFile] {
    let quantization = QuantizationFile(
      spec: multiplier.quantization, ranges: ranges, origin: ["examples": data.dataset.name])
    func inStart(_ name: String, _ bytes: [UInt8]) -> ExternalFile {
      ExternalFile("\(Self.startFolder)/\(name)", bytes)
    }
    return [
      inStart(ModelFolder.topologyFile, Array(start.topology.yaml.utf8)),
      inStart(
        ModelFolder.weightsFile, SafetensorsFile.bytes(of: ModelFolder.arrays(of: start))),
      inStart(QuantizationFile.name, Array(quantization.text.utf8)),
      ExternalFile(Self.productsFile, multiplier.table.npy),
      ExternalFile(Self.timingErrorsFile, Array(errors.timing.csv.utf8)), data.features,
      data.labels,
    ]
  }
}

extension EncodedMultiplier {
  /// The products of stored words: shape 2^(activation bits) × 2^(weight bits), 32-bit signed.
  fileprivate var npy: [UInt8] {
    let (activations, weights) = (1 << activationBits, 1 << weightBits)
    var bytes = NPYHeader.bytes(type: "<i4", shape: [activations, weights])
    bytes.reserveCapacity(bytes.count + 4 * activations * weights)
    for activation in 0..<activations {
      for weight in 0..<weights {
        let word = UInt32(bitPattern: product(UInt8(activation), UInt8(weight)))
        for shift in [0, 8, 16, 24] as [UInt32] {
          bytes.append(UInt8(truncatingIfNeeded: word >> shift))
        }
      }
    }
    return bytes
  }
}

extension ProductErrorModel {
  /// Masks of wrong product bits, or what wrong products are off by, and how probable each is.
  fileprivate var csv: String {
    let rows: [(mask: UInt32, probability: Double)]
    switch self {
    case .differences(let errors):
      return "difference,probability\n"
        + zip(errors.differences, errors.conditionals).map {
          "\($0),\($1 * errors.probability)\n"
        }.joined()
    case .maskRun(let distribution): rows = distribution.rows
    case .masks(let errors): rows = errors.distribution.rows
    case .bits(let errors):
      rows = errors.probabilities.enumerated().filter { $1 > 0 }.map { (1 << UInt32($0), $1) }
    }
    return "mask,probability\n" + rows.map { "\($0.mask),\($0.probability)\n" }.joined()
  }
}

extension ProductErrorDistribution {
  fileprivate var rows: [(mask: UInt32, probability: Double)] {
    zip(masks, conditionals).map { ($0, $1 * probability) }
  }
}
