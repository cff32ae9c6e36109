/// Whether numbers are finite: asked of all parameters after each step, so in a loop of integer
/// operations that runs as vectors.
enum Finiteness {
  static func holds(for values: [Float]) -> Bool {
    values.withUnsafeBufferPointer { values in
      let exponent: UInt32 = 0x7F80_0000
      var found: UInt32 = 0
      for value in values { found |= value.bitPattern & exponent == exponent ? 1 : 0 }
      return found == 0
    }
  }
}
