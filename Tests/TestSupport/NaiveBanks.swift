/// The banks of an array's buffers, word by word and cycle by cycle.
///
/// Reference for the cycles that the array waits for banks: every operand has a word and a cycle in which
/// it is due, and each bank counts what it has to serve in each cycle. Models.md has the rules.
package struct NaiveBanks {
  /// Of a buffer: banks, accesses of a bank in a cycle, operands in a word.
  package struct Buffer {
    package let banks: Int
    package let ports: Int
    package let operands: Int

    package init(banks: Int, ports: Int, operands: Int) {
      (self.banks, self.ports, self.operands) = (banks, ports, operands)
    }
  }

  /// For each fold, how many cycles each of the array's cycles takes beyond one.
  package private(set) var extra: [[Int]] = []
  /// How many words of activations, of weights and of outputs were accessed; 0 of a buffer without banks.
  package private(set) var accesses = [0, 0, 0]

  private struct Operand: Hashable {
    let vector: Int
    let port: Int
  }

  /// A product of M×K by K×N.
  package init(_ machine: NaiveMemoryTraffic.Machine, m: Int, k: Int, n: Int) {
    let (rows, columns) = (machine.rows, machine.columns)
    let pipeline = machine.pipeline
    let (activations, weights, outputs) = (machine.banks[0], machine.banks[1], machine.banks[2])
    switch machine.stationary {
    case .weights:
      stationary(
        machine, vectors: m, outputs: n, depth: k, held: weights, moving: activations,
        results: outputs)
    case .activations:
      stationary(
        machine, vectors: n, outputs: m, depth: k, held: activations, moving: weights,
        results: outputs)
    case .outputs:
      let left = Self.words(activations, vectors: k, extent: m, fold: rows)
      let top = Self.words(weights, vectors: k, extent: n, fold: columns)
      let down = Self.words(outputs, vectors: m, extent: n, fold: columns)
      for images in Self.parts(m, rows) {
        for filters in Self.parts(n, columns) {
          var cycles = [Int](repeating: 1, count: k + 2 * rows + columns + pipeline)
          accesses[0] += Self.serve(activations, left, &cycles, isWrite: false) { due in
            for step in 0..<k {
              for (row, image) in images.enumerated() { due(step, image, step + row) }
            }
          }
          accesses[1] += Self.serve(weights, top, &cycles, isWrite: false) { due in
            for step in 0..<k {
              for (column, filter) in filters.enumerated() { due(step, filter, step + column) }
            }
          }
          let last = cycles.count - 1
          accesses[2] += Self.serve(outputs, down, &cycles, isWrite: true) { due in
            for (row, image) in images.enumerated() {
              for filter in filters { due(image, filter, last - row) }
            }
          }
          extra.append(cycles.map { $0 - 1 })
        }
      }
    }
  }

  private mutating func stationary(
    _ machine: NaiveMemoryTraffic.Machine, vectors: Int, outputs: Int, depth: Int, held: Buffer?,
    moving: Buffer?, results: Buffer?
  ) {
    let (rows, columns) = (machine.rows, machine.columns)
    let (stays, moves) = machine.stationary == .weights ? (1, 0) : (0, 1)
    let heldWords = Self.words(held, vectors: depth, extent: outputs, fold: columns)
    let movingWords = Self.words(moving, vectors: vectors, extent: depth, fold: rows)
    let resultWords = Self.words(results, vectors: vectors, extent: outputs, fold: columns)
    for tile in Self.parts(vectors, machine.bankVectors) {
      for filters in Self.parts(outputs, columns) {
        for steps in Self.parts(depth, rows) {
          var cycles = [Int](
            repeating: 1, count: tile.count + 2 * rows + columns + 1 + machine.pipeline)
          accesses[stays] += Self.serve(held, heldWords, &cycles, isWrite: false) { due in
            for (row, step) in steps.enumerated() {
              for filter in filters { due(step, filter, rows - 1 - row) }
            }
          }
          accesses[moves] += Self.serve(moving, movingWords, &cycles, isWrite: false) { due in
            for (number, vector) in tile.enumerated() {
              for (row, step) in steps.enumerated() { due(vector, step, rows + number + row) }
            }
          }
          if steps.upperBound == depth {
            accesses[2] += Self.serve(results, resultWords, &cycles, isWrite: true) { due in
              for (number, vector) in tile.enumerated() {
                for (column, filter) in filters.enumerated() {
                  due(vector, filter, 2 * rows + number + column + 2 + machine.pipeline)
                }
              }
            }
          }
          extra.append(cycles.map { $0 - 1 })
        }
      }
    }
  }

  private static func parts(_ extent: Int, _ size: Int) -> [Range<Int>] {
    stride(from: 0, to: extent, by: size).map { $0..<($0 + min(size, extent - $0)) }
  }

  /// The word of each operand: vector after vector, each fold's part of it beginning a word.
  private static func words(
    _ buffer: Buffer?, vectors: Int, extent: Int, fold: Int
  ) -> [Operand: Int] {
    guard let buffer else { return [:] }
    var words: [Operand: Int] = [:]
    var word = 0
    for vector in 0..<vectors {
      for part in parts(extent, fold) {
        for ports in parts(part.count, buffer.operands) {
          for port in ports {
            words[Operand(vector: vector, port: part.lowerBound + port)] = word
          }
          word += 1
        }
      }
    }
    return words
  }

  /// Makes cycles as long as the fullest bank's accesses take.
  ///
  /// - Parameter operands: tells each operand's vector, place in it, and the cycle in which it is due.
  /// - Returns: how many words were accessed.
  private static func serve(
    _ buffer: Buffer?, _ words: [Operand: Int], _ cycles: inout [Int], isWrite: Bool,
    _ operands: ((_ vector: Int, _ port: Int, _ cycle: Int) -> Void) -> Void
  ) -> Int {
    guard let buffer else { return 0 }
    var access: [Int: Int] = [:]
    operands { vector, port, cycle in
      guard let word = words[Operand(vector: vector, port: port)] else { return }
      let known = access[word] ?? cycle
      access[word] = isWrite ? max(known, cycle) : min(known, cycle)
    }
    for (cycle, together) in Dictionary(grouping: access.keys, by: { access[$0] ?? 0 }) {
      let fullest =
        Dictionary(grouping: together) { $0 % buffer.banks }.values.map(\.count).max() ?? 0
      let needed = Int((Double(fullest) / Double(buffer.ports)).rounded(.up))
      cycles[cycle] = max(cycles[cycle], needed)
    }
    return access.count
  }
}
