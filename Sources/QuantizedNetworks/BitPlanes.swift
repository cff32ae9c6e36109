/// The planes of bits, each a bit of all weights of a layer, that count most of those that a budget of
/// bits holds: a knapsack, whose items are as large as their layers, solved to the end.
///
/// Of a layer, whose planes are all of one size, those of the highest scores are taken. Layer after
/// layer a list holds what no other choice beats at as few bits; of equal choices the one of fewer bits
/// is taken, so a plane that counts nothing never is.
struct BitPlanes {
  struct Plane: Hashable {
    let bit: Int
    /// What the plane counts, at least 0.
    let score: Double
  }

  /// The bits that were chosen of each layer.
  let chosen: [[Int]]

  /// A choice of the planes of the first layers.
  private struct Choice {
    var bits: Int
    var score: Double
    /// How many planes of each layer.
    var counts: [Int]
  }

  /// - Parameters:
  ///   - planes: of each layer.
  ///   - sizes: bits of a plane of each layer.
  init(of planes: [[Plane]], sizes: [Int], budget: Int) {
    let ordered = planes.map { layer in
      layer.sorted { ($1.score, $1.bit) < ($0.score, $0.bit) }
    }
    var choices = [Choice(bits: 0, score: 0, counts: [])]
    for (layer, size) in zip(ordered, sizes) {
      let sums = layer.reduce(into: [0.0]) { $0.append($0[$0.count - 1] + $1.score) }
      let grown = choices.flatMap { choice in
        sums.enumerated().compactMap { count, score in
          let bits = choice.bits + count * size
          return bits <= budget
            ? Choice(bits: bits, score: choice.score + score, counts: choice.counts + [count]) : nil
        }
      }
      choices = []
      for choice in grown.sorted(by: { ($0.bits, $1.score) < ($1.bits, $0.score) })
      where choices.last.map({ $0.score < choice.score }) ?? true {
        choices.append(choice)
      }
    }
    chosen = zip(ordered, choices[choices.count - 1].counts).map { layer, count in
      layer.prefix(count).map(\.bit)
    }
  }
}
