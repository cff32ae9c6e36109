import Files
import Quantities

extension LayerEstimate {
  /// The columns of `axtrain simulate`.
  public static let columns = [
    ColumnDefinition(
      "layer", "The layer's name; `total` in a row of all layers, whose sums these are."),
    ColumnDefinition("m", "Rows of the activations: output positions × batch."),
    ColumnDefinition("k", "The extent that is summed over."),
    ColumnDefinition("n", "Columns of the weights: outputs of a group."),
    ColumnDefinition("rows", "Rows of the array."),
    ColumnDefinition("columns", "Columns of the array."),
    ColumnDefinition("dataflow", "Which operand stays in the elements."),
    ColumnDefinition("convention", "What the cycles count: `physical` or `scalesim`."),
    ColumnDefinition(
      "compute_cycles", "Cycles of all folds, loading and draining included; of the vector unit."),
    ColumnDefinition(
      "stall_cycles", "Cycles in which the array stands still, for DRAM or for buffers' banks."),
    ColumnDefinition("total_cycles", "Compute and stall cycles."),
    ColumnDefinition(
      "utilization",
      "Multiplications over elements × total cycles: a share of 1; more in the smallest products by `scalesim`, whose count is one short."
    ),
    ColumnDefinition(
      "mapping_efficiency",
      "Elements that have work, the mean over the folds: a share of 1; empty of the vector unit's layers."
    ),
    ColumnDefinition("groups", "How often the product is done; all counts are of all together."),
    ColumnDefinition("folds", "Parts that the array works on one after the other."),
    ColumnDefinition("multiplications", "Products of elements in use."),
    ColumnDefinition("accumulations", "Additions of products to partial sums."),
    ColumnDefinition(
      "stationary_changes",
      "Elements that take over another held operand; where a fold leaves rows idle, those that lose theirs."
    ),
    ColumnDefinition(
      "encoding",
      "How words stand for integers: `offset`, `twos_complement` or `sign_magnitude`; the model's own where its values are computed."
    ),
    ColumnDefinition("activation_bits", "Width of an activation, bits."),
    ColumnDefinition("weight_bits", "Width of a weight, bits."),
    ColumnDefinition("accumulator_bits", "Width of a partial sum, bits."),
    ColumnDefinition("activation_reads", "Words read from the activation buffer."),
    ColumnDefinition("weight_reads", "Words read from the weight buffer."),
    ColumnDefinition("output_writes", "Words of activation width written to the output buffer."),
    ColumnDefinition("psum_reads", "Partial sums read from the accumulator bank."),
    ColumnDefinition("psum_writes", "Partial sums written to the accumulator bank."),
    ColumnDefinition("dram_read_bits", "Bits of operands fetched from DRAM."),
    ColumnDefinition("dram_write_bits", "Bits of outputs stored to DRAM."),
    ColumnDefinition(
      "activation_fills", "Operands written into the activation buffer as DRAM sent them."),
    ColumnDefinition(
      "weight_fills", "Operands written into the weight buffer as DRAM sent them."),
    ColumnDefinition(
      "output_stores", "Words of activation width read from the output buffer for DRAM."),
    ColumnDefinition("register_bit_clocks", "Flip-flops that got a clock edge."),
    ColumnDefinition(
      "bank_stall_cycles", "Of the stall cycles, those for banks with more accesses than ports."),
    ColumnDefinition(
      "activation_reads_per_cycle",
      "Words read from the activation buffer over total cycles: SCALE-Sim's average IFMAP SRAM bandwidth."
    ),
    ColumnDefinition(
      "weight_reads_per_cycle",
      "Words read from the weight buffer over total cycles: the average filter SRAM bandwidth."),
    ColumnDefinition(
      "output_writes_per_cycle",
      "Words written to the output buffer over total cycles: the average OFMAP SRAM bandwidth."),
    ColumnDefinition(
      "dram_activation_bits_per_cycle",
      "Bits of activations fetched from DRAM over total cycles: the average IFMAP DRAM bandwidth."),
    ColumnDefinition(
      "dram_weight_bits_per_cycle",
      "Bits of weights fetched from DRAM over total cycles: the average filter DRAM bandwidth."),
    ColumnDefinition(
      "dram_output_bits_per_cycle",
      "Bits of outputs stored to DRAM over total cycles: the average OFMAP DRAM bandwidth."),
  ]

  /// A row for each layer, and their total.
  ///
  /// - Parameters:
  ///   - energyTable: adds `LayerEnergy.columns`.
  ///   - clockPeriod: of the energy-delay product.
  /// - Throws: `InputError` 65 if a total does not fit 64 bits.
  public static func table(
    _ estimates: [LayerEstimate], of spec: AcceleratorSpec, _ convention: CycleConvention,
    energyTable: EnergyTable? = nil, clockPeriod: Delay? = nil
  ) throws -> ResultTable {
    var table = ResultTable(columns: columns + (energyTable == nil ? [] : LayerEnergy.columns))
    let energies =
      energyTable.map {
        LayerEnergy.cells(of: estimates, on: spec, by: $0, clockPeriod: clockPeriod)
      } ?? [[CellValue]](repeating: [], count: estimates.count + 1)
    for (estimate, energy) in zip(estimates, energies) {
      let shape = estimate.layer.shape
      table.append(
        [.text(estimate.layer.name), .integer(shape.m), .integer(shape.k), .integer(shape.n)]
          + cells(Sums(estimate), spec, convention, groups: estimate.layer.repetitions) + energy)
    }
    var total = Sums()
    for estimate in estimates { total.add(Sums(estimate)) }
    table.append(
      try totalCells(total, of: spec, convention, layers: estimates.count)
        + energies[estimates.count])
    return table
  }

  /// The cells of the row that adds layers up.
  ///
  /// - Throws: `InputError` 65 if it does not fit 64 bits.
  static func totalCells(
    _ total: Sums, of spec: AcceleratorSpec, _ convention: CycleConvention, layers: Int
  ) throws -> [CellValue] {
    guard total.isInRange else {
      throw InputError(
        .badData, "the total of \(layers) layers does not fit 64 bits: simulate fewer")
    }
    return [.text(GEMM.totalName), .missing, .missing, .missing]
      + cells(total, spec, convention, groups: nil)
  }

  /// The first cells of that row, which say what it is of.
  static func totalName(of spec: AcceleratorSpec, _ convention: CycleConvention) -> [CellValue] {
    [.text(GEMM.totalName), .missing, .missing, .missing] + names(of: spec, convention)
  }

  private static func names(
    of spec: AcceleratorSpec, _ convention: CycleConvention
  ) -> [CellValue] {
    [
      .integer(spec.rows), .integer(spec.columns), .text(spec.dataflow.rawValue),
      .text(convention.rawValue),
    ]
  }

  /// What is added up from layer to layer.
  struct Sums {
    var stalls = StallCounts()
    var read = 0
    /// Of `read`, weights.
    var readWeights = 0
    var written = 0
    var folds = 0
    /// Folds × mapping efficiency.
    var mapped = 0.0
    var counts = AccessCounts()
    var isInRange = true

    init() {}

    init(_ estimate: LayerEstimate) {
      stalls = estimate.stalls
      read = estimate.dramBitsRead
      readWeights = estimate.dramWeightBitsRead
      written = estimate.dramBitsWritten
      folds = estimate.folds
      mapped = Double(estimate.folds) * estimate.mappingEfficiency
      counts = estimate.counts
    }

    /// Register clocks are the largest of all counts within the array, whole words of the buffers'.
    mutating func add(_ other: Sums) {
      let largest = [
        (counts.registerBitClocks, other.counts.registerBitClocks),
        (counts.weightBitsUnused, other.counts.weightBitsUnused),
        (counts.activationReadBitsUnused, other.counts.activationReadBitsUnused),
        (counts.activationWriteBitsUnused, other.counts.activationWriteBitsUnused),
        (counts.weightFillBits, other.counts.weightFillBits),
        (counts.activationFillBits, other.counts.activationFillBits),
        (counts.outputStoreBits, other.counts.outputStoreBits),
        (stalls.cycles, other.stalls.cycles),
        (read, other.read), (written, other.written),
      ]
      guard isInRange, largest.allSatisfy({ Double($0) + Double($1) < 0x1p62 }) else {
        isInRange = false
        return
      }
      stalls += other.stalls
      read += other.read
      readWeights += other.readWeights
      written += other.written
      folds += other.folds
      mapped += other.mapped
      counts += other.counts
    }
  }

  private static func cells(
    _ sums: Sums, _ spec: AcceleratorSpec, _ convention: CycleConvention, groups: Int?
  ) -> [CellValue] {
    let counts = sums.counts
    let cycles = counts.cycles + sums.stalls.cycles
    let (activation, weight) = (spec.operandWidth, spec.weightWidth)
    let sum = spec.accumulator.width
    func perCycle(_ count: Int) -> CellValue { .real(Double(count) / Double(max(1, cycles))) }
    return names(of: spec, convention) + [
      .integer(counts.cycles), .integer(sums.stalls.cycles),
      .integer(cycles),
      .real(
        LayerEstimate.utilization(counts, elements: spec.processingElements, cycles: cycles)),
      sums.folds == 0 ? .missing : .real(sums.mapped / Double(sums.folds)),
      groups.map { .integer($0) } ?? .missing,
      .integer(sums.folds), .integer(counts.multiplications), .integer(counts.accumulations),
      .integer(counts.weightChanges), .text(spec.encoding.rawValue), .integer(activation),
      .integer(weight), .integer(sum),
      .integer(counts.activationBitsRead / activation), .integer(counts.weightBitsRead / weight),
      .integer(counts.activationBitsWritten / activation), .integer(counts.bankBitsRead / sum),
      .integer(counts.bankBitsWritten / sum), .integer(sums.read), .integer(sums.written),
      .integer((sums.read - sums.readWeights) / activation), .integer(sums.readWeights / weight),
      .integer(sums.written / activation), .integer(counts.registerBitClocks),
      .integer(sums.stalls.bankCycles),
      perCycle(counts.activationBitsRead / activation), perCycle(counts.weightBitsRead / weight),
      perCycle(counts.activationBitsWritten / activation), perCycle(sums.read - sums.readWeights),
      perCycle(sums.readWeights), perCycle(sums.written),
    ]
  }
}
