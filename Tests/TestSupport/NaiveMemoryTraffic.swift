/// A matrix product on an array with buffers and one DRAM channel, word by word and cycle by cycle.
///
/// Reference for the closed form's stalls and DRAM bits: it knows each word by its address, holds the
/// buffers' contents, and moves bits in each cycle. A convolution's activations have the addresses of
/// their words in the input, so that patches share them; zeros around it have none. Models.md has the
/// rules that it follows.
package struct NaiveMemoryTraffic {
  /// The operand that stays in the array, or the sums.
  package enum Stationary { case weights, activations, outputs }

  /// An array, its buffers in words of their operand, and its channel in bits a cycle.
  package struct Machine {
    package var stationary = Stationary.weights
    package var (rows, columns) = (1, 1)
    /// Vectors of a tile; `Int.max` without a bank.
    package var bankVectors = Int.max
    /// Cycles after the last vector of a fold's stream.
    package var tail = 0
    /// Of activations, weights and outputs.
    package var words = [1, 1, 1]
    package var wordBits = [8, 8, 8]
    package var isDoubleBuffered = true
    package var bandwidth = 1
    /// Cycles of the tail that a product spends between multiplier and adder.
    package var pipeline = 0
    /// Of activations, weights and outputs; nil: nothing waits for its accesses.
    package var banks: [NaiveBanks.Buffer?] = [nil, nil, nil]

    package init() {}
  }

  package internal(set) var computeCycles = 0
  /// Waiting for DRAM, and for banks.
  package internal(set) var stallCycles = 0
  package internal(set) var bankStallCycles = 0
  package internal(set) var bitsRead = 0
  /// Of these, weights.
  package internal(set) var weightBitsRead = 0
  package internal(set) var bitsWritten = 0
  /// The most words that a buffer held at once: activations, weights, outputs.
  package internal(set) var most = [0, 0, 0]
  package internal(set) var folds = 0
  package var steps: Int { program.count }

  /// Words by address: activations m·K + k or as they are told, weights k·N + n, outputs m·N + n.
  private struct Vector {
    var operands: [[Int]] = [[], []]
    var outputs: [Int] = []
  }

  /// A part of a fold: what the array works on between two looks at the buffers.
  struct Step {
    var cycles = 0
    /// In which the array waits for banks.
    var waits = 0
    let fold: Int
    /// Words that it uses, by operand; of them, those that stay in the array; those that it completes.
    var uses: [Set<Int>] = [[], []]
    let block: [Set<Int>]
    var makes: Set<Int> = []
  }

  let machine: Machine
  var program: [Step] = []
  /// Whether the buffer keeps an operand between two uses.
  private var keeps = [false, false]
  /// Of a convolution's words: the tile that each fold belongs to, if no word outlasts one.
  private var tiles: [Int]?
  /// The step that used a word last and its copy then; copies so far.
  private var lastCopies: [Int: (step: Int, copy: Int)]?
  private var copyCount = 0

  /// A product of M×K by K×N.
  ///
  /// - Parameter input: the address of the activation of row m and step k, below 2³²; nil of a zero that
  ///   is made on the chip. Without it each activation is a word of its own.
  package init(
    _ machine: Machine, m: Int, k: Int, n: Int, input: ((_ m: Int, _ k: Int) -> Int?)? = nil
  ) {
    self.machine = machine
    var blocks: [[Set<Int>]] = []
    var streams: [[Vector]] = []
    var tiles: [Int] = []
    Self.walk(machine, m, k, n, input ?? { $0 * k + $1 }) { tile, block, stream in
      tiles.append(tile)
      blocks.append(block)
      streams.append(stream)
    }
    folds = blocks.count
    for operand in 0..<2 {
      let used = zip(blocks, streams).map { block, stream in
        stream.reduce(into: block[operand]) { $0.formUnion($1.operands[operand]) }
      }
      if operand == 0, input != nil {
        keep(used, tiles)
        continue
      }
      if let distance = Self.reuseDistance(used) {
        keeps[operand] = distance <= machine.words[operand]
      }
    }
    let banks = machine.banks.contains { $0 != nil } ? NaiveBanks(machine, m: m, k: k, n: n) : nil
    for (fold, (block, stream)) in zip(blocks, streams).enumerated() {
      compile(fold, block, stream, extra: banks?.extra[fold])
    }
    run()
  }

  /// What the buffer keeps of a convolution's words: all, or those of a tile's folds; of a fold's those
  /// that one step after another uses.
  private mutating func keep(_ used: [Set<Int>], _ tiles: [Int]) {
    let words = machine.words[0]
    let all = used.reduce(into: Set<Int>()) { $0.formUnion($1) }
    if used.count > 1, all.count <= words {
      keeps[0] = true
      return
    }
    let ofTiles = Dictionary(grouping: tiles.indices) { tiles[$0] }.values.map { folds in
      folds.reduce(into: Set<Int>()) { $0.formUnion(used[$1]) }.count
    }
    if machine.stationary != .activations, ofTiles.count < used.count,
      ofTiles.allSatisfy({ $0 <= words })
    {
      keeps[0] = true
      self.tiles = tiles
    } else {
      lastCopies = [:]
    }
  }

  /// The folds in the order of the loops: the tile of activations, what stays, and what streams past it.
  private static func walk(
    _ machine: Machine, _ m: Int, _ k: Int, _ n: Int, _ input: (_ m: Int, _ k: Int) -> Int?,
    _ fold: (_ tile: Int, [Set<Int>], [Vector]) -> Void
  ) {
    func parts(_ extent: Int, _ size: Int) -> [Range<Int>] {
      stride(from: 0, to: extent, by: size).map { $0..<($0 + min(size, extent - $0)) }
    }
    switch machine.stationary {
    case .weights:
      for tile in parts(m, machine.bankVectors) {
        for filters in parts(n, machine.columns) {
          for depth in parts(k, machine.rows) {
            let block = Set(depth.flatMap { step in filters.map { step * n + $0 } })
            fold(
              tile.lowerBound, [[], block],
              tile.map { row in
                Vector(
                  operands: [depth.compactMap { input(row, $0) }, []],
                  outputs: depth.upperBound == k ? filters.map { row * n + $0 } : [])
              })
          }
        }
      }
    case .activations:
      for tile in parts(n, machine.bankVectors) {
        for images in parts(m, machine.columns) {
          for depth in parts(k, machine.rows) {
            let block = Set(images.flatMap { row in depth.compactMap { input(row, $0) } })
            fold(
              images.lowerBound, [block, []],
              tile.map { column in
                Vector(
                  operands: [[], depth.map { $0 * n + column }],
                  outputs: depth.upperBound == k ? images.map { $0 * n + column } : [])
              })
          }
        }
      }
    case .outputs:
      for images in parts(m, machine.rows) {
        for filters in parts(n, machine.columns) {
          var stream = (0..<k).map { step in
            Vector(
              operands: [images.compactMap { input($0, step) }, filters.map { step * n + $0 }])
          }
          stream[k - 1].outputs = images.flatMap { row in filters.map { row * n + $0 } }
          fold(images.lowerBound, [[], []], stream)
        }
      }
    }
  }

  /// The most distinct words from a use of a word to its next use in another fold, both folds counted.
  private static func reuseDistance(_ used: [Set<Int>]) -> Int? {
    var last: [Int: Int] = [:]
    var intervals = Set<[Int]>()
    for (fold, words) in used.enumerated() {
      for word in words {
        if let before = last.updateValue(fold, forKey: word) { intervals.insert([before, fold]) }
      }
    }
    return intervals.map { interval in
      used[interval[0]...interval[1]].reduce(into: Set<Int>()) { $0.formUnion($1) }.count
    }.max()
  }

  /// Cuts a fold into steps, vector by vector, as long as their words fit.
  ///
  /// A word that its buffer does not keep is another copy in each fold; a convolution's also in a step
  /// after one that does not use it.
  private mutating func compile(
    _ fold: Int, _ block: [Set<Int>], _ stream: [Vector], extra: [Int]?
  ) {
    let firstStep = program.count
    var cycle = 0
    func finish(_ step: inout Step) {
      step.waits = extra?[cycle..<cycle + step.cycles].reduce(0, +) ?? 0
      cycle += step.cycles
    }
    func copy(_ word: Int) -> Int {
      if let last = lastCopies?[word], last.step >= max(program.count - 1, firstStep) {
        lastCopies?[word] = (program.count, last.copy)
        return word + last.copy << 32
      }
      copyCount += 1
      lastCopies?[word] = (program.count, copyCount)
      return word + copyCount << 32
    }
    func copies<Words: Sequence<Int>>(_ operand: Int, _ words: Words) -> Set<Int> {
      if operand == 0, lastCopies != nil { return Set(words.map(copy)) }
      let tile = operand == 0 ? tiles?[fold] : nil
      return Set(
        words.map {
          if let tile { return $0 + (tile + 1) << 32 }
          return keeps[operand] ? $0 : $0 + (fold + 1) << 32
        })
    }
    let room = machine.words.map { machine.isDoubleBuffered ? $0 / 2 : $0 }
    let isOutputStationary = machine.stationary == .outputs
    let stays = [copies(0, block[0]), copies(1, block[1])]
    var step = Step(fold: fold, uses: stays, block: stays)
    // What stays passes a row a cycle on its way to its place.
    if !isOutputStationary { step.cycles = machine.rows }
    var words: [Set<Int>] = [[], []]
    func added(_ vector: Vector, _ operand: Int) -> Int {
      vector.operands[operand].count { !words[operand].contains($0) }
    }
    for (index, vector) in stream.enumerated() {
      let fits =
        (0..<2).allSatisfy {
          keeps[$0] || words[$0].count + added(vector, $0) <= room[$0]
        } && (isOutputStationary || step.makes.count + vector.outputs.count <= room[2])
      if !fits && index > 0 {
        finish(&step)
        program.append(step)
        step = Step(fold: fold, uses: stays, block: stays)
        words = [[], []]
      }
      for operand in 0..<2 {
        words[operand].formUnion(vector.operands[operand])
        step.uses[operand].formUnion(copies(operand, vector.operands[operand]))
      }
      step.makes.formUnion(vector.outputs)
      step.cycles += 1
    }
    step.cycles += machine.tail
    finish(&step)
    program.append(step)
  }
}
