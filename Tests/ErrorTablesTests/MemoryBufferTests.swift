import ErrorTables
import Randomness
import TestSupport
import Testing

@Suite("Buffers: what is read of what is stored")
struct MemoryBufferTests {
  static let protections: [BufferFaultModel.Protection] =
    [.none, .bitMasking, .wordMasking]
    + SECDEDCode.allCases.flatMap { code in
      BufferFaultModel.DetectedErrorPolicy.allCases.map {
        BufferFaultModel.Protection.code(code, onDetectedError: $0)
      }
    }
  static let kinds: [BufferFaultModel.Kind] = [.flip, .stuckAt(probabilityOfOne: 0.3)]

  @Test("given skips find the faults of a call that makes its own, and draw as much")
  func givenSkips() {
    for kind in Self.kinds {
      for protection in Self.protections {
        for clustering in [nil, BufferFaultModel.Clustering(blockWords: 64, correlation: 0.1)] {
          let model = BufferFaultModel(
            kind: kind, clustering: clustering, protection: protection)
          for rate in [0.3, 0.01, 1e-4, 0] {
            var alone = RandomStream(seed: 6, purpose: .test)
            var given = alone
            let expected = model.freshFaults(
              words: 20_000, bitErrorRate: rate, encoding: .unsigned, stream: &alone)
            let faults = model.freshFaults(
              words: 20_000, bitErrorRate: rate, encoding: .unsigned,
              skips: model.skips(bitErrorRate: rate), stream: &given)
            #expect(faults == expected)
            #expect(given.next() == alone.next())
          }
        }
      }
    }
  }

  @Test("every kind and protection reads, bit by bit, what its definition says")
  func definition() {
    // 203 words: the last codeword is partly used.
    let words = 203
    var random = RandomStream(seed: 3, purpose: .test)
    let stored = (0..<words).map { _ in UInt8(truncatingIfNeeded: random.nextWord()) }
    for kind in Self.kinds {
      for protection in Self.protections {
        for encoding in [StoredEncoding.offsetBinary, .unsigned] {
          for rate in [0.004, 0.05] {
            let model = BufferFaultModel(kind: kind, protection: protection)
            let map = BufferFaultMap(
              chipSeed: 5, buffer: 3, words: words, encoding: encoding, model: model, upTo: 0.1)
            let faults = map.faults(atBitErrorRate: rate)
            #expect(
              read(stored, faults) == naive(model, encoding, words: words, rate).read(stored),
              "\(model), \(encoding), \(rate)")
          }
        }
      }
    }
  }

  @Test("at rate 0 every model reads what is stored, and a part reads as in the whole")
  func zeroAndParts() {
    let stored = (0..<256).map { UInt8($0) }
    for kind in Self.kinds {
      for protection in Self.protections {
        let model = BufferFaultModel(kind: kind, protection: protection)
        let map = BufferFaultMap(
          chipSeed: 6, buffer: 0, words: 256, encoding: .offsetBinary, model: model,
          drawing: .banded, upTo: 0.1)
        #expect(read(stored, map.faults(atBitErrorRate: 0)) == stored)
        let faults = map.faults(atBitErrorRate: 0.1)
        let whole = read(stored, faults)
        let parts = stride(from: 0, to: 256, by: 64).flatMap { start in
          read(Array(stored[start..<start + 64]), faults, from: start)
        }
        #expect(parts == whole && whole != stored)
      }
    }
  }

  @Test("random data are read wrong at the bit error rate, by flips and by stuck cells")
  func wrongBits() {
    var random = RandomStream(seed: 8, purpose: .test)
    for kind in [
      BufferFaultModel.Kind.flip, .stuckAt(probabilityOfOne: 0.5), .stuckAt(probabilityOfOne: 1),
    ] {
      var wrong = 0
      for chip: UInt64 in 0..<200 {
        let stored = (0..<512).map { _ in UInt8(truncatingIfNeeded: random.nextWord()) }
        let map = BufferFaultMap(
          chipSeed: chip, buffer: 0, words: 512, encoding: .unsigned,
          model: BufferFaultModel(kind: kind), drawing: .banded, upTo: 0.02)
        let read = read(stored, map.faults(atBitErrorRate: 0.02))
        wrong += zip(read, stored).reduce(0) { $0 + ($1.0 ^ $1.1).nonzeroBitCount }
      }
      let cells = 200.0 * 512 * 8
      #expect(abs(Double(wrong) - cells * 0.02) < 4 * (cells * 0.02 * 0.98).squareRoot())
    }
  }

  @Test("stuck cells are 1 as often as stated, and keep their value at every rate")
  func stuckValues() {
    let map = BufferFaultMap(
      chipSeed: 1, buffer: 2, words: 8192, encoding: .unsigned,
      model: BufferFaultModel(kind: .stuckAt(probabilityOfOne: 0.25)), drawing: .banded, upTo: 0.2)
    guard case .stuck(let cells, let ones) = map.faults(atBitErrorRate: 0.2),
      case .stuck(let fewer, let fewerOnes) = map.faults(atBitErrorRate: 0.01)
    else {
      Issue.record("stuck cells are expected")
      return
    }
    let total = Double(bits(cells))
    #expect(abs(Double(bits(ones)) - total / 4) < 4 * (total * 3 / 16).squareRoot())
    #expect(fewer.indices.allSatisfy { ones[$0] & fewer[$0] == fewerOnes[$0] })
  }

  @Test(
    "a code leaves as many codewords wrong as have two failing cells or more",
    arguments: SECDEDCode.allCases)
  func uncorrectable(code: SECDEDCode) {
    let rate = 0.004
    let length = code.dataBits + code.checkBits
    let model = BufferFaultModel(protection: .code(code, onDetectedError: .zero))
    // Words that no codeword becomes by chance: a zeroed one differs from what was stored.
    let stored = [UInt8](repeating: 0xA5, count: 4096)
    var damaged = 0
    for chip: UInt64 in 0..<100 {
      let map = BufferFaultMap(
        chipSeed: chip, buffer: 0, words: 4096, encoding: .unsigned, model: model,
        drawing: .banded, upTo: rate)
      let read = read(stored, map.faults(atBitErrorRate: rate))
      damaged += stride(from: 0, to: 4096, by: code.words).count { first in
        read[first..<first + code.words].contains { $0 != 0xA5 }
      }
    }
    let codewords = Double(100 * 4096 / code.words)
    var none = 1.0
    for _ in 0..<length { none *= 1 - rate }
    let one = none * Double(length) * rate / (1 - rate)
    let expected = codewords * (1 - none - one)
    #expect(abs(Double(damaged) - expected) < 4 * expected.squareRoot())
  }

  @Test("check bits fail too, and in the blocks of their data")
  func checkBits() {
    // One block of eight codewords a chip: nearly all that fails is in the few bad blocks.
    let model = BufferFaultModel(
      clustering: .init(blockWords: 64, correlation: 0.9),
      protection: .code(.secded72of64, onDetectedError: .keep))
    var both = 0
    var either = 0
    for chip: UInt64 in 0..<200 {
      let map = BufferFaultMap(
        chipSeed: chip, buffer: 0, words: 64, encoding: .unsigned, model: model, drawing: .banded,
        upTo: 0.02)
      guard case .coded(let faults) = map.faults(atBitErrorRate: 0.02) else { continue }
      let data = faults.codewords.contains { $0.cells != 0 }
      let check = faults.codewords.contains { $0.checkCells != 0 }
      if data && check { both += 1 }
      if data || check { either += 1 }
    }
    // If check bits had blocks of their own, both would fail in the share of chips that either does
    // squared, a few percent.
    #expect(either > 0 && Double(both) > 0.4 * Double(either))
  }

  @Test("fresh faults of plain cells are the masks of the same stream")
  func freshFlips() {
    var (first, second) = (
      RandomStream(seed: 2, purpose: .test), RandomStream(seed: 2, purpose: .test)
    )
    let faults = BufferFaultModel.flips.freshFaults(
      words: 900, bitErrorRate: 0.03, encoding: .unsigned, stream: &first)
    let masks = MemoryFaultMap.freshMasks(words: 900, probability: 0.03, stream: &second)
    #expect(faults == .inverted(masks))
    #expect(first.next() == second.next())
  }

  @Test("fresh faults of every model are wrong as often as those of chips")
  func freshRates() {
    let stored = [UInt8](repeating: 0x5A, count: 512)
    for kind in Self.kinds {
      for protection in Self.protections {
        let model = BufferFaultModel(
          kind: kind, clustering: .init(blockWords: 32, correlation: 0.1), protection: protection)
        var stream = RandomStream(seed: 12, purpose: .test)
        var counts: [[Double]] = [[], []]
        for chip: UInt64 in 0..<60 {
          let fresh = model.freshFaults(
            words: 512, bitErrorRate: 0.02, encoding: .unsigned, stream: &stream)
          let persistent = BufferFaultMap(
            chipSeed: chip, buffer: 0, words: 512, encoding: .unsigned, model: model,
            drawing: .banded, upTo: 0.02
          ).faults(atBitErrorRate: 0.02)
          for (side, faults) in [fresh, persistent].enumerated() {
            counts[side].append(
              Double(
                zip(read(stored, faults), stored).reduce(0) {
                  $0 + ($1.0 ^ $1.1).nonzeroBitCount
                }))
          }
        }
        let means = counts.map { $0.reduce(0, +) / 60 }
        let variances = zip(counts, means).map { counts, mean in
          counts.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 59
        }
        #expect(
          abs(means[0] - means[1]) < 4 * ((variances[0] + variances[1]) / 60).squareRoot(),
          "\(model)")
      }
    }
  }

  // MARK: -

  private func read(_ stored: [UInt8], _ faults: BufferFaults, from start: Int = 0) -> [UInt8] {
    var words = stored
    words.withUnsafeMutableBufferPointer { faults.read($0, from: start) }
    return words
  }

  private func bits(_ masks: [UInt8]) -> Int { masks.reduce(0) { $0 + $1.nonzeroBitCount } }

  /// The same buffer by the thresholds and streams that `BufferFaultMap` names.
  private func naive(
    _ model: BufferFaultModel, _ encoding: StoredEncoding, words: Int, _ rate: Double
  ) -> NaiveBuffer {
    let isStuck = model.kind != .flip
    let probability = isStuck ? 2 * rate : rate
    func cells(_ buffer: UInt64, _ words: Int, _ width: Int) -> (cells: [UInt8], values: [UInt8]) {
      let masks = MemoryFaultMap(
        chipSeed: 5, buffer: buffer, words: words, width: width, upTo: 0.2
      ).masks(atProbability: probability)
      let values = (0..<words).map { word in
        (0..<width).reduce(UInt8(0)) { value, bit in
          var stream = RandomStream(
            seed: 5, purpose: .stuckValues, lane: UInt32(buffer),
            index: UInt64(word * width + bit))
          return stream.nextUniform() < 0.3 ? value | 1 << UInt8(bit) : value
        }
      }
      return (masks, values)
    }
    let data = cells(3, words, 8)
    var naive = NaiveBuffer(
      cells: data.cells, values: data.values, isStuck: isStuck, protection: .none,
      isSigned: encoding == .offsetBinary)
    switch model.protection {
    case .none: break
    case .bitMasking: naive.protection = .bitMasking
    case .wordMasking: naive.protection = .wordMasking
    case .code(let code, let policy):
      naive.protection = .code(
        NaiveSECDED(columns: HsiaoCode(code).columns, checkBits: code.checkBits),
        zeroing: policy == .zero)
      let check = cells(
        3 + (1 << 16), (words + code.words - 1) / code.words, code.checkBits)
      (naive.checkCells, naive.checkValues) = check
    }
    return naive
  }
}
