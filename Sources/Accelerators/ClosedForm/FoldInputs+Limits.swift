extension FoldInputs {
  /// The most steps of counting that a layer may take, some seconds.
  static let maximumEffort = 0x1p30

  /// About how many steps it takes to count a layer's words: for each kind of tile a row of positions
  /// of each tap, and each kind of fold.
  ///
  /// - Parameters:
  ///   - tile: positions of a tile.
  ///   - steps: along K of a fold.
  static func effort(
    _ geometry: ConvolutionGeometry, _ shape: MatrixShape, tile: Int, steps: Int
  ) -> Double {
    let (rows, columns) = (geometry.rows, geometry.columns)
    let tile = min(tile, shape.m)
    let tiles = Double(AnalyticalModel.ceiling(shape.m, tile))
    // Near the edges of an image, which begins at any place of a tile.
    let edge = Double(2 * (rows.reach + rows.padding) / rows.stride + 2) * Double(columns.positions)
    let phases = Double(min(tile, shape.m / geometry.positions))
    let kinds = min(tiles, Double(columns.positions) + phases * (2 + edge / Double(tile)))
    let lines = Double(tile / columns.positions + 2)
    let words = Double(min(columns.span, (tile + 1) * columns.stride) / 64 + 1)
    let taps = Double(geometry.taps)
    let folds = min(taps, Double(AnalyticalModel.ceiling(shape.k, steps)))
    return kinds * (taps * lines * words + 100 * folds) + 10 * Double(rows.span + columns.span)
  }

  /// The most different words that so many positions have with so many successive steps along K.
  static func most(
    _ geometry: ConvolutionGeometry, _ shape: MatrixShape, positions: Int, steps: Int
  ) -> Int {
    let buffer = FoldBuffer(words: 0, wordBits: 0, isDouble: false)
    let inputs = FoldInputs(
      geometry, FoldSchedule.Cut(shape.m, part: positions),
      folds: FoldSchedule.Cut(shape.k, part: steps), buffer: buffer, canKeepTile: false,
      canKeepLayer: false)
    var most = 0
    for (tile, _) in inputs.tiles.representatives(withNeighbors: false, isFirstApart: false) {
      for fold in 0..<inputs.period {
        most = max(most, inputs.block(tile, fold: fold)[0].words)
      }
    }
    return most
  }
}
