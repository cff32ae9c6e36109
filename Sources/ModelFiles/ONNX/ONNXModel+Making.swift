import Foundation

extension ONNXAttributeProto {
  static func integer(_ name: String, _ value: Int) -> Self {
    var attribute = Self()
    (attribute.name, attribute.type, attribute.i) = (name, .int, Int64(value))
    return attribute
  }

  static func integers(_ name: String, _ values: [Int]) -> Self {
    var attribute = Self()
    (attribute.name, attribute.type) = (name, .ints)
    attribute.ints = values.map { Int64($0) }
    return attribute
  }

  static func real(_ name: String, _ value: Float) -> Self {
    var attribute = Self()
    (attribute.name, attribute.type, attribute.f) = (name, .float, value)
    return attribute
  }
}

extension ONNXTensorProto {
  static func reals(_ name: String, _ shape: [Int], _ values: ArraySlice<Float>) -> Self {
    var tensor = Self()
    (tensor.name, tensor.dataType) = (name, ONNXTensor.Kind.float.rawValue)
    tensor.dims = shape.map { Int64($0) }
    tensor.rawData = values.map(\.bitPattern.littleEndian).withUnsafeBytes { Data($0) }
    return tensor
  }

  static func integers(_ name: String, _ values: [Int64]) -> Self {
    var tensor = Self()
    (tensor.name, tensor.dataType) = (name, ONNXTensor.Kind.int64.rawValue)
    tensor.dims = [Int64(values.count)]
    tensor.rawData = values.map(\.littleEndian).withUnsafeBytes { Data($0) }
    return tensor
  }
}

extension ONNXValueInfoProto {
  /// A tensor of floats: a batch of open length, and the other lengths.
  static func value(_ name: String, _ lengths: [Int]) -> Self {
    var batch = ONNXTensorShapeProto.Dimension()
    batch.dimParam = "batch"
    var value = Self()
    value.name = name
    value.type.tensorType.elemType = ONNXTensor.Kind.float.rawValue
    value.type.tensorType.shape.dim =
      [batch]
      + lengths.map {
        var dimension = ONNXTensorShapeProto.Dimension()
        dimension.dimValue = Int64($0)
        return dimension
      }
    return value
  }
}
