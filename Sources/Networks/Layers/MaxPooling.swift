/// The largest feature of each window; of equal ones the first, row by row.
public struct MaxPooling: Layer, Hashable {
  public let input: FeatureShape
  public let output: FeatureShape
  public let spec: PoolingSpec

  /// Images of a chunk.
  private static let images = 8

  /// - Throws: `ShapeError` if the window does not fit.
  public init(input: FeatureShape, spec: PoolingSpec) throws(ShapeError) {
    self.input = input
    self.spec = spec
    output = try spec.output(for: input)
  }

  public func forward(
    _ inputs: consuming Tensor, parameters: UnsafePointer<Float>,
    statistics: UnsafeMutablePointer<Float>, pass: LayerPass
  ) -> (outputs: Tensor, memory: LayerMemory) {
    let inputs = inputs
    var memory = LayerMemory.none
    let outputs = inputs.values.withUnsafeBufferPointer { inputValues in
      Tensor(count: inputs.count, shape: output) { outputs in
        guard let inputValues = inputValues.baseAddress else { return }
        memory.positions = [Int32](
          unsafeUninitializedCapacity: inputs.count * output.count
        ) { positions, initialized in
          if let positions = positions.baseAddress {
            pass.work.forEachChunk(of: inputs.count, size: Self.images) { _, chunk in
              for plane in chunk.lowerBound * input.channels..<chunk.upperBound * input.channels {
                pool(
                  inputValues + plane * input.positions, into: outputs + plane * output.positions,
                  positions: positions + plane * output.positions)
              }
            }
          }
          initialized = inputs.count * output.count
        }
      }
    }
    return (outputs, pass.mode.isTraining ? memory : .none)
  }

  /// - Parameter positions: of the maxima, within their plane.
  private func pool(
    _ plane: UnsafePointer<Float>, into outputs: UnsafeMutablePointer<Float>,
    positions: UnsafeMutablePointer<Int32>
  ) {
    if spec.kernel == 2, spec.stride == 2, spec.padding == 0,
      poolPairs(plane, into: outputs, positions: positions)
    {
      return
    }
    for outputRow in 0..<output.rows {
      let rows = spec.window(outputRow, of: input.rows)
      for outputColumn in 0..<output.columns {
        let columns = spec.window(outputColumn, of: input.columns)
        var best = rows.lowerBound &* input.columns &+ columns.lowerBound
        var largest = plane[best]
        for row in rows {
          for column in columns {
            let position = row &* input.columns &+ column
            // Not a number counts as the largest, so that training stops at it.
            if plane[position] > largest || plane[position].isNaN {
              (best, largest) = (position, plane[position])
            }
          }
        }
        let position = outputRow &* output.columns &+ outputColumn
        outputs[position] = largest
        positions[position] = Int32(truncatingIfNeeded: best)
      }
    }
  }

  /// Windows of 2 × 2 side by side, four at once.
  ///
  /// - Returns: false, with nothing done, for fewer than four columns.
  @inline(__always)
  private func poolPairs(
    _ plane: UnsafePointer<Float>, into outputs: UnsafeMutablePointer<Float>,
    positions: UnsafeMutablePointer<Int32>
  ) -> Bool {
    guard output.columns >= FloatLanes.count else { return false }
    let width = Int32(truncatingIfNeeded: input.columns)
    for row in 0..<output.rows {
      let first = row &* output.columns
      _ = FloatLanes.forEachFour(of: output.columns) { column in
        let corner = 2 &* (row &* input.columns &+ column)
        let (upper, lower) = (
          UnsafeRawPointer(plane + corner).loadUnaligned(as: SIMD8<Float>.self),
          UnsafeRawPointer(plane + corner + input.columns).loadUnaligned(as: SIMD8<Float>.self)
        )
        let corners = SIMD4<Int32>(0, 2, 4, 6) &+ Int32(truncatingIfNeeded: corner)
        var (largest, best) = (upper.evenHalf, corners)
        func compare(_ values: SIMD4<Float>, _ offset: Int32) {
          let takes = (values .> largest) .| (values .!= values)
          largest.replace(with: values, where: takes)
          best.replace(with: corners &+ offset, where: takes)
        }
        compare(upper.oddHalf, 1)
        compare(lower.evenHalf, width)
        compare(lower.oddHalf, width &+ 1)
        FloatLanes.store(largest, outputs + (first &+ column))
        UnsafeMutableRawPointer(positions + (first &+ column)).storeBytes(
          of: best, as: SIMD4<Int32>.self)
      }
    }
    return true
  }

  /// Each gradient goes to the maximum that it comes from.
  public func backward(
    _ gradient: consuming Tensor, memory: consuming LayerMemory, parameters: UnsafePointer<Float>,
    parameterGradient: UnsafeMutablePointer<Float>, needsInputGradient: Bool, pass: LayerPass
  ) -> Tensor {
    let gradient = gradient
    let positions = memory.positions
    precondition(positions.count == gradient.values.count, "backward without a training pass")
    return Tensor(count: gradient.count, shape: input) { result in
      gradient.values.withUnsafeBufferPointer { gradientValues in
        positions.withUnsafeBufferPointer { positions in
          guard let values = gradientValues.baseAddress, let positions = positions.baseAddress
          else { return }
          pass.work.forEachChunk(of: gradient.count, size: Self.images) { _, chunk in
            for plane in chunk.lowerBound * input.channels..<chunk.upperBound * input.channels {
              let target = result + plane * input.positions
              target.update(repeating: 0, count: input.positions)
              let first = plane * output.positions
              for position in first..<first + output.positions {
                target[Int(positions[position])] += values[position]
              }
            }
          }
        }
      }
    }
  }

  /// ẏ is ẋ at the maximum.
  public func tangentForward(
    _ tangent: consuming Tensor?, memory: LayerMemory, parameters: DirectedParameters,
    pass: LayerPass
  ) -> (outputs: Tensor?, memory: LayerMemory) {
    guard let tangent else { return (nil, .none) }
    let count = tangent.count
    precondition(
      memory.positions.count == count * output.count, "a tangent without a training pass")
    let outputs = Tensor(count: count, shape: output) { outputs in
      tangent.withBase { values in
        memory.positions.withUnsafeBufferPointer { positions in
          pass.work.forEachChunk(of: count, size: Self.images) { _, chunk in
            for plane in chunk.lowerBound * input.channels..<chunk.upperBound * input.channels {
              let source = values + plane * input.positions
              let first = plane * output.positions
              for position in first..<first + output.positions {
                outputs[position] = source[Int(positions[position])]
              }
            }
          }
        }
      }
    }
    return (outputs, .none)
  }
}
