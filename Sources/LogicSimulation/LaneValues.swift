import LaneKernels

/// The values of up to 64 nets in each lane of a block: rows of bits turned into numbers; `free()`
/// ends its life.
struct LaneValues {
  /// The low and the high 32 bits of each lane's number, in the order of the lanes.
  let low: UnsafeMutablePointer<UInt32>
  let high: UnsafeMutablePointer<UInt32>
  private let vectors: UnsafeMutablePointer<LaneKernels.Words>
  private static let halfCount = LaneKernels.laneCount / 16

  init() {
    vectors = LaneKernels.allocate(2 * Self.halfCount)
    let words = UnsafeMutableRawPointer(vectors).assumingMemoryBound(to: UInt32.self)
    low = words
    high = words + LaneKernels.laneCount
  }

  func free() { vectors.deallocate() }

  /// Turns the rows of nets, least significant first, into a number a lane.
  ///
  /// - Precondition: at most 64 nets.
  func load(_ nets: [Int], from state: BlockState, lanes: Int, kernels: LaneKernels) {
    precondition(nets.count <= 64, "more than 64 nets")
    for v in 0..<(lanes + 511) / 512 {
      Self.load(nets.prefix(32), state, v, into: vectors + 32 * v, kernels)
      if nets.count > 32 {
        Self.load(
          nets.dropFirst(32), state, v, into: vectors + Self.halfCount + 32 * v, kernels)
      }
    }
  }

  private static func load(
    _ nets: ArraySlice<Int>, _ state: BlockState, _ v: Int,
    into rows: UnsafeMutablePointer<LaneKernels.Words>, _ kernels: LaneKernels
  ) {
    for (row, net) in nets.enumerated() {
      rows[row] = state.vectors[LaneKernels.vectorCount * net + v]
    }
    for row in nets.count..<32 { rows[row] = .zero }
    kernels.transpose(rows, live: nets.count)
  }
}
