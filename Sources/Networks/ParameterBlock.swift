/// A named array of numbers that belongs to a layer: weights, a bias, running statistics.
public struct ParameterBlock: Hashable, Sendable {
  /// How the numbers begin.
  public enum Start: Hashable, Sendable {
    /// Normal, mean 0, standard deviation √(2/`inputs`). Source: He, Zhang, Ren, Sun, *Delving deep
    /// into rectifiers*, ICCV 2015, equation 10.
    case normal(inputs: Int)
    case constant(Float)
  }

  /// As PyTorch names it: `weight`, `bias`, `running_mean`; within a network the path of the layer
  /// stands before it.
  public let name: String
  /// The lengths, outermost first.
  public let shape: [Int]
  public let start: Start

  /// - Precondition: positive lengths.
  public init(name: String, shape: [Int], start: Start) {
    precondition(shape.allSatisfy { $0 > 0 }, "a length is positive")
    self.name = name
    self.shape = shape
    self.start = start
  }

  public var count: Int { shape.reduce(1, *) }

  /// The same block, of the layer at a path.
  func within(_ path: String) -> ParameterBlock {
    ParameterBlock(name: "\(path).\(name)", shape: shape, start: start)
  }
}
