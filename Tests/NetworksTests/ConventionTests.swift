import Randomness
import Testing

@testable import Networks

/// What a random number does not meet: ties, ends of ranges, and what is not a number.
@Suite("Conventions of layers") struct ConventionTests {
  private func forwardAndBackward(
    _ layer: any Layer, _ inputs: [Float], _ gradient: [Float]
  ) -> (outputs: [Float], inputGradient: [Float]) {
    let pass = LayerPass(mode: .training(seed: 1, step: 0), work: .serial, layer: 0)
    var unused: [Float] = [0]
    return unused.withUnsafeMutableBufferPointer { buffer in
      guard let unused = buffer.baseAddress else { preconditionFailure("an empty buffer") }
      let (outputs, memory) = layer.forward(
        Tensor(count: inputs.count / layer.input.count, shape: layer.input, values: inputs),
        parameters: unused, statistics: unused, pass: pass)
      let result = layer.backward(
        Tensor(count: outputs.count, shape: layer.output, values: gradient), memory: memory,
        parameters: unused, parameterGradient: unused, needsInputGradient: true, pass: pass)
      return (outputs.values, result.values)
    }
  }

  @Test(
    "of equal features the first, row by row, is the maximum and gets the gradient",
    arguments: [2, 3, 4, 5, 7, 8])
  func ties(columns: Int) throws {
    let layer = try MaxPooling(
      input: FeatureShape(channels: 1, rows: 6, columns: 2 * columns), spec: PoolingSpec(kernel: 2))
    var stream = RandomStream(seed: 3, purpose: .test, index: UInt64(columns))
    let inputs = (0..<layer.input.count).map { _ in Float(stream.nextWord() % 2) }
    let gradient = (0..<layer.output.count).map { Float($0 + 1) }
    let results = forwardAndBackward(layer, inputs, gradient)
    var expected = [Float](repeating: 0, count: inputs.count)
    for row in 0..<3 {
      for column in 0..<columns {
        let corner = 2 * row * 2 * columns + 2 * column
        let places = [corner, corner + 1, corner + 2 * columns, corner + 2 * columns + 1]
        let largest = places.map { inputs[$0] }.max()
        let first = try #require(places.first { inputs[$0] == largest })
        expected[first] = gradient[row * columns + column]
        #expect(results.outputs[row * columns + column] == largest)
      }
    }
    #expect(results.inputGradient == expected)
  }

  @Test("a window that holds what is not a number gives that, wherever it stands")
  func notANumber() throws {
    for columns in [2, 8] {
      for spec in [PoolingSpec(kernel: 2), PoolingSpec(kernel: 2, stride: 1)] {
        let layer = try MaxPooling(
          input: FeatureShape(channels: 1, rows: 2, columns: columns), spec: spec)
        for place in 0..<layer.input.count {
          var inputs = (0..<layer.input.count).map { Float($0) }
          inputs[place] = .nan
          let outputs = forwardAndBackward(
            layer, inputs, [Float](repeating: 1, count: layer.output.count)
          ).outputs
          for (index, output) in outputs.enumerated() {
            let first = index * spec.stride
            #expect(output.isNaN == (first...first + 1).contains(place % columns))
          }
        }
      }
    }
  }

  @Test("a rectifier passes a gradient between its ends only, and what is not a number forward")
  func rectifiers() {
    let inputs: [Float] = [
      -.infinity, -1, -0.0, 0, .leastNonzeroMagnitude, 1, 2, 3, .infinity, .nan,
    ]
    let ones = [Float](repeating: 1, count: inputs.count)
    let shape = FeatureShape(channels: inputs.count)
    let open = forwardAndBackward(ReLU(input: shape), inputs, ones)
    #expect(open.outputs.dropLast() == [0, 0, 0, 0, .leastNonzeroMagnitude, 1, 2, 3, .infinity])
    #expect(open.outputs[9].isNaN)
    #expect(open.inputGradient.prefix(8) == [0, 0, 0, 0, 1, 1, 1, 1])
    let clipped = forwardAndBackward(ReLU(input: shape, ceiling: 2), inputs, ones)
    #expect(clipped.outputs.dropLast() == [0, 0, 0, 0, .leastNonzeroMagnitude, 1, 2, 2, 2])
    #expect(clipped.outputs[9].isNaN)
    #expect(clipped.inputGradient.prefix(9) == [0, 0, 0, 0, 1, 1, 0, 0, 0])
  }

  @Test("a batch of one number a channel leaves the running variance as it was")
  func oneNumber() throws {
    var network = Network(
      topology: try NetworkTopology(
        name: "one", input: FeatureShape(channels: 2),
        layers: [.batchNormalization(epsilon: 1e-5, momentum: 0.5)]),
      parameters: [1, 1, 0, 0], statistics: [0, 0, 3, 4])
    let inputs = Tensor(count: 1, shape: network.input, values: [2, -2])
    #expect(network.forward(inputs, mode: .training(seed: 1, step: 0)).logits.values == [0, 0])
    #expect(network.statistics == [1, -1, 3, 4])
  }

  @Test("dropout keeps a share of 1 - p, draws anew each step and layer, and nothing in inference")
  func dropout() {
    let shape = FeatureShape(channels: 1 << 16)
    let layer = Dropout(input: shape, probability: 0.3)
    let ones = Tensor(count: 1, shape: shape, values: [Float](repeating: 1, count: shape.count))
    func outputs(_ mode: ForwardMode, _ number: Int) -> [Float] {
      var unused: Float = 0
      return withUnsafeMutablePointer(to: &unused) {
        layer.forward(
          ones, parameters: $0, statistics: $0,
          pass: LayerPass(mode: mode, work: .serial, layer: number)
        ).outputs.values
      }
    }
    let first = outputs(.training(seed: 1, step: 0), 0)
    let kept = Double(first.count { $0 != 0 })
    // Six standard deviations of a binomial share.
    #expect(abs(kept / 65_536 - 0.7) < 6 * (0.3 * 0.7 / 65_536).squareRoot())
    #expect(Set(first) == [0, 1 / (1 - 0.3)])
    #expect(outputs(.training(seed: 1, step: 0), 0) == first)
    #expect(outputs(.training(seed: 1, step: 1), 0) != first)
    #expect(outputs(.training(seed: 2, step: 0), 0) != first)
    #expect(outputs(.training(seed: 1, step: 0), 1) != first)
    #expect(outputs(.inference, 0) == ones.values)
  }

  @Test(
    "gradients of a large batch by a convolution's weights do not take memory for each 8 images")
  func largeBatch() throws {
    for (count, parameters) in [
      (64, 2_416), (65_536, 2_416), (2_000, 2_359_808), (65_536, 2_359_808), (64, 1 << 28),
      (1, 1 << 28),
      (65_536, 1),
    ] {
      let images = Convolution.images(of: count, parameters: parameters)
      let chunks = (count + images - 1) / images
      #expect(chunks * parameters <= max(1 << 26, 2 * parameters))
    }
    #expect(Convolution.images(of: 512, parameters: 61_706) == 8)
    // 134 chunks of 8 images would pass 2²⁶ numbers.
    let (side, count) = (720, 1_072)
    let run = try LayerRun(
      [.convolution(ConvolutionSpec(filters: side, kernel: 1, hasBias: false))],
      input: FeatureShape(channels: side), count: count)
    #expect(Convolution.images(of: count, parameters: side * side) == 9)
    let results = run.results(threads: 2, needsInputGradient: false)
    #expect(results == run.results(needsInputGradient: false))
    for weight in stride(from: 0, to: side * side, by: 9_973) {
      let (output, input) = weight.quotientAndRemainder(dividingBy: side)
      var (sum, size) = (0.0, 0.0)
      for image in 0..<count {
        let term =
          Double(run.gradient.values[image * side + output])
          * Double(run.inputs.values[image * side + input])
        (sum, size) = (sum + term, size + abs(term))
      }
      #expect(abs(Double(results.parameterGradient[weight]) - sum) < 1e-5 * size)
    }
  }
}
