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

  /// The transitions of the stream at hand.
  public struct Workspace {
    var transitions = OperandTransitions()
    var stream: Int?
  }

  public func workspace() -> Workspace { Workspace() }

  public var mayErrOnRepeats: Bool { dies.mayErrOnRepeats }
  public var movingMask: UInt8 { dies.movingMask }
  public var heldMask: UInt8 { dies.heldMask }

  public func mayErr(_ weight: UInt8, element: Int) -> Bool {
    dies.canErr(die: dieOfElement[element], held: weight)
  }

  public func capture(
    _ stream: ElementStreams.Stream, weight: UInt8, with workspace: inout Workspace,
    lanes: UnsafeMutableBufferPointer<Int32>, captured: UnsafeMutableBufferPointer<UInt32>
  ) -> Int {
    if workspace.stream != stream.number {
      workspace.transitions.take(previous: stream.previous, current: stream.current)
      workspace.stream = stream.number
    }
    return dies.capture(
      die: dieOfElement[stream.element], held: weight, &workspace.transitions, lanes: lanes,
      products: captured)
  }
}
