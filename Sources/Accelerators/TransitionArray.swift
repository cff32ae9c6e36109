import ErrorTables
import TableArithmetic

/// A weight-stationary array in which each product is looked up by weight, previous and present
/// activation: fidelity `transition`.
public struct TransitionArray: CapturingArray {
  public let spec: AcceleratorSpec
  public let elements: ElementTables

  /// - Precondition: one die for each element of the array.
  public init(spec: AcceleratorSpec, elements: ElementTables) {
    precondition(elements.dieOfElement.count == spec.processingElements, "one die for each element")
    self.spec = spec
    self.elements = elements
  }

  public func multiply(
    activations: [UInt8], weights: [UInt8], shape: MatrixShape
  ) -> CapturedLayer {
    precondition(weights.count == shape.k * shape.n, "weights are not K × N")
    var sums = [UInt32](repeating: 0, count: shape.m * shape.n)
    var errors = CapturedErrors(outputBits: 16)
    var settled = [UInt32](repeating: 0, count: shape.m)
    var captured = settled
    ElementStreams(spec: spec, shape: shape).forEach(activations: activations) { stream in
      let weight = Int(weights[stream.k * shape.n + stream.n])
      let table = elements.tables[elements.dieOfElement[stream.element]]
      table.withProducts { products in
        for vector in 0..<shape.m {
          let activation = Int(stream.current[vector])
          let product = UInt32(
            products[table.index(weight, Int(stream.previous[vector]), activation)])
          captured[vector] = product
          settled[vector] = elements.settled[activation, weight]
          sums[vector * shape.n + stream.n] &+= product
        }
      }
      settled.withUnsafeBufferPointer { settled in
        captured.withUnsafeBufferPointer { captured in
          errors.add(settled: settled, captured: captured, lanes: shape.m)
        }
      }
    }
    errors.compact()
    return CapturedLayer(
      accumulators: sums.map(spec.accumulator.value(ofProductSum:)), errors: errors)
  }
}
