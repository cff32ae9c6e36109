import ErrorTables

/// How the buffers of a sweep's chips fail and are protected.
public struct MemoryChoice: Hashable, Sendable {
  public var drawing: FaultDrawing
  public var weights: BufferFaultModel
  public var activations: BufferFaultModel

  public init(
    drawing: FaultDrawing = .perCell, weights: BufferFaultModel = .flips,
    activations: BufferFaultModel = .flips
  ) {
    self.drawing = drawing
    self.weights = weights
    self.activations = activations
  }

  /// Whether what failing cells hold is replaced by what the word's encoding makes of it.
  var masksWords: Bool {
    [weights, activations].contains {
      $0.protection == .bitMasking || $0.protection == .wordMasking
    }
  }

  /// Unprotected cells that are read inverted, a random number for each.
  public static let standard = MemoryChoice()
}
