extension FoldSchedule {
  /// The parts of a fold, and what each moves.
  func fold(_ place: Place) -> Fold {
    isOutputStationary ? outputStationary(place) : stationary(place)
  }

  /// Sums stay: both operands stream.
  private func outputStationary(_ place: Place) -> Fold {
    let (vectors, outputs) = (outer.size(place.outer), middle.size(place.middle))
    let depth = inner.size(place.inner)
    let limit = keepsMoving ? depth : movingBuffer.part(of: outputs)
    let taken = inputs?.steps(
      place.outer, limit: limit, isNarrow: !middle.isWhole(place.middle))
    let held = FoldStream(
      words: vectors, buffer: heldBuffer, isFetched: place.middle == 0 || !keepsHeld,
      inputs: taken)
    let moving = FoldStream(
      words: outputs, buffer: movingBuffer, isFetched: place.outer == 0 || !keepsMoving)
    let part = min(depth, keepsHeld ? depth : heldBuffer.part(of: vectors), limit)
    return Fold(
      parts: taken.map { FoldParts(depth, inputs: $0) } ?? FoldParts(depth, part: part), lead: 0,
      tail: cycles(place) - depth, streams: (held, moving), block: FoldStream(of: heldBuffer),
      outputs: FoldStream(of: outputBuffer), drained: vectors * outputs)
  }

  /// An operand stays, the other one streams.
  private func stationary(_ place: Place) -> Fold {
    let (vectors, outputs) = (outer.size(place.outer), middle.size(place.middle))
    let depth = inner.size(place.inner)
    let completes = place.inner == inner.count - 1
    let limit = completes ? outputBuffer.part(of: outputs) : vectors
    let parts: FoldParts
    var moving = FoldStream(
      words: depth, buffer: movingBuffer, isFetched: place.middle == 0 || !keepsMoving)
    var block = FoldStream(
      words: depth * outputs, buffer: heldBuffer, isFetched: place.outer == 0 || !keepsHeld)
    if let inputs, !isInputStationary {
      let taken = inputs.vectors(
        place.outer, fold: place.inner, limit: limit, isNarrow: !middle.isWhole(place.middle))
      moving.inputs = taken
      parts = FoldParts(vectors, inputs: taken)
    } else {
      let part = min(vectors, keepsMoving ? vectors : movingBuffer.part(of: depth), limit)
      parts = FoldParts(vectors, part: part)
    }
    if let inputs, isInputStationary {
      block.inputs = inputs.block(place.middle, fold: place.inner)
    }
    return Fold(
      parts: parts, lead: rows, tail: cycles(place) - vectors - rows,
      streams: (moving, FoldStream(of: movingBuffer)), block: block,
      outputs: FoldStream(
        words: completes ? outputs : 0, buffer: outputBuffer, isFetched: false), drained: 0)
  }
}
