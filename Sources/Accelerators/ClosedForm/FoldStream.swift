/// A buffer between DRAM and the array.
struct FoldBuffer {
  let words: Int
  let wordBits: Int
  /// Whether DRAM may fill or empty one part while the array works on another.
  let isDouble: Bool

  /// Words of a part of a stream: what half of a double buffer holds, all of another.
  var room: Int { isDouble ? words / 2 : words }

  /// How many vectors of so many words a part of a stream has; at least one.
  func part(of words: Int) -> Int { max(1, room / words) }

  /// Whether so many words can come (or leave) while the array works on so many others.
  func overlaps(_ words: Int, beside others: Int) -> Bool {
    isDouble && words + others <= self.words
  }
}

/// What a fold takes from a buffer, or gives it: so many words a vector of its stream, or at once.
struct FoldStream {
  let words: Int
  let buffer: FoldBuffer
  /// Whether DRAM has to send them; the buffer has them otherwise.
  let isFetched: Bool
  /// Of a convolution's input, whose vectors share words: in place of `words`.
  var inputs: InputParts?

  /// Nothing.
  init(of buffer: FoldBuffer) { self.init(words: 0, buffer: buffer, isFetched: false) }

  init(words: Int, buffer: FoldBuffer, isFetched: Bool, inputs: InputParts? = nil) {
    (self.words, self.buffer, self.isFetched, self.inputs) = (words, buffer, isFetched, inputs)
  }

  /// The words of a part of so many vectors.
  func words(_ part: Int, of vectors: Int) -> Int { inputs?[part].words ?? vectors * words }

  /// Of them, those that DRAM has to send.
  func fetched(_ part: Int, of vectors: Int) -> Int {
    guard isFetched else { return 0 }
    return inputs?[part].fetched ?? vectors * words
  }
}

/// A fold's stream, cut into parts that fit the buffers.
struct FoldParts {
  private let cut: FoldSchedule.Cut
  /// Where a convolution's input cuts it otherwise.
  private let inputs: InputParts?
  let count: Int

  /// Parts of equal size, but for the last one.
  init(_ extent: Int, part: Int) {
    cut = FoldSchedule.Cut(extent, part: part)
    (inputs, count) = (nil, cut.count)
  }

  init(_ extent: Int, inputs: InputParts) {
    cut = FoldSchedule.Cut(extent, part: extent)
    self.inputs = inputs.count > 1 ? inputs : nil
    count = inputs.count
  }

  var extent: Int { cut.extent }

  func size(_ index: Int) -> Int { inputs?[index].vectors ?? cut.size(index) }

  /// Vectors before a part.
  func start(_ index: Int) -> Int { inputs?.start(index) ?? index * cut.part }

  /// Of equal parts; nil where each may be another.
  var equalSize: Int? { inputs == nil ? cut.part : nil }

  /// How many stand for all, and one of them with how many it stands for.
  var representatives: Int { inputs?.count ?? cut.representatives }

  func representative(_ number: Int) -> (index: Int, weight: Int) {
    inputs == nil ? cut.representative(number) : (number, 1)
  }
}
