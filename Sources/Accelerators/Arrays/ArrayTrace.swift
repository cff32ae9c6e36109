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
  private var dump: ValueChangeDump
  private let writeAccess: ((String) -> Void)?
  /// Of an element: held (or activation), shadow, moving (or weight), product, those behind it, sum.
  /// Those of all elements follow the fold's number, row by row.
  private let signalsPerElement: Int
  /// The number of the signal that is 1 while the array stands still; nil where it never does.
  private var waits: Int?
  private var cycle = 0
  private var fold = -1

  /// - Parameters:
  ///   - registers: takes the text of a VCD file, part by part; nil: it is not written.
  ///   - accesses: takes the lines of a CSV file; nil: they are not written.
  init(
    spec: AcceleratorSpec, shape: MatrixShape, registers: ((String) -> Void)?,
    accesses: ((String) -> Void)?
  ) {
    self.spec = spec
    self.shape = shape
    writesRegisters = registers != nil
    dump = ValueChangeDump(write: registers ?? { _ in })
    writeAccess = accesses
    signalsPerElement =
      (spec.dataflow == .outputStationary ? 4 : 5) + spec.pipelineRegisters
    if writesRegisters { declare() }
    writeAccess?("cycle,fold,memory,access,port,address\n")
  }

  /// Ends what is written.
  func finish() { dump.finish(at: cycle) }

  private func declare() {
    let isOutput = spec.dataflow == .outputStationary
    let isWeight = spec.dataflow == .weightStationary
    let (activation, weight) = (
      ("activation", spec.operandWidth), ("weight", spec.weightWidth)
    )
    let (held, moving) = isWeight ? (weight, activation) : (activation, weight)
    dump.open("array")
    _ = dump.signal("fold", bits: 32)
    for row in 0..<spec.rows {
      for column in 0..<spec.columns {
        dump.open("element_\(row)_\(column)")
        _ = dump.signal(held.0, bits: held.1)
        if !isOutput { _ = dump.signal("shadow_" + held.0, bits: held.1) }
        _ = dump.signal(moving.0, bits: moving.1)
        _ = dump.signal("product", bits: spec.productWidth)
        for stage in 0..<spec.pipelineRegisters {
          _ = dump.signal("product_\(stage + 1)", bits: spec.productWidth)
        }
        _ = dump.signal("sum", bits: spec.accumulator.width)
        dump.close()
      }
    }
    if spec.hasLimitedMemory { waits = dump.signal("waits", bits: 1) }
    dump.close()
  }

  func beginFold() { fold += 1 }

  func wait(_ cycles: Int) {
    if cycles > 0, writesRegisters, let waits {
      dump.advance(to: cycle)
      dump.set(waits, 1)
    }
    cycle += cycles
  }

  func see(
    _ array: AXStationaryArray, _ fold: AXStationaryFold, streamCycle: Int?, loadCycle: Int?
  ) {
    writeRegisters(Int(array.stride)) { dump, signal, at in
      dump.set(signal, word(array.stationary, at))
      dump.set(signal + 1, word(array.shadow, at))
      dump.set(signal + 2, word(array.moving, at))
      dump.set(signal + 3, product(array.product, at))
      writePipeline(array.pipeline, Int(array.stride), &dump, signal + 4, at)
      dump.set(
        signal + 4 + spec.pipelineRegisters, sum(array.sum, at))
    }
    if writeAccess != nil {
      if let loadCycle { addLoad(fold, loadCycle) }
      if let streamCycle { addStream(fold, streamCycle) }
    }
    cycle += 1
  }

  func see(_ array: AXOutputArray, _ fold: AXOutputFold, cycle foldCycle: Int) {
    writeRegisters(Int(array.stride)) { dump, signal, at in
      dump.set(signal, word(array.activation, at))
      dump.set(signal + 1, word(array.weight, at))
      dump.set(signal + 2, product(array.product, at))
      writePipeline(array.pipeline, Int(array.stride), &dump, signal + 3, at)
      dump.set(
        signal + 3 + spec.pipelineRegisters, sum(array.sum, at))
    }
    if writeAccess != nil { addOutput(fold, foldCycle) }
    cycle += 1
  }

  /// The registers behind an element's product register.
  private func writePipeline(
    _ pipeline: UnsafeRawPointer, _ stride: Int, _ dump: inout ValueChangeDump,
    _ signal: Int, _ at: Int
  ) {
    for stage in 0..<spec.pipelineRegisters {
      dump.set(signal + stage, product(pipeline, stage * spec.rows * stride + at))
    }
  }

  private func word(_ registers: UnsafeRawPointer, _ at: Int) -> UInt64 {
    spec.hasWideWords
      ? UInt64(registers.load(fromByteOffset: 2 * at, as: UInt16.self))
      : UInt64(registers.load(fromByteOffset: at, as: UInt8.self))
  }

  private func sum(_ registers: UnsafeRawPointer, _ at: Int) -> UInt64 {
    spec.hasWideWords
      ? UInt64(bitPattern: registers.load(fromByteOffset: 8 * at, as: Int64.self))
      : UInt64(truncatingIfNeeded: registers.load(fromByteOffset: 4 * at, as: Int32.self))
  }

  private func product(_ registers: UnsafeRawPointer, _ at: Int) -> UInt64 {
    spec.hasWideWords
      ? UInt64(registers.load(fromByteOffset: 4 * at, as: UInt32.self))
      : UInt64(registers.load(fromByteOffset: 2 * at, as: UInt16.self))
  }

  /// A cycle's values of all elements.
  ///
  /// - Parameter element: sets the signals from a number on to the registers at a place.
  private func writeRegisters(
    _ stride: Int, _ element: (_ dump: inout ValueChangeDump, _ signal: Int, _ at: Int) -> Void
  ) {
    guard writesRegisters else { return }
    dump.advance(to: cycle)
    dump.set(0, UInt64(fold))
    if let waits { dump.set(waits, 0) }
    var signal = 1
    for row in 0..<spec.rows {
      for column in 0..<spec.columns {
        element(&dump, signal, row * stride + column)
        signal += signalsPerElement
      }
    }
  }

  private func add(_ memory: String, _ access: String, port: Int, address: Int) {
    writeAccess?("\(cycle),\(fold),\(memory),\(access),\(port),\(address)\n")
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
      let reading = streamCycle - column - spec.pipelineRegisters - 2
      if fold.continuesSums != 0, (0..<vectors).contains(reading) {
        add("bank", "read", port: column, address: reading)
      }
      let writing = streamCycle - spec.rows - column - spec.pipelineRegisters - 2
      if (0..<vectors).contains(writing) {
        add("bank", "write", port: column, address: writing)
        if place.inner + Int(fold.usedRows) == shape.k {
          // A whole sum: the output stage passes it on in the same cycle.
          let outputs = isWeight ? shape.n : shape.m
          add(
            "output", "write", port: column,
            address: (place.outer + writing) * outputs + place.middle + column)
        }
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
    let drain = foldCycle - shape.k - spec.rows - spec.columns - spec.pipelineRegisters
    let leaving = spec.rows - 1 - drain
    guard drain >= 0, leaving < Int(fold.usedRows) else { return }
    for column in 0..<Int(fold.usedColumns) {
      add("bank", "write", port: column, address: leaving % spec.bankVectors)
      add(
        "output", "write", port: column,
        address: (firstRow + leaving) * shape.n + firstColumn + column)
    }
  }
}
