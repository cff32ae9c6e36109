import CArrayKernels

/// Writes down what an array's registers hold after each cycle, and each access to a buffer or the
/// bank.
///
/// Registers have the names of the dataflow's file: `activation`, `weight`, `product`, `sum`, and the
/// shadow register of the operand that is held.
final class ArrayTrace: ArrayObserver {
  private let spec: AcceleratorSpec
  private let shape: MatrixShape
  private let writesRegisters: Bool
  private let writesAccesses: Bool
  private var dump = ValueChangeDump()
  /// Of each element: held (or activation), shadow, moving (or weight), product, sum.
  private var signals: [[Int]] = []
  private var foldSignal = 0
  private var cycle = 0
  private var fold = -1
  private(set) var accesses = "cycle,fold,memory,access,port,address\n"

  var vcd: String { dump.text }

  init(spec: AcceleratorSpec, shape: MatrixShape, registers: Bool, accesses: Bool) {
    self.spec = spec
    self.shape = shape
    writesRegisters = registers
    writesAccesses = accesses
    if registers { declare() }
  }

  private func declare() {
    let isOutput = spec.dataflow == .outputStationary
    let isWeight = spec.dataflow == .weightStationary
    let (activation, weight) = (
      ("activation", spec.operandWidth), ("weight", spec.weightWidth)
    )
    let (held, moving) = isWeight ? (weight, activation) : (activation, weight)
    dump.open("array")
    foldSignal = dump.signal("fold", bits: 32)
    for row in 0..<spec.rows {
      for column in 0..<spec.columns {
        dump.open("element_\(row)_\(column)")
        var element = [dump.signal(held.0, bits: held.1)]
        if !isOutput { element.append(dump.signal("shadow_" + held.0, bits: held.1)) }
        element.append(dump.signal(moving.0, bits: moving.1))
        element.append(dump.signal("product", bits: spec.productWidth))
        element.append(dump.signal("sum", bits: spec.accumulator.width))
        signals.append(element)
        dump.close()
      }
    }
    dump.close()
  }

  func beginFold() { fold += 1 }

  func see(
    _ array: AXStationaryArray, _ fold: AXStationaryFold, streamCycle: Int?, loadCycle: Int?
  ) {
    if writesRegisters {
      begin()
      forEachElement(Int(array.stride)) { signals, at in
        dump.set(signals[0], UInt64(array.stationary[at]))
        dump.set(signals[1], UInt64(array.shadow[at]))
        dump.set(signals[2], UInt64(array.moving[at]))
        dump.set(signals[3], UInt64(array.product[at]))
        dump.set(signals[4], UInt64(truncatingIfNeeded: array.sum[at]))
      }
    }
    if writesAccesses {
      if let loadCycle { addLoad(fold, loadCycle) }
      if let streamCycle { addStream(fold, streamCycle) }
    }
    cycle += 1
  }

  func see(_ array: AXOutputArray, _ fold: AXOutputFold, cycle foldCycle: Int) {
    if writesRegisters {
      begin()
      forEachElement(Int(array.stride)) { signals, at in
        dump.set(signals[0], UInt64(array.activation[at]))
        dump.set(signals[1], UInt64(array.weight[at]))
        dump.set(signals[2], UInt64(array.product[at]))
        dump.set(signals[3], UInt64(truncatingIfNeeded: array.sum[at]))
      }
    }
    if writesAccesses { addOutput(fold, foldCycle) }
    cycle += 1
  }

  private func begin() {
    dump.advance(to: cycle)
    dump.set(foldSignal, UInt64(fold))
  }

  private func forEachElement(_ stride: Int, _ body: ([Int], Int) -> Void) {
    for row in 0..<spec.rows {
      for column in 0..<spec.columns {
        body(signals[row * spec.columns + column], row * stride + column)
      }
    }
  }

  private func add(_ memory: String, _ access: String, port: Int, address: Int) {
    accesses += "\(cycle),\(fold),\(memory),\(access),\(port),\(address)\n"
  }

  /// Where the present fold begins: output stationary has one along K, the others several.
  private var place: (outer: Int, middle: Int, inner: Int) {
    let isWeight = spec.dataflow == .weightStationary
    let depths = AnalyticalModel.ceiling(shape.k, spec.rows)
    let outputs = isWeight ? shape.n : shape.m
    let parts = AnalyticalModel.ceiling(outputs, spec.columns)
    return (
      fold / depths / parts * spec.bankVectors, fold / depths % parts * spec.columns,
      fold % depths * spec.rows
    )
  }

  private func addLoad(_ fold: AXStationaryFold, _ loadCycle: Int) {
    let row = spec.rows - 1 - loadCycle
    guard row < Int(fold.usedRows) else { return }
    let isWeight = spec.dataflow == .weightStationary
    let step = place.inner + row
    for column in 0..<Int(fold.usedColumns) {
      let output = place.middle + column
      add(
        isWeight ? "weight" : "activation", "read", port: column,
        address: isWeight ? step * shape.n + output : output * shape.k + step)
    }
  }

  private func addStream(_ fold: AXStationaryFold, _ streamCycle: Int) {
    let isWeight = spec.dataflow == .weightStationary
    let vectors = Int(fold.vectors)
    for row in 0..<Int(fold.usedRows) where (0..<vectors).contains(streamCycle - row) {
      let vector = place.outer + streamCycle - row
      let step = place.inner + row
      add(
        isWeight ? "activation" : "weight", "read", port: row,
        address: isWeight ? vector * shape.k + step : step * shape.n + vector)
    }
    for column in 0..<Int(fold.usedColumns) {
      let reading = streamCycle - column - 2
      if fold.continuesSums != 0, (0..<vectors).contains(reading) {
        add("bank", "read", port: column, address: reading)
      }
      let writing = streamCycle - spec.rows - column - 2
      if (0..<vectors).contains(writing) {
        add("bank", "write", port: column, address: writing)
      }
    }
  }

  private func addOutput(_ fold: AXOutputFold, _ foldCycle: Int) {
    let parts = AnalyticalModel.ceiling(shape.n, spec.columns)
    let firstRow = self.fold / parts * spec.rows
    let firstColumn = self.fold % parts * spec.columns
    for row in 0..<Int(fold.usedRows) where (0..<shape.k).contains(foldCycle - row) {
      add(
        "activation", "read", port: row, address: (firstRow + row) * shape.k + foldCycle - row)
    }
    for column in 0..<Int(fold.usedColumns) where (0..<shape.k).contains(foldCycle - column) {
      add(
        "weight", "read", port: column,
        address: (foldCycle - column) * shape.n + firstColumn + column)
    }
    let drain = foldCycle - shape.k - spec.rows - spec.columns
    let leaving = spec.rows - 1 - drain
    guard drain >= 0, leaving < Int(fold.usedRows) else { return }
    for column in 0..<Int(fold.usedColumns) {
      add("bank", "write", port: column, address: leaving % spec.bankVectors)
    }
  }
}
