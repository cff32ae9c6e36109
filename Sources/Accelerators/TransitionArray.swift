import ErrorTables
import TableArithmetic

/// A weight-stationary array in which each product is looked up by weight, previous and present
/// activation: fidelity `transition`.
public struct TransitionArray: CapturingArray {
  public let spec: AcceleratorSpec
  public let settled: TableMatrixMultiplication
  public let dies: DieErrors
  /// Which die each element has, row-major.
  public let dieOfElement: [Int]

  /// - Precondition: one of the dies for each element of the array.
  public init(spec: AcceleratorSpec, dies: DieErrors, dieOfElement: [Int]) {
    self.init(
      spec: spec, settled: TableMatrixMultiplication(table: dies.settled), dies: dies,
      dieOfElement: dieOfElement)
  }

  private init(
    spec: AcceleratorSpec, settled: TableMatrixMultiplication, dies: DieErrors,
    dieOfElement: [Int]
  ) {
    precondition(dieOfElement.count == spec.processingElements, "one die for each element")
    precondition(dieOfElement.allSatisfy { (0..<dies.count).contains($0) }, "no such die")
    self.spec = spec
    self.settled = settled
    self.dies = dies
    self.dieOfElement = dieOfElement
  }

  /// The array with elements of other dies of the same ones.
  public func replacingDies(_ dieOfElement: [Int]) -> TransitionArray {
    TransitionArray(spec: spec, settled: settled, dies: dies, dieOfElement: dieOfElement)
  }

  public func workspace() {}

  /// Weights of one die and value one after the other: what that die captures wrong is then read while
  /// it is near.
  public func erring(_ weights: [UInt8], in streams: ElementStreams) -> [Int] {
    var places = [[Int]](repeating: [], count: dies.count << 8)
    for (place, weight) in weights.enumerated() {
      let die = dieOfElement[streams.element(ofPlace: place)]
      if dies.canErr(die: die, held: weight) { places[die << 8 | Int(weight)].append(place) }
    }
    return Array(places.joined())
  }

  public func capture(
    _ stream: ElementStreams.Stream, weight: UInt8, with _: inout Void,
    into captured: UnsafeMutableBufferPointer<UInt32>
  ) -> Bool {
    dies.capture(
      die: dieOfElement[stream.element], held: weight, previous: stream.previous,
      current: stream.current, into: captured)
    return true
  }
}
