/// Four floats at once, at any address: what the vector unit of every processor does.
enum FloatLanes {
  static let count = 4

  @inline(__always)
  static func load(_ source: UnsafePointer<Float>) -> SIMD4<Float> {
    UnsafeRawPointer(source).loadUnaligned(as: SIMD4<Float>.self)
  }

  @inline(__always)
  static func store(_ lanes: SIMD4<Float>, _ target: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(target).storeBytes(of: lanes, as: SIMD4<Float>.self)
  }

  /// Calls the body with the first place of each four of 0 ..< `count`. The last four may overlap
  /// those before, so a body that reads what it writes must not be used.
  ///
  /// - Returns: false, with no call, for fewer than four.
  @inline(__always)
  static func forEachFour(of count: Int, _ body: (Int) -> Void) -> Bool {
    guard count >= Self.count else { return false }
    var place = 0
    while place < count - Self.count {
      body(place)
      place &+= Self.count
    }
    body(count - Self.count)
    return true
  }

  /// Copies a short row.
  @inline(__always)
  static func copy(
    _ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int
  ) {
    if !forEachFour(of: count, { store(load(source + $0), target + $0) }) {
      for place in 0..<count { target[place] = source[place] }
    }
  }

  /// Copies short rows, `stride` floats apart. A call, so that its loop has the registers to itself.
  @inline(never)
  static func copyRows(
    _ source: UnsafePointer<Float>, stride sourceStride: Int,
    to target: UnsafeMutablePointer<Float>, stride targetStride: Int, rows: Int, count: Int
  ) {
    var (source, target) = (source, target)
    for _ in 0..<rows {
      copy(source, to: target, count: count)
      source += sourceStride
      target += targetStride
    }
  }

  /// Adds short rows to others, as `copyRows` copies them.
  @inline(never)
  static func addRows(
    _ source: UnsafePointer<Float>, stride sourceStride: Int,
    to target: UnsafeMutablePointer<Float>, stride targetStride: Int, rows: Int, count: Int
  ) {
    var (source, target) = (source, target)
    for _ in 0..<rows {
      add(source, to: target, count: count)
      source += sourceStride
      target += targetStride
    }
  }

  /// Adds a short row to another.
  @inline(__always)
  static func add(
    _ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int
  ) {
    var place = 0
    while place + Self.count <= count {
      store(load(target + place) + load(source + place), target + place)
      place &+= Self.count
    }
    while place < count {
      target[place] += source[place]
      place &+= 1
    }
  }
}
