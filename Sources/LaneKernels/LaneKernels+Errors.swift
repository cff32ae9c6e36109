import CLaneKernels

/// Rows of products: their operands and how their words are read.
///
/// A word w of n bits stands for (w ^ flip) − (offset − 2^52): flip 2^(n−1) and offset 2^52 +
/// 2^(n−1) for two's complement, 0 and 2^52 for unsigned words.
public typealias ErrorRows = AXErrorRows

/// What a run of products adds up to, in eight lanes: product i of a row counts in lane i % 8.
///
/// `relative` and `worstRelative` are of quotients that are rounded three times.
public typealias ErrorLanes = AXErrorLanes

extension LaneKernels {
  private typealias Reals = SIMD8<Double>
  private typealias Integers = SIMD8<UInt64>

  static func addErrorsPortably(
    _ products: UnsafePointer<UInt32>, _ rows: Int, _ format: ErrorRows, _ lanes: inout ErrorLanes
  ) {
    let length = Int(format.length)
    let (flip, offset) = (SIMD8<UInt32>(repeating: format.flip), format.offset)
    let squaresAreWide = format.squaresAreWide != 0
    let (values, inverses) = (
      UnsafeRawPointer(format.inner), UnsafeRawPointer(format.innerReciprocals)
    )
    guard let values, let inverses, let outers = format.outer,
      let outerReciprocals = format.outerReciprocals
    else { return }
    let two52 = 4_503_599_627_370_496.0
    withUnsafeMutablePointer(to: &lanes) { lanes in
      let sums = UnsafeMutableRawPointer(lanes)
      func load(_ field: Int) -> Reals {
        sums.loadUnaligned(fromByteOffset: 64 * field, as: Reals.self)
      }
      func loadIntegers(_ field: Int) -> Integers {
        sums.loadUnaligned(fromByteOffset: 64 * field, as: Integers.self)
      }
      var (errors, absolute, squares) = (load(0), load(1), load(2))
      var (worst, relative, worstRelative) = (load(3), load(4), load(5))
      var (count, low, high) = (loadIntegers(6), loadIntegers(7), loadIntegers(8))
      for row in 0..<rows {
        let words = UnsafeRawPointer(products + row * length)
        let (outer, outerReciprocal) = (outers[row], outerReciprocals[row])
        for i in stride(from: 0, to: length, by: 8) {
          // 2^52 + w has the integer w in its low bits.
          let word = words.loadUnaligned(fromByteOffset: 4 * i, as: SIMD8<UInt32>.self) ^ flip
          let wide = Integers(truncatingIfNeeded: word) | 0x4330_0000_0000_0000
          let exact = values.loadUnaligned(fromByteOffset: 8 * i, as: Reals.self) * outer
          let error = (unsafeBitCast(wide, to: Reals.self) - offset) - exact
          let magnitude = unsafeBitCast(
            unsafeBitCast(error, to: Integers.self) & 0x7FFF_FFFF_FFFF_FFFF, to: Reals.self)
          errors += error
          absolute += magnitude
          count &+= unsafeBitCast(Self.smaller(magnitude, one) + two52, to: Integers.self) & 1
          worst = Self.larger(worst, magnitude)
          if squaresAreWide {
            let integer = unsafeBitCast(magnitude + two52, to: Integers.self) & 0xFFFF_FFFF
            let square = integer &* integer
            low &+= square & 0xFFFF_FFFF
            high &+= square &>> 32
          } else {
            squares += magnitude * magnitude
          }
          let inverse = inverses.loadUnaligned(fromByteOffset: 8 * i, as: Reals.self)
          let quotient = magnitude * (inverse * outerReciprocal)
          relative += quotient
          worstRelative = Self.larger(worstRelative, quotient)
        }
      }
      let reals = [errors, absolute, squares, worst, relative, worstRelative]
      for (field, value) in reals.enumerated() {
        sums.storeBytes(of: value, toByteOffset: 64 * field, as: Reals.self)
      }
      for (field, value) in [count, low, high].enumerated() {
        sums.storeBytes(of: value, toByteOffset: 64 * (6 + field), as: Integers.self)
      }
    }
  }

  private static var one: Reals { Reals(repeating: 1) }

  /// The larger of two numbers that are not negative: their bits are ordered as they are. The
  /// standard library's comparisons of vectors go lane by lane.
  @inline(__always)
  private static func larger(_ left: Reals, _ right: Reals) -> Reals {
    let a = unsafeBitCast(left, to: SIMD8<Int64>.self)
    let difference = a &- unsafeBitCast(right, to: SIMD8<Int64>.self)
    return unsafeBitCast(a &- (difference & (difference &>> 63)), to: Reals.self)
  }

  @inline(__always)
  private static func smaller(_ left: Reals, _ right: Reals) -> Reals {
    let b = unsafeBitCast(right, to: SIMD8<Int64>.self)
    let difference = unsafeBitCast(left, to: SIMD8<Int64>.self) &- b
    return unsafeBitCast(b &+ (difference & (difference &>> 63)), to: Reals.self)
  }
}

extension ErrorLanes {
  /// The sum of the eight lanes of a field, always in the same order.
  public static func sum(
    _ lanes: (Double, Double, Double, Double, Double, Double, Double, Double)
  ) -> Double {
    ((lanes.0 + lanes.4) + (lanes.2 + lanes.6)) + ((lanes.1 + lanes.5) + (lanes.3 + lanes.7))
  }

  public static func sum(
    _ lanes: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64)
  ) -> UInt64 {
    lanes.0 &+ lanes.1 &+ lanes.2 &+ lanes.3 &+ lanes.4 &+ lanes.5 &+ lanes.6 &+ lanes.7
  }

  public static func max(
    _ lanes: (Double, Double, Double, Double, Double, Double, Double, Double)
  ) -> Double {
    Swift.max(
      Swift.max(lanes.0, lanes.1, lanes.2, lanes.3), Swift.max(lanes.4, lanes.5, lanes.6, lanes.7))
  }
}
