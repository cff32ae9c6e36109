/// A table of products as a short sum of products of two factors, each of one operand alone:
/// T[a, w] = Σᵣ uᵣ[a]·vᵣ[w], true of all 65,536 pairs.
///
/// The exact product is one term. So are multipliers that first shorten each operand; those that
/// round operands to powers of two, or leave out low partial products, are a few.
struct IntegerFactors: Sendable {
  /// One product of factors.
  struct Term: Hashable, Sendable {
    /// For each activation.
    let activations: [Int16]
    /// For each weight.
    let weights: [Int16]

    /// Whether the factor of every activation is that activation.
    let isActivation: Bool

    init(activations: [Int16], weights: [Int16]) {
      self.activations = activations
      self.weights = weights
      isActivation = activations.indices.allSatisfy { Int(activations[$0]) == $0 }
    }
  }

  let terms: [Term]

  /// The largest number of terms that is looked for: with more, look-ups are faster on every
  /// instruction set.
  static let longest = 4

  /// Looks for terms by elimination, each with a pivot that divides all entries of its column or
  /// row, so that what is left stays integer; nil if none or too many are found.
  ///
  /// - Parameter products: 65,536 at `[w << 8 | a]`.
  init?(products: [UInt16]) {
    guard !Self.surelyHasMoreTerms(products) else { return nil }
    var rest = products.map { Int32($0) }
    var terms: [Term] = []
    while rest.contains(where: { $0 != 0 }) {
      guard terms.count < Self.longest, let term = Self.term(of: rest) else { return nil }
      for index in rest.indices {
        rest[index] &-= Int32(term.weights[index >> 8]) &* Int32(term.activations[index & 255])
      }
      terms.append(term)
    }
    // A table of zeros has no term; one that is zero keeps the kernels free of that case.
    if terms.isEmpty {
      let zeros = [Int16](repeating: 0, count: 256)
      terms = [Term(activations: zeros, weights: zeros)]
    }
    self.terms = terms
    guard holds(for: products) else { return nil }
  }

  /// The proof: every pair of operands, by the definition.
  private func holds(for products: [UInt16]) -> Bool {
    products.indices.allSatisfy { index in
      var sum = 0
      for term in terms {
        sum += Int(term.activations[index & 255]) * Int(term.weights[index >> 8])
      }
      return sum == Int(products[index])
    }
  }

  /// The term of the smallest pivot that leaves integers; nil if a factor is beyond 16 bits.
  private static func term(of rest: [Int32]) -> Term? {
    var best: (pivot: UInt32, weight: Int, activation: Int, dividesActivations: Bool)?
    for line in 0..<256 {
      // All entries of one weight, then all of one activation.
      for isWeight in [true, false] {
        var divisor: UInt32 = 0
        for other in 0..<256 {
          let entry = rest[isWeight ? line << 8 | other : other << 8 | line]
          divisor = gcd(divisor, entry.magnitude)
        }
        guard divisor > 0, divisor < best?.pivot ?? .max else { continue }
        let place = (0..<256).first {
          rest[isWeight ? line << 8 | $0 : $0 << 8 | line].magnitude == divisor
        }
        guard let place else { continue }
        best =
          isWeight
          ? (divisor, line, place, true) : (divisor, place, line, false)
      }
    }
    guard let best else { return nil }
    let pivot = rest[best.weight << 8 | best.activation]
    let ofActivations = (0..<256).map { rest[best.weight << 8 | $0] }
    let ofWeights = (0..<256).map { rest[$0 << 8 | best.activation] }
    let activations = best.dividesActivations ? ofActivations.map { $0 / pivot } : ofActivations
    let weights = best.dividesActivations ? ofWeights : ofWeights.map { $0 / pivot }
    let term = Term(
      activations: activations.compactMap { Int16(exactly: $0) },
      weights: weights.compactMap { Int16(exactly: $0) })
    return term.activations.count == 256 && term.weights.count == 256 ? term : nil
  }

  private static func gcd(_ a: UInt32, _ b: UInt32) -> UInt32 {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return a
  }

  /// Whether a sample of rows and columns has a rank above `longest` modulo a prime, which the table
  /// then has too.
  private static func surelyHasMoreTerms(_ products: [UInt16]) -> Bool {
    let (size, prime) = (24, UInt64(2_147_483_647))
    var matrix = (0..<size).map { row in
      (0..<size).map { column in
        UInt64(products[((row * 53 + 7) % 256) << 8 | (column * 91 + 3) % 256])
      }
    }
    var rank = 0
    for column in 0..<size {
      guard let pivot = (rank..<size).first(where: { matrix[$0][column] != 0 }) else { continue }
      matrix.swapAt(rank, pivot)
      let scale = matrix[rank][column]
      for row in rank + 1..<max(size, rank + 1) {
        let factor = prime - matrix[row][column]
        for place in column..<size {
          matrix[row][place] =
            (matrix[row][place] * scale + factor % prime * matrix[rank][place]) % prime
        }
      }
      rank += 1
      if rank > longest { return true }
    }
    return false
  }
}
