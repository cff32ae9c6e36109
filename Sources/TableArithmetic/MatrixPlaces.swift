#if arch(x86_64)
  import CTableKernels
#endif

/// Those of a product of matrices, all row-major.
struct MatrixPlaces: ProductPlaces {
  let activations: UnsafePointer<UInt8>
  let steps: Int
  let outputs: Int

  @inline(__always)
  func activation(at index: Int) -> UInt8 { activations[index] }

  @inline(__always)
  func activationIndex(_ place: ProductPlace) -> Int { place.vector &* steps &+ place.step }

  @inline(__always)
  func weightIndex(_ place: ProductPlace) -> Int { place.step &* outputs &+ place.output }

  @inline(__always)
  func sumIndex(_ place: ProductPlace) -> Int { place.vector &* outputs &+ place.output }

  #if arch(x86_64)
    func find(
      _ operations: UnsafePointer<Int32>, count: Int, of stretch: OperationStretch,
      isWide: Bool, into found: FoundProducts
    ) {
      var places = AXMatrixPlaces(
        split: stretch.forKernels, firstActivation: Int64(stretch.firstVector * steps),
        firstSum: Int64(stretch.firstVector * outputs), steps: UInt32(steps),
        outputs: UInt32(outputs))
      if isWide {
        ax_find_matrix_avx512(&places, operations, Int64(count), found.forKernels)
      } else {
        ax_find_matrix_avx2(&places, operations, Int64(count), found.forKernels)
      }
    }
  #endif
}
