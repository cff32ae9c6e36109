/// A value of a graph that does not depend on its input: a tensor, or what a node makes of one.
indirect enum ONNXConstant {
  case tensor(ONNXTensor)
  /// A matrix with rows and columns exchanged.
  case transposed(ONNXConstant)
  /// Integers that `DequantizeLinear` makes real.
  case dequantized(ONNXTensor, QuantizationHint)
  /// Real numbers that are quantized and made real again: the numbers themselves are kept.
  case quantized(ONNXConstant, QuantizationHint)
  /// The integers of real numbers, of which only `DequantizeLinear` makes something.
  case integers(ONNXConstant, QuantizationHint)

  var shape: [Int] {
    switch self {
    case .tensor(let tensor), .dequantized(let tensor, _): tensor.shape
    case .transposed(let matrix): matrix.shape.reversed()
    case .quantized(let constant, _), .integers(let constant, _): constant.shape
    }
  }

  var count: Int {
    switch self {
    case .tensor(let tensor), .dequantized(let tensor, _): tensor.count
    case .transposed(let constant), .quantized(let constant, _), .integers(let constant, _):
      constant.count
    }
  }

  /// How many nodes made it.
  var depth: Int {
    switch self {
    case .tensor: 0
    case .dequantized: 1
    case .transposed(let constant), .quantized(let constant, _), .integers(let constant, _):
      1 + constant.depth
    }
  }

  /// How the numbers are quantized, along an axis of this constant's shape.
  var hint: QuantizationHint? {
    switch self {
    case .tensor: nil
    case .transposed(let constant): constant.hint?.transposed
    case .dequantized(_, let hint), .quantized(_, let hint), .integers(_, let hint): hint
    }
  }

  /// The tensor itself, if no node changed it.
  var tensor: ONNXTensor? {
    if case .tensor(let tensor) = self { return tensor }
    return nil
  }

  /// The numbers in single precision, row-major. Those that the file stores as integers are
  /// scale · (integer − zero point), rounded once.
  ///
  /// - Throws: `InputError` 65 if they are not of real numbers, or not finite.
  func reals() throws -> [Float] {
    switch self {
    case .tensor(let tensor): return try tensor.reals()
    case .quantized(let constant, _): return try constant.reals()
    case .integers(let constant, _): return try constant.reals()
    case .transposed(let constant):
      let (values, shape) = (try constant.reals(), constant.shape)
      let (rows, columns) = (shape[0], shape[1])
      return [Float](unsafeUninitializedCapacity: values.count) { buffer, initialized in
        for row in 0..<rows {
          for column in 0..<columns {
            buffer.initializeElement(
              at: column * rows + row, to: values[row * columns + column])
          }
        }
        initialized = values.count
      }
    case .dequantized(let tensor, let hint):
      let integers = try tensor.integers()
      let stride = hint.axis.map { tensor.shape[($0 + 1)...].reduce(1, *) } ?? 1
      let reals = integers.enumerated().map { index, integer in
        let place = hint.axis == nil ? 0 : index / stride % hint.scales.count
        return Float(Double(integer - hint.zeroPoints[place]) * Double(hint.scales[place]))
      }
      guard reals.allSatisfy(\.isFinite) else {
        throw tensor.refusal("its real numbers are beyond single precision")
      }
      return reals
    }
  }
}
