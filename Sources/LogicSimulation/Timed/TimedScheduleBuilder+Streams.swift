import LaneKernels

/// Of a stream: the rows that one clock period hands to the next. They lie where no other row ever
/// does.
struct CarriedRows {
  /// Where the rows of a gate's function and of its output begin.
  struct Place {
    let function: Int32
    let output: Int32
  }

  private var places: [Place?]
  /// What is executed once before the first period, and at the end of each.
  var start: [WaveInstruction] = []
  var epilogue: [WaveInstruction] = []

  init(period: Int32, of builder: inout TimedScheduleBuilder) {
    places = []
    for index in builder.gates.indices {
      guard builder.isCarried(builder.gates[index].output) else {
        places.append(nil)
        continue
      }
      let delay = builder.delays[index]
      let function = builder.arena.allocate(delay + period)
      let isFiltered = builder.pulses == .inertial && delay > 1
      places.append(
        Place(
          function: function,
          output: isFiltered ? builder.arena.allocate(period + 1) : function))
    }
  }

  func place(of gate: Int) -> Place? { places[gate] }
}

extension TimedScheduleBuilder {
  /// A gate whose output may still change after the end of the period. The row of its function begins
  /// with the last `delay` steps of the period before; the output has the steps 0 … period.
  mutating func emitCarried(gate index: Int, period: Int32, into place: CarriedRows.Place) {
    let net = gates[index].output
    let delay = delays[index]
    rows[net] = place.output
    evaluate(index, from: 0, to: period, into: place.function + delay)
    func copy(_ source: WaveInstruction.Operand, to row: Int32, _ count: Int32) -> WaveInstruction {
      .gate(.copy, source, .level(0), .level(0), output: Int(row), steps: Int(count))
    }
    let level = WaveInstruction.Operand.level(before(net))
    carried?.start.append(copy(level, to: place.function, delay))
    carried?.epilogue.append(copy(.wave(Int(place.function + period)), to: place.function, delay))
    guard place.output != place.function else { return }
    let scratch = arena.allocate(period + delay)
    append(
      .filter(
        Int(place.function + 1), before: .wave(Int(place.output)), scratch: Int(scratch),
        output: Int(place.output + 1), steps: Int(period), delay: Int(delay)))
    arena.release(scratch, period + delay)
    carried?.start.append(copy(level, to: place.output, 1))
    carried?.epilogue.append(copy(.wave(Int(place.output + period)), to: place.output, 1))
  }
}
