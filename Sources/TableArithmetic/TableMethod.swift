/// How one product of matrices runs: which kernel, and what varies along the lanes of a vector.
struct TableMethod: Hashable, Sendable {
  enum Kernel: Hashable, Sendable, CaseIterable {
    /// One look-up after the other.
    case lookups
    /// Integer products where every product of the table is exact.
    case exact
    /// 64 look-ups at once in a row that is held in registers (AVX-512 VBMI).
    case rows
    /// Products of a few lanes laid out by scalar value, then added in runs (AVX2).
    case expansion
    /// Integer products of the table's factors (AVX2, AVX-512 VNNI).
    case pairs
  }

  enum Lanes: Hashable, Sendable, CaseIterable {
    /// Input vectors: the weight is the same in all lanes.
    case vectors
    /// Outputs: the activation is the same in all lanes.
    case outputs
  }

  let kernel: Kernel
  let lanes: Lanes

  /// Lanes that a block has at most.
  var lanesPerBlock: Int { kernel == .expansion ? 32 : 256 }

  /// Steps of the sum that one call of the kernel takes at most; pairs share them between all terms.
  var stepsPerChunk: Int {
    switch kernel {
    case .lookups, .exact, .rows: 256
    case .expansion: 8
    case .pairs: 128
    }
  }

  /// The multiple that lanes are padded to.
  var laneMultiple: Int {
    switch kernel {
    case .lookups, .exact: 1
    case .rows, .pairs: 64
    case .expansion: 16
    }
  }

  func paddedLanes(_ lanes: Int) -> Int {
    (lanes + laneMultiple - 1) / laneMultiple * laneMultiple
  }

  /// Input vectors of a block: all lanes of one, or as many scalars as make the layout of the lanes
  /// worth its time.
  var vectorsPerBlock: Int {
    switch lanes {
    case .vectors: lanesPerBlock
    case .outputs: kernel == .expansion ? 8192 : 256
    }
  }
}
