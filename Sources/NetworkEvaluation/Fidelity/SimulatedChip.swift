import Accelerators
import Characterization
import ErrorTables
import Files
import LogicSimulation
import Netlists
import Quantities
import QuantizedNetworks
import TableArithmetic
import Technology

/// One chip's array at an operating point, in any dataflow: what its elements capture of a network's
/// products while these are late.
///
/// Not modelled: late sums of the adders, failing memory cells, late changes that go on into the next
/// cycle.
public struct SimulatedChip: Sendable {
  /// What decides which products are wrong.
  public enum Fidelity: String, CaseIterable, Sendable {
    /// Looked up by held operand, previous and present moving one, in tables of a number of dies.
    case transition
    /// Each element's own gates, a die for each element, on its own operands.
    case gate
  }

  private enum Elements: Sendable {
    case transition(TransitionArray)
    case gate(GateArray)
    case pairs(PairArray)
  }

  public let fidelity: Fidelity
  /// Dies that the elements have: a number of them, or one each.
  public let dies: Int
  /// What the elements' threshold shifts follow from, or which of the dies they have.
  public let seed: UInt64
  public let clockPeriod: Delay
  private let spec: AcceleratorSpec
  private let elements: Elements

  /// - Parameters:
  ///   - adder: of the accumulators, whose longest path counts for the clock.
  ///   - point: its seed is that of the dies of fidelity `transition`, numbered apart from all others.
  ///   - dies: of fidelity `transition`, at least 1.
  ///   - jobs: threads that make tables.
  /// - Throws: `InputError` 64 for transitions where both operands change, 65 if the multiplier does
  ///   not take bytes in offset words, the technology cannot answer at a supply, or the period is
  ///   shorter than a gate takes or than a time step.
  /// - Precondition: an array with the multiplier's words.
  public init(
    _ spec: AcceleratorSpec, multiplier: ModelMultiplier, adder: Netlist,
    at point: GateLevelCosts.Point, fidelity: Fidelity, dies: Int, seed: UInt64, jobs: Int
  ) throws {
    precondition(dies >= 1, "no die")
    guard fidelity == .gate || spec.dataflow != .outputStationary else {
      throw InputError(
        .usage,
        "both operands of an output-stationary element change, which no transition table holds: "
          + "give --timing-errors gate")
    }
    try multiplier.checkPlainBytes()
    try multiplier.netlist.checkIsTimed(file: multiplier.file)
    self.spec = spec
    self.fidelity = fidelity
    self.seed = seed
    self.dies = fidelity == .transition ? dies : spec.processingElements
    clockPeriod = try GateLevelCosts.clockPeriod(of: spec, multiplier.netlist, adder, at: point)
    let choice = TimingErrorChoice.standard
    let simulation = try ElementSimulation(
      multiplier.netlist, products: multiplier.products, accelerator: spec,
      technology: (point.technology, point.file), supply: point.supply, clockPeriod: clockPeriod,
      steps: choice.steps, pulses: choice.pulses,
      chips: EvaluationSetup.ChipChoice(count: 1, seed: seed), poolSeed: point.seed)
    switch (fidelity, spec.dataflow) {
    case (.transition, _):
      elements = .transition(
        simulation.transitionArray(
          chip: 0, tables: try simulation.tables(variants: dies, jobs: jobs)))
    case (.gate, .outputStationary): elements = .pairs(simulation.pairArray(chip: 0))
    case (.gate, .weightStationary), (.gate, .inputStationary):
      elements = .gate(simulation.gateArray(chip: 0))
    }
  }

  /// The accumulators of a product of matrices, and how many of its products were captured wrong.
  public func multiply(_ product: ArrayProduct) -> CapturedLayer {
    let (activations, weights) = (product.activations, product.weights)
    switch elements {
    case .transition(let array): return multiply(activations, weights, product.shape, on: array)
    case .gate(let array): return multiply(activations, weights, product.shape, on: array)
    case .pairs(let array):
      return array.multiply(activations: activations, weights: weights, shape: product.shape)
    }
  }

  /// Where activations stay the array is that of the transposed product, its operands exchanged.
  private func multiply(
    _ activations: [UInt8], _ weights: [UInt8], _ shape: MatrixShape, on array: some CapturingArray
  ) -> CapturedLayer {
    guard spec.dataflow == .inputStationary else {
      return array.multiply(activations: activations, weights: weights, shape: shape)
    }
    let layer = array.multiply(
      activations: Self.transposed(weights, shape.k, shape.n),
      weights: Self.transposed(activations, shape.m, shape.k),
      shape: MatrixShape(m: shape.n, k: shape.k, n: shape.m))
    return CapturedLayer(
      accumulators: Self.transposed(layer.accumulators, shape.n, shape.m), errors: layer.errors)
  }

  /// Columns × rows, of rows × columns.
  private static func transposed<Word>(_ words: [Word], _ rows: Int, _ columns: Int) -> [Word] {
    (0..<columns).flatMap { column in (0..<rows).map { words[$0 * columns + column] } }
  }
}
