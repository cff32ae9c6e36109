import ErrorTables
import Testing

@testable import TableArithmetic

@Suite("The choice of a method")
struct TableMethodTests {
  @Test("is one of the candidates, the cheapest, for every shape and instruction set")
  func cheapest() {
    let factors = IntegerFactors(
      products: SampleTables.exact.products.map { UInt16(truncatingIfNeeded: $0) })
    for kernels in TableKernels.allCases {
      for isExact in [false, true] {
        let factors = isExact && kernels != .portable ? factors : nil
        let candidates = TableMethod.candidates(
          kernels: kernels, isExact: isExact, factors: factors)
        for (m, k, n) in [(1, 576, 64), (16, 576, 64), (1024, 576, 64), (256, 256, 256)] {
          let shape = TableProductShape(vectors: m, steps: k, outputs: n)
          let chosen = TableMethod.fastest(
            shape, kernels: kernels, isExact: isExact, factors: factors)
          #expect(candidates.contains(chosen))
          let time = chosen.nanoseconds(shape, kernels: kernels, factors: factors)
          for other in candidates {
            #expect(time <= other.nanoseconds(shape, kernels: kernels, factors: factors))
          }
        }
      }
    }
  }

  @Test("falls on the kernels that were written for large products and for exact tables")
  func large() {
    let factors = IntegerFactors(
      products: SampleTables.exact.products.map { UInt16(truncatingIfNeeded: $0) })
    let shape = TableProductShape(vectors: 1024, steps: 576, outputs: 64)
    func kernel(_ kernels: TableKernels, _ factors: IntegerFactors?) -> TableMethod.Kernel {
      TableMethod.fastest(
        shape, kernels: kernels, isExact: factors != nil, factors: factors
      ).kernel
    }
    #expect(kernel(.portable, nil) == .lookups)
    #expect(kernel(.avx2, nil) == .expansion)
    #expect(kernel(.avx512, nil) == .rows)
    #expect(kernel(.avx2, factors) == .pairs)
    #expect(kernel(.avx512, factors) == .pairs)
  }
}
