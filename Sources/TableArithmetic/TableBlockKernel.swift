#if arch(x86_64)
  import CTableKernels
#endif

/// The scalar operands of a block: that of sum s and step k at `values[s·sumStride + k·stepStride]`.
struct ScalarOperands {
  let values: UnsafePointer<UInt8>
  let sumStride: Int
  let stepStride: Int
  let count: Int
}

/// One of the kernels that look products up, on a block of lanes.
struct TableBlockKernel {
  let method: TableMethod
  private let layout: TableLayout
  /// The products of a chunk's lanes, laid out by scalar value.
  private let expanded: Scratch<UInt16>

  init(method: TableMethod, layout: TableLayout) {
    self.method = method
    self.layout = layout
    expanded = Scratch(
      count: method.kernel == .expansion
        ? method.stepsPerChunk * 256 * method.lanesPerBlock : 0)
  }

  /// Adds the products of a chunk of steps.
  ///
  /// - Parameters:
  ///   - lanes: a row of `laneCount` operands for each step.
  ///   - sums: a row of `laneCount` for each sum of the scalars; all zero before the first chunk.
  func add(
    lanes: UnsafePointer<UInt8>, laneCount: Int, steps: Int, scalars: ScalarOperands,
    to sums: UnsafeMutablePointer<UInt32>
  ) {
    switch method.kernel {
    case .lookups:
      for sum in 0..<scalars.count {
        TableKernel.accumulate(
          table: layout.byScalar.start, lanes: lanes, laneCount: laneCount,
          scalars: scalars.values + sum * scalars.sumStride, stride: scalars.stepStride,
          steps: steps, sums: sums + sum * laneCount)
      }
    case .exact:
      for sum in 0..<scalars.count {
        TableKernel.accumulateExactly(
          lanes: lanes, laneCount: laneCount,
          scalars: scalars.values + sum * scalars.sumStride, stride: scalars.stepStride,
          steps: steps, sums: sums + sum * laneCount)
      }
    case .rows: addRows(lanes, laneCount, steps, scalars, sums)
    case .expansion: addExpanded(lanes, laneCount, steps, scalars, sums)
    case .pairs: preconditionFailure("pairs have a loop of their own")
    }
  }

  /// Makes sums of what `add` has left, once all steps are added.
  func finish(_ sums: UnsafeMutablePointer<UInt32>, rows: Int, laneCount: Int) {
    #if arch(x86_64)
      if method.kernel == .expansion { ax_collect_expanded_avx2(sums, rows, laneCount) }
    #endif
  }

  private func addRows(
    _ lanes: UnsafePointer<UInt8>, _ laneCount: Int, _ steps: Int, _ scalars: ScalarOperands,
    _ sums: UnsafeMutablePointer<UInt32>
  ) {
    #if arch(x86_64)
      guard let planes = layout.planes else {
        preconditionFailure("a layout without planes has no rows")
      }
      ax_add_rows_avx512(
        planes.start, lanes, laneCount, steps, operands(scalars, from: 0), sums, laneCount)
    #else
      preconditionFailure("rows are looked up on x86-64 only")
    #endif
  }

  private func addExpanded(
    _ lanes: UnsafePointer<UInt8>, _ laneCount: Int, _ steps: Int, _ scalars: ScalarOperands,
    _ sums: UnsafeMutablePointer<UInt32>
  ) {
    #if arch(x86_64)
      ax_expand_avx2(layout.byLane.start, lanes, laneCount, steps, laneCount, expanded.start)
      var step = 0
      while step < steps {
        // The largest power of two that is left, 8 at most.
        let count = min(8, 1 << (Int.bitWidth - 1 - (steps - step).leadingZeroBitCount))
        ax_add_expanded_avx2(
          expanded.start + step * 256 * laneCount, operands(scalars, from: step), count, laneCount,
          sums)
        step += count
      }
    #else
      preconditionFailure("products are expanded on x86-64 only")
    #endif
  }

  #if arch(x86_64)
    private func operands(_ scalars: ScalarOperands, from step: Int) -> AXScalarOperands {
      AXScalarOperands(
        values: scalars.values + step * scalars.stepStride, sumStride: scalars.sumStride,
        stepStride: scalars.stepStride, count: scalars.count)
    }
  #endif
}
