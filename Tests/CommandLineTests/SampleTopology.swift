/// Topologies that several commands are tried with.
enum SampleTopology {
  /// Batch normalization behind a pooling has no weights to be folded into.
  static let normalizedPooling = """
    name: pooled
    input: {channels: 1, rows: 8, columns: 8}
    layers:
      - max_pooling: {kernel: 2}
      - batch_normalization
      - flatten
      - dense: {outputs: 10}

    """
}
