/// Accelerators that differ in array, dataflow and buffers' sizes: every combination of the values, the
/// last field's changing from one to the next.
public struct DesignPoints: Sendable {
  /// Values of the fields that differ, in the order in which combinations come; nil: the base's own.
  public struct Axes: Sendable {
    public var rows: [Int]?
    public var columns: [Int]?
    public var dataflows: [Dataflow]?
    public var weightBufferWords: [Int]?
    public var activationBufferWords: [Int]?
    public var outputBufferWords: [Int]?

    public init() {}

    /// Combinations; infinite or rounded where an integer could not hold them.
    public var count: Double {
      [
        rows?.count, columns?.count, dataflows?.count, weightBufferWords?.count,
        activationBufferWords?.count, outputBufferWords?.count,
      ].reduce(1) { $0 * Double($1 ?? 1) }
    }
  }

  public let base: AcceleratorSpec
  public let axes: Axes
  public let count: Int

  /// - Precondition: 1 to 2³¹ combinations, of values that `AcceleratorSpec` takes.
  public init(_ base: AcceleratorSpec, _ axes: Axes = Axes()) {
    precondition((1...0x1p31).contains(axes.count), "no combination, or too many")
    self.base = base
    self.axes = axes
    count = Int(axes.count)
  }

  /// A combination.
  ///
  /// - Precondition: an index of 0 ..< `count`.
  public subscript(index: Int) -> AcceleratorSpec {
    precondition((0..<count).contains(index), "no such combination")
    var rest = index
    func next<Value>(_ values: [Value]?) -> Value? {
      guard let values else { return nil }
      defer { rest /= values.count }
      return values[rest % values.count]
    }
    var fields = AcceleratorSpec.Overrides()
    fields.outputBufferWords = next(axes.outputBufferWords)
    fields.activationBufferWords = next(axes.activationBufferWords)
    fields.weightBufferWords = next(axes.weightBufferWords)
    fields.dataflow = next(axes.dataflows)
    fields.columns = next(axes.columns)
    fields.rows = next(axes.rows)
    return base.overriding(fields)
  }
}
