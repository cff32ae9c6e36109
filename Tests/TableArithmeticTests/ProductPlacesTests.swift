import Randomness
import Testing

@testable import TableArithmetic

@Suite("Operands and sums of products, found many at a time")
struct ProductPlacesTests {
  /// The three indices of a product.
  private struct Indices: Equatable {
    let activation: Int64
    let weight: Int64
    let sum: Int64
  }

  @Test(
    "every instruction set finds those of a product of matrices",
    arguments: [(1, 1), (150, 16), (400, 120), (7, 300), (65_536, 2)])
  func matrix(steps: Int, outputs: Int) {
    withActivations { activations in
      expectAlike(
        MatrixPlaces(activations: activations, steps: steps, outputs: outputs), steps: steps,
        outputs: outputs, firstVectors: [0, 3, 1 << 24])
    }
  }

  static let shapes: [ConvolutionShape] = [
    ConvolutionShape(
      channels: 6, input: .init(square: 14), filters: 16, kernel: .init(square: 5)),
    ConvolutionShape(
      channels: 4, input: .init(rows: 9, columns: 13), filters: 8,
      kernel: .init(rows: 3, columns: 5), stride: .init(rows: 2, columns: 3),
      padding: .init(top: 1, left: 4, bottom: 2, right: 0), dilation: .init(rows: 2, columns: 1),
      groups: 2),
    ConvolutionShape(
      channels: 5, input: .init(square: 8), filters: 10, kernel: .init(square: 3),
      padding: .init(all: 1), groups: 5),
    ConvolutionShape(channels: 1, input: .init(square: 1), filters: 1, kernel: .init(square: 1)),
  ]

  @Test("every instruction set finds those of a convolution", arguments: shapes)
  func convolution(shape: ConvolutionShape) {
    withActivations { activations in
      // From the start and from the middle of an image.
      expectAlike(
        ConvolutionPlaces(shape, activations: activations, padding: 3), steps: shape.patchCount,
        outputs: shape.filters, firstVectors: [0, 2 * shape.positionCount + 1, 1 << 24])
    }
  }

  /// Places are only computed, never read.
  private func withActivations(_ body: (UnsafePointer<UInt8>) -> Void) {
    withUnsafePointer(to: 0) { body($0) }
  }

  private func expectAlike(
    _ places: some ProductPlaces, steps: Int, outputs: Int, firstVectors: [Int]
  ) {
    var random = RandomStream(seed: 41, purpose: .test)
    // Counts that no vector divides; the last operations that a stretch may have among them.
    for (firstVector, count) in zip(firstVectors, [1, 37, 256]) {
      let stretch = OperationStretch(
        firstVector: firstVector, byVector: ReciprocalDivision(by: steps * outputs),
        byOutput: ReciprocalDivision(by: outputs))
      let operations: [Int32] =
        [(1 << 30) - 1] + (1..<count).map { _ in Int32(random.nextWord() >> 2) }
      let portable = found(places, operations, stretch, .portable)
      for (operation, indices) in zip(operations, portable) {
        let place = stretch.place(Int(operation))
        #expect(
          indices
            == Indices(
              activation: Int64(places.activationIndex(place)),
              weight: Int64(places.weightIndex(place)), sum: Int64(places.sumIndex(place))))
      }
      for kernels in TableKernels.available {
        #expect(found(places, operations, stretch, kernels) == portable, "\(kernels)")
      }
    }
  }

  private func found(
    _ places: some ProductPlaces, _ operations: [Int32], _ stretch: OperationStretch,
    _ kernels: TableKernels
  ) -> [Indices] {
    let count = operations.count
    return withUnsafeTemporaryAllocation(of: Int64.self, capacity: 3 * count) { memory in
      operations.withUnsafeBufferPointer { operations in
        guard let start = memory.baseAddress, let first = operations.baseAddress else { return [] }
        let found = FoundProducts(
          activations: start, weights: start + count, sums: start + 2 * count)
        places.find(first, count: count, of: stretch, kernels: kernels, into: found)
        return (0..<count).map {
          Indices(
            activation: found.activations[$0], weight: found.weights[$0], sum: found.sums[$0])
        }
      }
    }
  }
}
