import Foundation

/// Output bits that are captured wrong independently of each other, prepared for drawing.
///
/// An error is a product with at least one wrong bit: P = 1 − Πᵦ(1 − pᵦ). Given an error, its lowest
/// wrong bit is b with probability pᵦ·Π_{c<b}(1 − p_c)/P; after a wrong bit b the next one is
/// c > b with p_c·Π_{b<d<c}(1 − p_d), or there is none. That chain has exactly the distribution of
/// independent bits under the condition that one is wrong, so errors can be skipped to by P.
public struct BitErrors: Hashable, Sendable {
  /// The probability of each bit, least significant first, in [0, 1].
  public let probabilities: [Double]
  /// The probability that at least one bit is wrong.
  public let probability: Double
  /// The lowest wrong bit given an error, plus `more` if a higher bit is wrong too; nil without
  /// errors.
  public let first: AliasTable?
  /// At [b·width + c], c ≥ b: the probability that a bit in b + 1 … c is wrong.
  public let later: [Double]

  public static let more: UInt32 = 32

  /// - Precondition: 1 to 32 probabilities in 0 … 1.
  public init(probabilities: [Double]) {
    precondition((1...32).contains(probabilities.count), "1 to 32 output bits")
    precondition(probabilities.allSatisfy { (0...1).contains($0) }, "probability outside [0, 1]")
    let width = probabilities.count
    self.probabilities = probabilities
    let logRight: Double = probabilities.reduce(0) { $0 + log1p(-$1) }
    probability = -expm1(logRight)
    var later = [Double](repeating: 0, count: width * width)
    for bit in 0..<width {
      var logRight = 0.0
      for next in bit + 1..<max(width, bit + 1) {
        logRight += log1p(-probabilities[next])
        later[bit * width + next] = -expm1(logRight)
      }
    }
    self.later = later
    var outcomes: [UInt32] = []
    var weights: [Double] = []
    var lowerRight = 1.0
    for bit in 0..<width {
      let any = later[bit * width + width - 1]
      outcomes += [UInt32(bit), UInt32(bit) | Self.more]
      weights += [
        probabilities[bit] * lowerRight * (1 - any), probabilities[bit] * lowerRight * any,
      ]
      lowerRight *= 1 - probabilities[bit]
    }
    first = probability > 0 ? AliasTable(outcomes: outcomes, weights: weights) : nil
  }

  /// The probability that a bit above this one is wrong.
  @inlinable
  public func anyLater(than bit: Int) -> Double {
    later[bit * probabilities.count + probabilities.count - 1]
  }

  /// The next wrong bit above one, or nil if there is none.
  ///
  /// - Parameter uniform: in [0, 1).
  @inlinable
  public func next(above bit: Int, uniform: Double) -> Int? {
    guard uniform < anyLater(than: bit) else { return nil }
    let row = bit * probabilities.count
    var next = bit + 1
    while uniform >= later[row + next] { next += 1 }
    return next
  }
}
