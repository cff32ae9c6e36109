import Randomness

@testable import Networks

extension LayerRun {
  /// Directions of everything that a pass reads, normal.
  struct Direction {
    let inputs: Tensor
    let parameters: [Float]
    /// Of the gradient by the outputs.
    let gradient: Tensor
  }

  func direction(seed: UInt64 = 2) -> Direction {
    var stream = RandomStream(seed: seed, purpose: .test)
    func normals(_ count: Int) -> [Float] { (0..<count).map { _ in Float(stream.nextNormal()) } }
    return Direction(
      inputs: Tensor(
        count: inputs.count, shape: inputs.shape, values: normals(inputs.values.count)),
      parameters: normals(parameters.count),
      gradient: Tensor(
        count: gradient.count, shape: gradient.shape, values: normals(gradient.values.count)))
  }

  /// The derivatives along a direction of all that a pass gives; `statistics` stays empty.
  ///
  /// - Parameter movesInputs: false: the inputs stay, as a network's do; what the outputs' tangent
  ///   is when it is 0 is then empty.
  func tangents(
    along direction: Direction, movesInputs: Bool = true, threads: Int = 1
  ) -> Results {
    let work = ChunkedWork(threads: threads)
    var results = Results()
    var statistics = statistics + [0]
    // Both must be overwritten.
    var unused = [Float](repeating: .nan, count: parameters.count + 1)
    results.parameterGradient = unused
    withBases(parameters + [0], &statistics, &unused) { values, statistics, unused in
      let (_, memories) = chain.forward(
        inputs, parameters: values, statistics: statistics, mode: Self.mode, work: work)
      let (_, traces) = chain.tracedBackward(
        gradient, memories: memories, parameters: values, parameterGradient: unused,
        needsInputGradient: movesInputs, mode: Self.mode, work: work)
      var none: [Float] = [0]
      withBases(direction.parameters + [0], &none, &results.parameterGradient) {
        direct, _, product in
        let parameters = DirectedParameters(values: values, direction: direct)
        let (outputs, tangents) = chain.tangentForward(
          movesInputs ? direction.inputs : nil, memories: memories, parameters: parameters,
          mode: Self.mode, work: work)
        results.outputs = outputs?.values ?? []
        results.inputGradient =
          chain.tangentBackward(
            direction.gradient, traces: traces, tangents: tangents, parameters: parameters,
            parameterTangent: product, needsInputTangent: movesInputs, mode: Self.mode, work: work
          ).values
      }
    }
    results.parameterGradient.removeLast()
    return results
  }

  /// The gradients of a traced pass.
  func tracedResults() -> Results {
    var results = Results()
    var statistics = statistics + [0]
    results.parameterGradient = [Float](repeating: .nan, count: parameters.count + 1)
    withBases(parameters + [0], &statistics, &results.parameterGradient) {
      parameters, statistics, gradient in
      let (_, memories) = chain.forward(
        inputs, parameters: parameters, statistics: statistics, mode: Self.mode, work: .serial)
      results.inputGradient =
        chain.tracedBackward(
          self.gradient, memories: memories, parameters: parameters, parameterGradient: gradient,
          needsInputGradient: true, mode: Self.mode, work: .serial
        ).inputs.values
    }
    results.parameterGradient.removeLast()
    return results
  }

  /// Σ gradient·output of the naive pass, everything moved by `along` times a direction.
  private func loss(
    _ inputs: [Double], _ parameters: [Double], _ direction: Direction, along: Double,
    movesInputs: Bool
  ) -> Double {
    func moved(_ numbers: [Double], _ by: [Float]) -> [Double] {
      zip(numbers, by).map { $0 + along * Double($1) }
    }
    let outputs = reference(
      inputs: movesInputs ? moved(inputs, direction.inputs.values) : inputs,
      parameters: moved(parameters, direction.parameters)
    ).outputs
    let gradient = moved(gradient.values.map(Double.init), direction.gradient.values)
    return zip(outputs, gradient).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// Central differences, in double precision, of the outputs along the direction.
  func outputDifferences(along direction: Direction, step: Double = 1e-5) -> [Double] {
    func outputs(_ along: Double) -> [Double] {
      reference(
        inputs: zip(inputs.values, direction.inputs.values).map {
          Double($0) + along * Double($1)
        },
        parameters: zip(parameters, direction.parameters).map {
          Double($0) + along * Double($1)
        }
      ).outputs
    }
    return zip(outputs(step), outputs(-step)).map { ($0 - $1) / (2 * step) }
  }

  /// Central differences along the direction of central differences by each input and parameter.
  func gradientDifferences(
    along direction: Direction, movesInputs: Bool, step: Double = 1e-4
  ) -> (inputs: [Double], parameters: [Double]) {
    let (inputs, parameters) = (
      inputs.values.map(Double.init), parameters.map(Double.init)
    )
    func mixed(_ loss: (_ by: Double, _ along: Double) -> Double) -> Double {
      (loss(step, step) - loss(-step, step) - loss(step, -step) + loss(-step, -step))
        / (4 * step * step)
    }
    return (
      inputs.indices.map { index in
        mixed { by, along in
          var inputs = inputs
          inputs[index] += by
          return loss(inputs, parameters, direction, along: along, movesInputs: movesInputs)
        }
      },
      parameters.indices.map { index in
        mixed { by, along in
          var parameters = parameters
          parameters[index] += by
          return loss(inputs, parameters, direction, along: along, movesInputs: movesInputs)
        }
      }
    )
  }
}
