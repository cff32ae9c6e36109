import ErrorTables

/// Drawing a chip's fault map, by bands against a random number for each cell.
enum MemoryBenchmarks {
  static func rows() -> [Benchmark] {
    [1e-2, 1e-4, 1e-6].map { rate in
      func seconds(_ drawing: FaultDrawing) -> Double {
        fastest(of: 3) {
          _ = MemoryFaultMap(
            chipSeed: 1, buffer: 0, words: 1 << 18, upTo: rate, drawing: drawing)
        }
      }
      return Benchmark(
        name: "fault map of 256 KB up to \(rate), banded", value: seconds(.banded) * 1e3,
        unit: "ms", peer: "per_cell", peerValue: seconds(.perCell) * 1e3)
    } + [clustered()]
  }

  private static func clustered() -> Benchmark {
    let seconds = fastest(of: 3) {
      _ = MemoryFaultMap(
        chipSeed: 1, buffer: 0, words: 1 << 18, upTo: 1e-4, drawing: .banded,
        correlation: BlockCorrelation(blockWords: 2048, correlation: 0.1, buffer: 0))
    }
    return Benchmark(
      name: "fault map of 256 KB up to 1e-4, banded, blocks of 2 KB", value: seconds * 1e3,
      unit: "ms")
  }
}
