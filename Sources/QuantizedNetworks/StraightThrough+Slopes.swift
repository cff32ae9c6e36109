import Networks
import TableArithmetic

extension StraightThrough {
  /// The gradient with a multiplier's own slopes in the place of the exact product's.
  ///
  /// With y = s_a·s_w·(Σ M(a, w) − …), ∂y/∂x = s_w·(∂M/∂a − z_w) and ∂y/∂v = s_a·(∂M/∂w − z_a) for the
  /// real activation x and weight v: what `backward` gives, plus the scale times the slope less the
  /// other operand, which is what this adds.
  public func backward(
    _ logitGradient: consuming Tensor, slopes: ProductSlopes, into gradient: inout [Float],
    work: ChunkedWork = .serial
  ) {
    let linears = inference.network.steps.filter {
      if case .linear = $0.operation { true } else { false }
    }
    let places = Dictionary(
      uniqueKeysWithValues: linears.enumerated().map {
        ($1.layer, (linear: $0, source: $1.sources[0]))
      })
    backward(
      logitGradient, into: &gradient, work: work,
      hook: .correct { layer, ofOutputs, parameterGradient in
        guard let place = places[layer] else { return nil }
        return correction(
          linear: place.linear, source: place.source, ofOutputs, slopes,
          addingTo: parameterGradient, work: work)
      })
  }

  /// Adds a layer's own part to the gradient by its weights, and returns that by its inputs; nil for
  /// the first layer.
  private func correction(
    linear index: Int, source: Int, _ ofOutputs: Tensor, _ slopes: ProductSlopes,
    addingTo weightGradient: UnsafeMutablePointer<Float>, work: ChunkedWork
  ) -> Tensor? {
    let linear = inference.linears[index]
    let shape = linear.shape
    let inputScale = Float(inference.network.slots[source].quantization.scale)
    let needsInputs = source != 0
    var inputs = [Float](repeating: 0, count: needsInputs ? count * linear.input.count : 0)
    for product in inference.products(of: trace, layer: index, images: count) {
      let filters = product.group * product.n..<(product.group + 1) * product.n
      let run = SlopeProduct(
        product: product, slopes: slopes,
        gradient: rows(of: ofOutputs, filters: filters, shape: shape),
        inputScale: inputScale, weightScales: filters.map { Float(linear.weightScales[$0]) })
      let patches = run.add(
        to: weightGradient + filters.lowerBound * product.k, needsInputs: needsInputs, work: work)
      guard needsInputs else { continue }
      for (place, value) in patches.enumerated() where value != 0 {
        let (vector, step) = place.quotientAndRemainder(dividingBy: product.k)
        if let target = shape.activationIndex(vector: vector, step: step, group: product.group) {
          inputs[target] += value
        }
      }
    }
    return needsInputs ? Tensor(count: count, shape: linear.input, values: inputs) : nil
  }

  /// The gradient by a group's outputs, images and positions × filters.
  private func rows(
    of gradient: Tensor, filters: Range<Int>, shape: ConvolutionShape
  ) -> [Float] {
    let positions = shape.positionCount
    if shape.isMatrix { return gradient.values }
    var rows: [Float] = []
    rows.reserveCapacity(count * positions * filters.count)
    for image in 0..<count {
      for position in 0..<positions {
        for filter in filters {
          rows.append(gradient.values[(image * shape.filters + filter) * positions + position])
        }
      }
    }
    return rows
  }
}

/// The part of a product of matrices in the gradients that is due to a multiplier's slopes.
private struct SlopeProduct {
  let product: ArrayProduct
  let slopes: ProductSlopes
  /// M × N, by the real outputs.
  let gradient: [Float]
  let inputScale: Float
  let weightScales: [Float]

  /// Adds s_a·Σₘ g[m, n]·R_w(a[m, k], w[k, n]) to the gradient by the weights, N × K.
  ///
  /// - Returns: s_w·Σₙ g[m, n]·R_a(a[m, k], w[k, n]), M × K; empty if nobody needs it.
  func add(
    to weightGradient: UnsafeMutablePointer<Float>, needsInputs: Bool, work: ChunkedWork
  ) -> [Float] {
    let (m, k, n) = (product.m, product.k, product.n)
    // One scale for all filters, or each its own: the gradient by the real operands.
    let scaled = gradient.indices.map { gradient[$0] * weightScales[$0 % n] }
    var inputs = [Float](repeating: 0, count: needsInputs ? m * k : 0)
    nonisolated(unsafe) let target = weightGradient
    inputs.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let inputs = buffer
      work.forEachChunk(of: k, size: max(1, (k + 15) / 16)) { _, chunk in
        var sums = [Float](repeating: 0, count: n)
        for step in chunk {
          addStep(step, &sums, scaled, needsInputs ? inputs.baseAddress : nil)
          for filter in 0..<n {
            target[filter * k + step] += inputScale * sums[filter]
            sums[filter] = 0
          }
        }
      }
    }
    return inputs
  }

  /// The products of one input of all outputs.
  private func addStep(
    _ step: Int, _ sums: inout [Float], _ scaled: [Float],
    _ inputs: UnsafeMutablePointer<Float>?
  ) {
    let (m, k, n) = (product.m, product.k, product.n)
    product.weights.withUnsafeBufferPointer { weights in
      let weights = UnsafeBufferPointer(rebasing: weights[step * n..<(step + 1) * n])
      for row in 0..<m {
        let activation = Int(product.activations[row * k + step])
        if slopes.weightDiffers[activation] {
          slopes.weight.withUnsafeBufferPointer { table in
            gradient.withUnsafeBufferPointer { gradient in
              sums.withUnsafeMutableBufferPointer { sums in
                for filter in 0..<n {
                  sums[filter] +=
                    gradient[row &* n &+ filter] * table[activation << 8 | Int(weights[filter])]
                }
              }
            }
          }
        }
        if let inputs, slopes.activationDiffers[activation] {
          inputs[row * k + step] = slopes.activation.withUnsafeBufferPointer { table in
            scaled.withUnsafeBufferPointer { scaled in
              var sum: Float = 0
              for filter in 0..<n {
                sum += scaled[row &* n &+ filter] * table[activation << 8 | Int(weights[filter])]
              }
              return sum
            }
          }
        }
      }
    }
  }
}
