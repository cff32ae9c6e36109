/// An 8-bit integer perceptron by its definition, one vector and one product at a time: what the
/// integer inference is compared with.
public struct NaiveIntegerNetwork {
  public var layers: [Layer]
  /// The product of a and w at `[w << 8 | a]`.
  public var table: [UInt32]
  public var accumulatorWidth: Int
  public var saturates: Bool
  /// One mask for each stored weight, the layers one after the other.
  public var weightFaults: [UInt8]
  /// One mask for each word of the activation buffer.
  public var activationFaults: [UInt8]

  public struct Layer {
    public let inputCount: Int
    public let outputCount: Int
    public let weights: [UInt8]
    public let bias: [Int32]
    public let multiplier: Int32
    public let shift: Int

    public init(
      inputCount: Int, outputCount: Int, weights: [UInt8], bias: [Int32], multiplier: Int32,
      shift: Int
    ) {
      self.inputCount = inputCount
      self.outputCount = outputCount
      self.weights = weights
      self.bias = bias
      self.multiplier = multiplier
      self.shift = shift
    }
  }

  public init(
    layers: [Layer], table: [UInt32], accumulatorWidth: Int, saturates: Bool,
    weightFaults: [UInt8], activationFaults: [UInt8]
  ) {
    self.layers = layers
    self.table = table
    self.accumulatorWidth = accumulatorWidth
    self.saturates = saturates
    self.weightFaults = weightFaults
    self.activationFaults = activationFaults
  }

  /// The logits of a batch, row-major.
  ///
  /// - Parameter capture: turns (layer, operation, settled product) into the captured product.
  public func logits(
    _ inputs: [UInt8], count: Int, capture: (Int, Int, UInt32) -> UInt32 = { $2 }
  ) -> [Int32] {
    let product = NaiveTableProduct(
      table: table, accumulatorWidth: accumulatorWidth, saturates: saturates)
    var stored = inputs
    var sums: [Int32] = []
    var firstWord = 0
    for (index, layer) in layers.enumerated() {
      let (k, n) = (layer.inputCount, layer.outputCount)
      let slots = activationFaults.count / k
      let read = (0..<count * k).map { position in
        stored[position] ^ activationFaults[position / k % slots * k + position % k]
      }
      let weights = layer.weights.indices.map { layer.weights[$0] ^ weightFaults[firstWord + $0] }
      firstWord += weights.count
      let accumulators = product.multiply(
        activations: read, weights: weights, m: count, k: k, n: n,
        capture: { capture(index, $0, $1) })
      sums = (0..<count * n).map { position in
        let vector = position / n
        let activationSum = read[vector * k..<(vector + 1) * k].reduce(0) { $0 + Int($1) }
        return Int32(
          Int(accumulators[position]) - 128 * activationSum + Int(layer.bias[position % n]))
      }
      stored = sums.map { sum in
        // ⌊x + 1/2⌋ is x rounded half away from zero for x ≥ 0; negative sums become 0.
        let scaled = Double(max(0, sum)) * Double(layer.multiplier)
        return UInt8(min(255, (scaled / Double(1 << layer.shift) + 0.5).rounded(.down)))
      }
    }
    return sums
  }
}
