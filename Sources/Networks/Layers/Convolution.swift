/// A 2-D convolution (in the field's sense: a cross-correlation), as one matrix product an image.
///
/// `weight` is filters × channels of a group × kernel rows × kernel columns, `bias` has a number for
/// each filter, as in PyTorch's `Conv2d`. y[f, p] = Σ over taps t of weight[f, t]·patch[t, p] + b[f].
public struct Convolution: Layer, Hashable {
  public let input: FeatureShape
  public let output: FeatureShape
  public let spec: ConvolutionSpec
  let patches: ImagePatches

  /// Images of a chunk.
  static let images = 8

  /// The most floats of the gradients by weights of all chunks together, 256 MiB; two chunks may have
  /// more.
  private static let maximumPartialCount = 1 << 26

  /// Images of a chunk backward, which has gradients of its own by all weights: more than forward
  /// where a large batch of them would take the memory of many networks.
  static func images(of count: Int, parameters: Int) -> Int {
    let most = max(2, maximumPartialCount / max(1, parameters))
    return max(images, (count + most - 1) / most)
  }

  /// The most floats of the patches of an image: 2²⁶, 256 MiB a thread.
  private static let maximumPatchCount = 1 << 26

  /// - Throws: `ShapeError` if the window or the groups do not fit, or an image has too many patches.
  public init(input: FeatureShape, spec: ConvolutionSpec) throws(ShapeError) {
    self.input = input
    self.spec = spec
    output = try spec.output(for: input)
    patches = ImagePatches(input: input, output: output, spec: spec)
    let count =
      Double(input.channels * spec.kernel) * Double(spec.kernel) * Double(output.positions)
    guard count <= Double(Self.maximumPatchCount) else {
      throw ShapeError(
        "\(output.positions) patches of \(input.channels)×\(spec.kernel)×\(spec.kernel) features "
          + "are more than \(Self.maximumPatchCount) numbers")
    }
  }

  public var parameters: [ParameterBlock] {
    let weight = ParameterBlock(
      name: "weight",
      shape: [spec.filters, input.channels / spec.groups, spec.kernel, spec.kernel],
      start: .normal(inputs: patches.taps))
    return spec.hasBias
      ? [weight, ParameterBlock(name: "bias", shape: [spec.filters], start: .constant(0))]
      : [weight]
  }

  private var weightCount: Int { spec.filters * patches.taps }
  /// Floats of all patches of an image.
  private var patchCount: Int { spec.groups * patches.taps * output.positions }

  public var keepsOnlyInputs: Bool { true }

  public func forward(
    _ inputs: consuming Tensor, parameters: UnsafePointer<Float>,
    statistics: UnsafeMutablePointer<Float>, pass: LayerPass
  ) -> (outputs: Tensor, memory: LayerMemory) {
    let inputs = inputs
    let outputs = inputs.values.withUnsafeBufferPointer { values in
      Tensor(count: inputs.count, shape: output) { outputs in
        guard let values = values.baseAddress else { return }
        pass.work.forEachChunk(of: inputs.count, size: Self.images) { _, chunk in
          withPatches { scratch in
            for image in chunk {
              let columns = gathered(values + image * input.count, scratch)
              write(columns, parameters, into: outputs + image * output.count)
            }
          }
        }
      }
    }
    return (outputs, pass.mode.isTraining ? LayerMemory(tensor: inputs) : .none)
  }

  /// ∂L/∂W = Σ over images of g·patchesᵀ, ∂L/∂b the sums of g, ∂L/∂patches = Wᵀ·g. Gradients by
  /// weights are added up in each chunk of images, then over the chunks in their order.
  public func backward(
    _ gradient: consuming Tensor, memory: consuming LayerMemory, parameters: UnsafePointer<Float>,
    parameterGradient: UnsafeMutablePointer<Float>, needsInputGradient: Bool, pass: LayerPass
  ) -> Tensor {
    guard let inputs = memory.tensor, gradient.count > 0 else {
      preconditionFailure("backward without a training pass")
    }
    return backward(
      gradient, inputs: inputs, moving: nil, parameters: parameters,
      parameterGradient: parameterGradient, needsInputGradient: needsInputGradient,
      work: pass.work)
  }

  /// What a tangent's backward pass adds to each image's gradients: that of `gradient` by the
  /// tangents of inputs and weights.
  struct Moving {
    let gradient: UnsafePointer<Float>
    /// nil: 0.
    let inputTangent: UnsafePointer<Float>?
    let direction: UnsafePointer<Float>
  }

  func backward(
    _ gradient: Tensor, inputs: Tensor, moving: Moving?, parameters: UnsafePointer<Float>,
    parameterGradient: UnsafeMutablePointer<Float>, needsInputGradient: Bool, work: ChunkedWork
  ) -> Tensor {
    let (count, size) = (gradient.count, parameterCount)
    let images = Self.images(of: count, parameters: size)
    let chunks = (count + images - 1) / images
    var partial = [Float](repeating: 0, count: chunks * size)
    let result = partial.withUnsafeMutableBufferPointer { partial in
      gradient.values.withUnsafeBufferPointer { gradient in
        inputs.values.withUnsafeBufferPointer { inputs in
          guard let gradient = gradient.baseAddress, let inputs = inputs.baseAddress,
            let partial = partial.baseAddress
          else { preconditionFailure("an empty batch") }
          // Without an input gradient there is no tensor to fill, but all the rest to do.
          func spreadAndAdd(_ result: UnsafeMutablePointer<Float>?) {
            work.forEachChunk(of: count, size: images) { number, chunk in
              withPatches { scratch in
                for image in chunk {
                  let (start, output) = (image * input.count, image * self.output.count)
                  let columns = gathered(inputs + start, scratch)
                  addGradient(gradient + output, columns, to: partial + number * size)
                  if let moving, let tangent = moving.inputTangent {
                    let columns = gathered(tangent + start, scratch)
                    addWeightGradient(
                      moving.gradient + output, columns, to: partial + number * size)
                  }
                  guard let result else { continue }
                  let terms = [(gradient + output, parameters)]
                  let more = moving.map { [($0.gradient + output, $0.direction)] } ?? []
                  spread(terms + more, scratch, into: result + start)
                }
              }
            }
          }
          guard needsInputGradient else {
            spreadAndAdd(nil)
            return Tensor(count: 0, shape: input, values: [])
          }
          return Tensor(count: count, shape: input) { spreadAndAdd($0) }
        }
      }
    }
    parameterGradient.update(repeating: 0, count: size)
    partial.withUnsafeBufferPointer { partial in
      for chunk in 0..<chunks {
        for index in 0..<size { parameterGradient[index] += partial[chunk &* size &+ index] }
      }
    }
    return result
  }

  func withPatches(_ body: (UnsafeMutablePointer<Float>) -> Void) {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: patchCount) { scratch in
      guard let scratch = scratch.baseAddress else { return }
      body(scratch)
    }
  }

  func gathered(
    _ image: UnsafePointer<Float>, _ scratch: UnsafeMutablePointer<Float>
  ) -> UnsafePointer<Float> {
    if patches.areTheImage { return image }
    patches.gather(image, channels: input.channels, into: scratch)
    return UnsafePointer(scratch)
  }

  /// The outputs of an image: bias, and the product of each group.
  func write(
    _ columns: UnsafePointer<Float>, _ parameters: UnsafePointer<Float>,
    into outputs: UnsafeMutablePointer<Float>
  ) {
    if spec.hasBias {
      for filter in 0..<spec.filters {
        (outputs + filter * output.positions).update(
          repeating: parameters[weightCount + filter], count: output.positions)
      }
    }
    writeProduct(columns, parameters, into: outputs, adding: spec.hasBias)
  }

  /// The product of each group, or adds it.
  func writeProduct(
    _ columns: UnsafePointer<Float>, _ weights: UnsafePointer<Float>,
    into outputs: UnsafeMutablePointer<Float>, adding: Bool
  ) {
    let (filters, taps) = (spec.filters / spec.groups, patches.taps)
    for group in 0..<spec.groups {
      FloatProduct.multiply(
        weights + group * filters * taps, columns + group * taps * output.positions,
        into: outputs + group * filters * output.positions, m: filters, k: taps,
        n: output.positions, adding: adding)
    }
  }

  private func addGradient(
    _ gradient: UnsafePointer<Float>, _ columns: UnsafePointer<Float>,
    to sums: UnsafeMutablePointer<Float>
  ) {
    addWeightGradient(gradient, columns, to: sums)
    guard spec.hasBias else { return }
    for filter in 0..<spec.filters {
      sums[weightCount + filter] += Float(
        PlaneSums.sum(gradient + filter * output.positions, output.positions))
    }
  }

  private func addWeightGradient(
    _ gradient: UnsafePointer<Float>, _ columns: UnsafePointer<Float>,
    to sums: UnsafeMutablePointer<Float>
  ) {
    let (filters, taps) = (spec.filters / spec.groups, patches.taps)
    for group in 0..<spec.groups {
      FloatProduct.multiply(
        gradient + group * filters * output.positions,
        columns + group * taps * output.positions, into: sums + group * filters * taps,
        m: filters, k: output.positions, n: taps, transposingRight: true, adding: true)
    }
  }

  /// The gradient by an image's inputs: Σ Wᵀ·g over pairs of g and W.
  private func spread(
    _ terms: [(gradient: UnsafePointer<Float>, weights: UnsafePointer<Float>)],
    _ scratch: UnsafeMutablePointer<Float>, into image: UnsafeMutablePointer<Float>
  ) {
    let (filters, taps) = (spec.filters / spec.groups, patches.taps)
    let columns = patches.areTheImage ? image : scratch
    for (index, term) in terms.enumerated() {
      for group in 0..<spec.groups {
        FloatProduct.multiply(
          term.weights + group * filters * taps,
          term.gradient + group * filters * output.positions,
          into: columns + group * taps * output.positions, m: taps, k: filters,
          n: output.positions, transposingLeft: true, adding: index > 0)
      }
    }
    guard !patches.areTheImage else { return }
    image.update(repeating: 0, count: input.count)
    patches.scatter(scratch, channels: input.channels, addingTo: image)
  }
}
