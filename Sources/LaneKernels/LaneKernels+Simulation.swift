extension LaneKernels {
  static func runPortably(
    _ instructions: UnsafeBufferPointer<LaneInstruction>, _ blocks: UnsafeMutablePointer<Words>
  ) {
    run(instructions, blocks, vectorCount: vectorCount)
  }

  /// Executes instructions in their order on blocks of one vector, 512 lanes.
  ///
  /// - Parameters:
  ///   - instructions: with operands and outputs in 0..<(number of vectors).
  ///   - vectors: one a net.
  public static func runOnVectors(
    _ instructions: UnsafeBufferPointer<LaneInstruction>, _ vectors: UnsafeMutablePointer<Words>
  ) {
    run(instructions, vectors, vectorCount: 1)
  }

  @inline(__always)
  private static func run(
    _ instructions: UnsafeBufferPointer<LaneInstruction>, _ blocks: UnsafeMutablePointer<Words>,
    vectorCount: Int
  ) {
    for instruction in instructions {
      let a = blocks + vectorCount * Int(instruction.a)
      let b = blocks + vectorCount * Int(instruction.b)
      let c = blocks + vectorCount * Int(instruction.c)
      let y = blocks + vectorCount * Int(instruction.output)
      guard let operation = LaneOperation(rawValue: instruction.operation) else {
        preconditionFailure("no such operation")
      }
      for v in 0..<vectorCount { y[v] = operation.value(a[v], b[v], c[v]) }
    }
  }

  /// Source: Warren, *Hacker's Delight*, section 7-3.
  static func transposePortably(_ x: UnsafeMutablePointer<Words>, live: Int) {
    if live <= 16 {
      // The upper rows are 0: the first step is a split of the lower ones.
      let mask = Words(repeating: 0xFFFF)
      for row in 0..<16 {
        x[row + 16] = x[row] &>> 16
        x[row] &= mask
      }
    } else {
      exchange(x, 16, 0x0000_FFFF)
    }
    exchange(x, 8, 0x00FF_00FF)
    exchange(x, 4, 0x0F0F_0F0F)
    exchange(x, 2, 0x3333_3333)
    exchange(x, 1, 0x5555_5555)
  }

  @inline(__always)
  private static func exchange(_ x: UnsafeMutablePointer<Words>, _ distance: Int, _ bits: UInt32) {
    let mask = Words(repeating: bits)
    let shift = Words(repeating: UInt32(distance))
    for start in stride(from: 0, to: 32, by: 2 * distance) {
      for row in start..<start + distance {
        let t = ((x[row] &>> shift) ^ x[row + distance]) & mask
        x[row + distance] ^= t
        x[row] ^= t &<< shift
      }
    }
  }
}
