import Files

/// A matrix product as a layer needs it, perhaps several times: once a group of a convolution.
public struct GEMM: Hashable, Sendable {
  public private(set) var name: String
  public let shape: MatrixShape
  /// How often the product is done, each time with other operands.
  public let repetitions: Int
  /// Of a convolution whose patches share words or have padding; nil: each activation is a word of
  /// its own.
  public let convolution: ConvolutionGeometry?

  /// The largest M, K, N and number of repetitions: 2³¹ − 1.
  public static let maximumExtent = Int(Int32.max)

  /// The name of the row that adds layers up, which no layer may have.
  static let totalName = "total"

  /// - Throws: `WorkloadError` if an extent is outside 1 … `maximumExtent`, or the name is `total`.
  /// - Precondition: whole images and channels of a convolution.
  public init(
    name: String, m: Int, k: Int, n: Int, repetitions: Int = 1,
    convolution: ConvolutionGeometry? = nil
  ) throws(WorkloadError) {
    guard name != Self.totalName else {
      throw WorkloadError("that is the name of the row of totals: give the layer another")
    }
    for (letter, extent) in [("m", m), ("k", k), ("n", n), ("repetitions", repetitions)]
    where !(1...Self.maximumExtent).contains(extent) {
      throw WorkloadError(
        "\(letter) = \(extent) is outside 1 … \(Self.maximumExtent)")
    }
    self.name = name
    shape = MatrixShape(m: m, k: k, n: n)
    self.repetitions = repetitions
    self.convolution = convolution
    guard let convolution else { return }
    precondition(
      m.isMultiple(of: convolution.positions) && k.isMultiple(of: convolution.taps),
      "a part of an image or of a channel")
  }

  /// A dense layer for a batch: batch × inputs by inputs × outputs.
  public static func dense(
    name: String, batch: Int, inputs: Int, outputs: Int
  ) throws(WorkloadError) -> GEMM {
    try GEMM(name: name, m: batch, k: inputs, n: outputs)
  }

  /// The same product under another name, whatever that is.
  func named(_ name: String) -> GEMM {
    var product = self
    product.name = name
    return product
  }

  /// The shape of `64x64x64`, M×K×N, or nil if the text is none.
  public static func extents(_ text: String) -> (m: Int, k: Int, n: Int)? {
    let parts = text.split(separator: /[x×]/, omittingEmptySubsequences: false)
    let values = parts.compactMap { part in
      part.allSatisfy { ("0"..."9").contains($0) } ? Int(part) : nil
    }
    guard parts.count == 3, values.count == 3 else { return nil }
    return (values[0], values[1], values[2])
  }
}

/// Why a layer is no work for an array.
public struct WorkloadError: Error, Hashable, Sendable {
  public let reason: String

  init(_ reason: String) { self.reason = reason }
}
