/// Where each single product of a call has its operands and its sum.
protocol ProductPlaces {
  /// - Parameter index: what `activationIndex` says.
  func activation(at index: Int) -> UInt8
  /// Among the call's activations; −1 outside the image.
  func activationIndex(_ place: ProductPlace) -> Int
  /// Among the call's weights.
  func weightIndex(_ place: ProductPlace) -> Int
  /// Among the call's sums.
  func sumIndex(_ place: ProductPlace) -> Int

  #if arch(x86_64)
    /// The same three of many products at once.
    ///
    /// - Parameter operations: counted from the first of `stretch`.
    func find(
      _ operations: UnsafePointer<Int32>, count: Int, of stretch: OperationStretch,
      isWide: Bool, into found: FoundProducts)
  #endif
}

/// Among the products of a call: that of one input vector, step and output.
struct ProductPlace {
  let vector: Int
  let step: Int
  let output: Int
}

/// Some consecutive input vectors of a call, whose operations are fewer than 2³¹.
struct OperationStretch {
  /// Counted from the first of the call.
  let firstVector: Int
  /// By the operations of a vector, and of a step.
  let byVector: ReciprocalDivision
  let byOutput: ReciprocalDivision

  /// The place of an operation, counted from the stretch's first.
  @inline(__always)
  func place(_ operation: Int) -> ProductPlace {
    let (vector, inVector) = byVector(operation)
    let (step, output) = byOutput(inVector)
    return ProductPlace(vector: firstVector &+ vector, step: step, output: output)
  }
}

/// Where some products have their operands and sums: memory for the three indices of each.
struct FoundProducts {
  let activations: UnsafeMutablePointer<Int64>
  let weights: UnsafeMutablePointer<Int64>
  let sums: UnsafeMutablePointer<Int64>
}

extension ProductPlaces {
  func find(
    _ operations: UnsafePointer<Int32>, count: Int, of stretch: OperationStretch,
    kernels: TableKernels, into found: FoundProducts
  ) {
    #if arch(x86_64)
      if kernels != .portable {
        find(
          operations, count: count, of: stretch, isWide: kernels == .avx512, into: found)
        return
      }
    #endif
    for index in 0..<count {
      let place = stretch.place(Int(operations[index]))
      found.activations[index] = Int64(activationIndex(place))
      found.weights[index] = Int64(weightIndex(place))
      found.sums[index] = Int64(sumIndex(place))
    }
  }
}

#if arch(x86_64)
  import CTableKernels

  extension OperationStretch {
    var forKernels: AXOperationSplit {
      AXOperationSplit(byVector: byVector.forKernels, byOutput: byOutput.forKernels)
    }
  }

  extension FoundProducts {
    var forKernels: AXFoundProducts {
      AXFoundProducts(activations: activations, weights: weights, sums: sums)
    }
  }
#endif
