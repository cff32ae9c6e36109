import Accelerators
import Characterization
import ErrorTables
import Files
import Netlists
import Networks
import Quantities
import QuantizedNetworks
import Technology

/// Chips of an accelerator at an operating point, for the evaluation of one trained network.
///
/// Timing errors are drawn from an error table (fidelity `statistical`) that is counted by simulating
/// dies of the multiplier on operand transitions of this network; memory errors are the persistent
/// faults of each chip's buffers.
public struct ModelHardware: Sendable {
  public let accelerator: AcceleratorSpec
  /// Of the accumulators, whose longest path counts for the clock.
  public let adder: Netlist
  public let technology: TechnologyNode
  public let clock: ClockPolicy
  public let supply: Voltage
  /// Nil: no memory is modelled, and no bit is wrong.
  public let memorySupply: Voltage?
  /// Chips have the seeds `seed`, `seed` + 1, …
  public let chips: Int
  public let seed: UInt64
  /// Simulated dies, and transitions of all of them together.
  public let (dies, transitions): (Int, Int)
  /// Whether the memory's law may be used outside its fitted range.
  public let extrapolatesMemoryLaw: Bool

  /// What the operating point does.
  public struct Errors: Sendable {
    public let clockPeriod: Delay
    public let timing: TimingErrorTable.Point
    public let bitErrorRate: Double
    /// Whether the memory's law was asked outside its fitted range.
    public let isExtrapolated: Bool

    /// The timing errors, as inference and training draw them.
    public var products: ProductErrorModel { timing.errors(TimingErrorChoice.standard.drawing) }
  }

  /// - Parameter adder: of the accumulators; `standardAdder` unless given.
  /// - Precondition: at least two chips and two dies, as many transitions as dies.
  public init(
    accelerator: AcceleratorSpec, adder: Netlist? = nil, technology: TechnologyNode,
    clock: ClockPolicy, supply: Voltage,
    memorySupply: Voltage?, chips: Int, seed: UInt64, dies: Int = 16, transitions: Int = 20_000,
    extrapolatesMemoryLaw: Bool = false
  ) {
    precondition(chips >= 2 && dies >= 2 && transitions >= dies, "too few chips or dies")
    self.accelerator = accelerator
    self.adder = adder ?? accelerator.standardAdder
    self.technology = technology
    self.clock = clock
    self.supply = supply
    self.memorySupply = memorySupply
    self.chips = chips
    self.seed = seed
    self.dies = dies
    self.transitions = transitions
    self.extrapolatesMemoryLaw = extrapolatesMemoryLaw
  }

  /// Characterizes the multiplier on a network's own operands.
  ///
  /// - Throws: `InputError` 65 if the network does not fit the buffers, its words are not the
  ///   accelerator's, or the technology cannot answer at a supply.
  public func errors(
    _ model: ModelUnderTest, _ multiplier: ModelMultiplier,
    files: (accelerator: String, technology: String)
  ) throws -> Errors {
    try checkFits(model.integers, multiplier, file: files.accelerator)
    let memory = try memoryErrors(file: files.technology)
    let period = try clockPeriod(multiplier, file: files.technology)
    let stimulus = operandTrace(model, multiplier, count: transitions, seed: seed)
      .multiplier(multiplier.element.inputs)
    do throws(TechnologyError) {
      let characterizer = Characterizer(
        netlist: multiplier.netlist, isSigned: multiplier.element.isSigned,
        technology: technology, dies: dies, seed: seed)
      let result = try characterizer.characterize(
        at: supply, clockPeriods: [period], stimulus: stimulus)
      return Errors(
        clockPeriod: period, timing: result.timing[0], bitErrorRate: memory.rate,
        isExtrapolated: memory.isExtrapolated)
    } catch {
      throw InputError(.badData, at: SourceLocation(file: files.technology), "\(error)")
    }
  }

  /// The clock period at which a multiplier's products are captured: `AcceleratorSpec.clockPeriod`.
  ///
  /// - Parameter file: of the technology, for messages.
  /// - Throws: `InputError` 65 if the technology cannot answer at a supply, or a gate of the multiplier
  ///   takes longer than the period.
  public func clockPeriod(_ multiplier: ModelMultiplier, file: String) throws -> Delay {
    do throws(TechnologyError) {
      let period = try accelerator.clockPeriod(
        clock, at: supply, multiplier: multiplier.netlist, adder: adder, technology: technology)
      try DieDelays(multiplier.netlist, technology: technology, supply: supply).check(
        clockPeriod: period)
      return period
    } catch {
      throw error.refusal(of: multiplier.name, technology: file)
    }
  }

  /// The rate of wrong bits of both buffers: 0 without a memory.
  ///
  /// - Parameter file: of the technology, for messages.
  /// - Throws: `InputError` 65 if the supply is outside the range of the memory's law, or the technology
  ///   has none.
  public func memoryErrors(file: String) throws -> (rate: Double, isExtrapolated: Bool) {
    guard let memorySupply else { return (0, false) }
    do throws(TechnologyError) {
      return try technology.bitErrorRate(
        at: memorySupply, extrapolating: extrapolatesMemoryLaw)
    } catch {
      throw InputError(
        .badData, at: SourceLocation(file: file),
        "memory rail: \(error) by --memory-supply, or give --extrapolate-memory-law")
    }
  }

  /// A chip at these errors.
  public func inference(
    _ model: ModelUnderTest, _ multiplier: ModelMultiplier, _ errors: Errors, chip: Int
  ) -> IntegerInference {
    func buffer(_ number: UInt64, _ words: Int, _ encoding: StoredEncoding) -> BufferFaults {
      BufferFaultMap(
        chipSeed: seed &+ UInt64(chip), buffer: number, words: words, encoding: encoding,
        model: .flips, upTo: errors.bitErrorRate
      ).faults(atBitErrorRate: errors.bitErrorRate)
    }
    return IntegerInference(
      model.integers, multiplier: multiplier.table,
      hardware: InferenceHardware(
        accumulator: accelerator.accumulator,
        timing: errors.products, timingSeed: seed, timingIndex: UInt64(chip),
        weightBuffer: buffer(0, accelerator.weightBufferWords, .offsetBinary),
        activationBuffer: buffer(1, accelerator.activationBufferWords, .unsigned)))
  }

  /// Refuses a network and a multiplier that these chips cannot run.
  ///
  /// - Parameters:
  ///   - multiplier: nil: any.
  ///   - file: of the accelerator, for messages.
  /// - Throws: `InputError` 65.
  public func checkFits(
    _ network: IntegerNetwork, _ multiplier: ModelMultiplier?, file: String
  ) throws {
    let place = SourceLocation(file: file)
    guard network.spec.encoding == accelerator.encoding else {
      throw InputError(
        .badData, at: place,
        "multiplies \(accelerator.encoding.rawValue) words, the network has "
          + "\(network.spec.encoding.rawValue) ones")
    }
    guard network.weightWords() <= accelerator.weightBufferWords else {
      throw InputError(
        .badData, at: place,
        "the weight buffer of \(accelerator.weightBufferWords) words is too small for the network's "
          + "\(network.weightWords())")
    }
    let widest = network.widestInput()
    guard widest <= accelerator.activationBufferWords else {
      throw InputError(
        .badData, at: place,
        "the activation buffer of \(accelerator.activationBufferWords) words is too small for "
          + "\(widest) activations of an image")
    }
    if let multiplier { try multiplier.netlist.checkIsTimed(file: multiplier.file) }
  }

  /// Images whose operands the stimulus is drawn from.
  private static let images = 32

  /// Operand transitions of the network's own products on the first test images, without errors.
  ///
  /// - Parameters:
  ///   - layer: the layer with weights, from 0 on, that they are drawn from; nil: from all of them.
  ///   - count: at least 1.
  /// - Precondition: the network has that layer.
  public func operandTrace(
    _ model: ModelUnderTest, _ multiplier: ModelMultiplier, layer: Int? = nil, count: Int,
    seed: UInt64
  ) -> OperandTrace {
    let images = min(Self.images, model.test.count)
    return OperandTrace(
      of: [IntegerInference(model.integers, multiplier: multiplier.table)],
      inputs: Array(model.words.prefix(images * model.test.featureCount)), images: images,
      on: accelerator, count: count, seed: seed, layer: layer)
  }
}
