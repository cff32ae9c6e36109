import Networks

/// The largest words of windows of 2 × 2 side by side, where each byte is its own integer: eight at
/// once.
struct WordMaxima {
  private let source: FeatureShape
  private let target: FeatureShape

  /// Windows of a row that are compared at once.
  private static let lanes = SIMD8<Int16>.scalarCount

  /// - Returns: nil for windows or words of another kind.
  init?(
    _ spec: PoolingSpec, codec: WordCodec, source: FeatureShape, target: FeatureShape
  ) {
    guard spec.kernel == 2, spec.stride == 2, spec.padding == 0, codec.isIdentity,
      source.columns < Int(Int16.max)
    else { return nil }
    self.source = source
    self.target = target
  }

  /// The largest word of each window.
  ///
  /// - Parameters:
  ///   - words: `count` images of the source's shape.
  func words(of words: [UInt8], count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count * target.count) { result, initialized in
      initialized = count * target.count
      forEachWindows(
        of: words, count: count,
        eight: { place, _, largest, _ in
          result.storeEight(SIMD8<UInt8>(truncatingIfNeeded: largest), at: place)
        },
        one: { place, _, largest, _ in result[place] = largest })
    }
  }

  /// The place of that word within its plane, of equal ones the first, row by row.
  ///
  /// - Parameters:
  ///   - words: `count` images of the source's shape.
  func positions(in words: [UInt8], count: Int) -> [Int32] {
    [Int32](unsafeUninitializedCapacity: count * target.count) { result, initialized in
      initialized = count * target.count
      let corners = SIMD8<Int32>(0, 2, 4, 6, 8, 10, 12, 14)
      forEachWindows(
        of: words, count: count,
        eight: { place, corner, _, offset in
          result.storeEight(
            corners &+ corner &+ SIMD8<Int32>(truncatingIfNeeded: offset), at: place)
        },
        one: { place, corner, _, offset in result[place] = corner &+ Int32(offset) })
    }
  }

  /// Calls a body for eight windows of a row, the last of which may overlap those before, or for one.
  ///
  /// - Parameters:
  ///   - eight: given the first window among all, the first word of its plane that it reads, the
  ///     largest words, and how far behind their windows' first they are.
  ///   - one: the same of one window.
  @inline(__always)
  private func forEachWindows(
    of words: [UInt8], count: Int,
    eight: (Int, Int32, SIMD8<Int16>, SIMD8<Int16>) -> Void,
    one: (Int, Int32, UInt8, Int16) -> Void
  ) {
    precondition(words.count == count * source.count, "words of other images")
    let (width, columns) = (source.columns, target.columns)
    words.withUnsafeBufferPointer { words in
      guard let words = words.baseAddress else { return }
      for plane in 0..<count * source.channels {
        for row in 0..<target.rows {
          let first = plane &* target.positions &+ row &* columns
          let corner = 2 &* row &* width
          let upper = words + (plane &* source.positions &+ corner)
          guard columns >= Self.lanes else {
            for column in 0..<columns {
              let (largest, offset) = Self.largest(upper + 2 &* column, width)
              let place = Int32(truncatingIfNeeded: corner &+ 2 &* column)
              one(first &+ column, place, largest, offset)
            }
            continue
          }
          var column = 0
          while true {
            let (largest, offset) = Self.largestOfEight(upper + 2 &* column, width)
            let place = Int32(truncatingIfNeeded: corner &+ 2 &* column)
            eight(first &+ column, place, largest, offset)
            if column == columns &- Self.lanes { break }
            column = min(column &+ Self.lanes, columns &- Self.lanes)
          }
        }
      }
    }
  }

  /// - Parameter words: of the upper row; those of the lower are `width` behind.
  @inline(__always)
  private static func largest(
    _ words: UnsafePointer<UInt8>, _ width: Int
  ) -> (word: UInt8, offset: Int16) {
    var (largest, offset) = (words[0], Int16(0))
    @inline(__always) func compare(_ place: Int) {
      let takes = words[place] > largest
      largest = takes ? words[place] : largest
      offset = takes ? Int16(truncatingIfNeeded: place) : offset
    }
    compare(1)
    compare(width)
    compare(width &+ 1)
    return (largest, offset)
  }

  @inline(__always)
  private static func largestOfEight(
    _ words: UnsafePointer<UInt8>, _ width: Int
  ) -> (words: SIMD8<Int16>, offsets: SIMD8<Int16>) {
    // Each lane holds two words side by side, the first in its low byte.
    let upper = UnsafeRawPointer(words).loadUnaligned(as: SIMD8<UInt16>.self)
    let lower = UnsafeRawPointer(words + width).loadUnaligned(as: SIMD8<UInt16>.self)
    var largest = SIMD8<Int16>(truncatingIfNeeded: upper & 255)
    var offset = SIMD8<Int16>.zero
    @inline(__always) func compare(_ values: SIMD8<UInt16>, _ place: Int) {
      let values = SIMD8<Int16>(truncatingIfNeeded: values)
      let takes = values .> largest
      largest.replace(with: values, where: takes)
      offset.replace(with: Int16(truncatingIfNeeded: place), where: takes)
    }
    compare(upper &>> 8, 1)
    compare(lower & 255, width)
    compare(lower &>> 8, width &+ 1)
    return (largest, offset)
  }
}

extension UnsafeMutableBufferPointer {
  /// Stores lanes of the buffer's elements at any address.
  @inline(__always)
  fileprivate func storeEight<Lanes: SIMD>(_ lanes: Lanes, at place: Int)
  where Lanes.Scalar == Element {
    guard let baseAddress else { return }
    UnsafeMutableRawPointer(baseAddress + place).storeBytes(of: lanes, as: Lanes.self)
  }
}
