import ErrorTables
import TableArithmetic

/// A weight-stationary array in which each product is looked up by weight, previous and present
/// activation: fidelity `transition`.
public struct TransitionArray: CapturingArray {
  public let spec: AcceleratorSpec
  public let settled: TableMatrixMultiplication
  public let elements: ElementTables

  /// - Precondition: one die for each element of the array.
  public init(spec: AcceleratorSpec, elements: ElementTables) {
    precondition(elements.dieOfElement.count == spec.processingElements, "one die for each element")
    self.spec = spec
    self.elements = elements
    settled = TableMatrixMultiplication(table: elements.dies.settled)
  }

  private init(_ array: TransitionArray, elements: ElementTables) {
    spec = array.spec
    settled = array.settled
    self.elements = elements
  }

  /// The array with elements of other dies of the same tables, one for each element.
  public func replacingDies(_ dies: [Int]) -> TransitionArray {
    precondition(dies.count == spec.processingElements, "one die for each element")
    return TransitionArray(
      self, elements: ElementTables(dies: elements.dies, dieOfElement: dies))
  }

  public func workspace() {}

  /// Weights of one die and value one after the other: a value's 128 KB of products are then read while
  /// they are near.
  public func erring(_ weights: [UInt8], in streams: ElementStreams) -> [Int] {
    var places = [[Int]](repeating: [], count: elements.dies.tables.count << 8)
    for (place, weight) in weights.enumerated() {
      let die = elements.dieOfElement[streams.element(ofPlace: place)]
      if elements.dies.canErr(die: die, held: weight) {
        places[die << 8 | Int(weight)].append(place)
      }
    }
    return Array(places.joined())
  }

  public func capture(
    _ stream: ElementStreams.Stream, weight: UInt8, with _: inout Void,
    into captured: UnsafeMutableBufferPointer<UInt32>
  ) -> Bool {
    guard let table = elements.table(ofElement: stream.element) else { return false }
    table.look(
      up: weight, previous: stream.previous, current: stream.current, into: captured)
    return true
  }
}
