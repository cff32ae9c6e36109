/// Sums over consecutive floats, always added in the same order: eight partial sums in double
/// precision, which vector units do at once, then those.
enum PlaneSums {
  /// Σ x.
  static func sum(_ x: UnsafePointer<Float>, _ count: Int) -> Double {
    reduce(count) {
      SIMD8<Double>(loading(x, $0))
    } rest: {
      Double(x[$0])
    }
  }

  /// Σ (x − mean)².
  static func squares(_ x: UnsafePointer<Float>, _ count: Int, around mean: Double) -> Double {
    reduce(count) {
      let distance = SIMD8<Double>(loading(x, $0)) - mean
      return distance * distance
    } rest: {
      (Double(x[$0]) - mean) * (Double(x[$0]) - mean)
    }
  }

  /// Σ x·y.
  static func products(
    _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, _ count: Int
  ) -> Double {
    reduce(count) {
      SIMD8<Double>(loading(x, $0)) * SIMD8<Double>(loading(y, $0))
    } rest: {
      Double(x[$0]) * Double(y[$0])
    }
  }

  @inline(__always)
  private static func reduce(
    _ count: Int, eight: (Int) -> SIMD8<Double>, rest: (Int) -> Double
  ) -> Double {
    var sums = SIMD8<Double>.zero
    var index = 0
    while index + 8 <= count {
      sums += eight(index)
      index += 8
    }
    var sum = sums.sum()
    while index < count {
      sum += rest(index)
      index += 1
    }
    return sum
  }

  @inline(__always)
  private static func loading(_ x: UnsafePointer<Float>, _ index: Int) -> SIMD8<Float> {
    UnsafeRawPointer(x + index).loadUnaligned(as: SIMD8<Float>.self)
  }
}
