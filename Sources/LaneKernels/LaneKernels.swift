import CLaneKernels

/// The kernels of bit-parallel simulation and of error sums, for one instruction set.
///
/// A block holds one bit of 2,048 lanes, in four vectors of sixteen 32-bit words. All instruction
/// sets give the same bits.
public enum LaneKernels: String, Sendable, CaseIterable {
  /// Swift, for every processor.
  case portable
  case avx2
  case avx512

  public typealias Words = SIMD16<UInt32>
  /// Vectors of a block.
  public static let vectorCount = 4
  public static let laneCount = 512 * vectorCount

  /// The sets that this processor has, slowest first.
  public static let available: [LaneKernels] = allCases.filter { kernels in
    switch kernels {
    case .portable: true
    case .avx2: ax_has_avx2() != 0
    case .avx512: ax_has_avx512() != 0
    }
  }

  /// The fastest set that this processor has.
  public static let best: LaneKernels = available.last ?? .portable

  /// Vectors of zeros, aligned to a cache line; to be deallocated by the caller.
  public static func allocate(_ count: Int) -> UnsafeMutablePointer<Words> {
    let bytes = UnsafeMutableRawPointer.allocate(
      byteCount: max(1, count) * MemoryLayout<Words>.stride, alignment: 64)
    return bytes.initializeMemory(as: Words.self, repeating: .zero, count: count)
  }

  /// Executes instructions in their order.
  ///
  /// - Parameters:
  ///   - instructions: with operands and outputs in 0..<(number of blocks).
  ///   - blocks: four vectors a net.
  /// - Precondition: this processor has the set.
  public func run(
    _ instructions: UnsafeBufferPointer<LaneInstruction>, _ blocks: UnsafeMutablePointer<Words>
  ) {
    switch self {
    case .portable: Self.runPortably(instructions, blocks)
    case .avx2: ax_run_avx2(instructions.baseAddress, instructions.count, blocks)
    case .avx512: ax_run_avx512(instructions.baseAddress, instructions.count, blocks)
    }
  }

  /// Transposes sixteen 32×32 bit matrices, one in each word of 32 vectors: bit j of word w of
  /// vector i goes to bit i of word w of vector j.
  ///
  /// - Parameter live: how many vectors may differ from 0, 0 to 32: those at the start.
  public func transpose(_ rows: UnsafeMutablePointer<Words>, live: Int) {
    switch self {
    case .portable: Self.transposePortably(rows, live: live)
    case .avx2: ax_transpose_avx2(rows, Int32(live))
    case .avx512: ax_transpose_avx512(rows, Int32(live))
    }
  }

  /// Adds the errors of rows of products: e = product − inner·outer.
  ///
  /// - Parameters:
  ///   - products: row after row.
  ///   - format: the operands of the rows and how products are read.
  public func addErrors(
    _ products: UnsafePointer<UInt32>, rows: Int, format: ErrorRows, lanes: inout ErrorLanes
  ) {
    precondition(format.length.isMultiple(of: 8), "the length of a row is not a multiple of 8")
    switch self {
    case .portable: Self.addErrorsPortably(products, rows, format, &lanes)
    case .avx2: withUnsafePointer(to: format) { ax_add_errors_avx2(products, rows, $0, &lanes) }
    case .avx512: withUnsafePointer(to: format) { ax_add_errors_avx512(products, rows, $0, &lanes) }
    }
  }
}
