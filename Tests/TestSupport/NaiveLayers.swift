/// Layers of networks in double precision, forward, written straight from their definitions: what
/// the layers and, by differences, their gradients are compared with.
public enum NaiveLayers {
  /// y[o] = Σ over i of weight[o][i]·x[i] + bias[o].
  public static func dense(
    _ x: NaiveFeatures, weight: [Double], bias: [Double]?, outputs: Int
  ) -> NaiveFeatures {
    let inputs = x.values.count / max(1, x.count)
    var y = NaiveFeatures(count: x.count, channels: outputs)
    y.forEachPlace { n, o, _, _ in
      var sum = bias?[o] ?? 0
      for i in 0..<inputs { sum += weight[o * inputs + i] * x.values[n * inputs + i] }
      y[n, o, 0, 0] = sum
    }
    return y
  }

  /// A convolution by seven loops: filter f of group g sees only that group's channels.
  public static func convolution(
    _ x: NaiveFeatures, weight: [Double], bias: [Double]?, filters: Int, kernel: Int, stride: Int,
    padding: Int, dilation: Int, groups: Int
  ) -> NaiveFeatures {
    let channels = x.channels / groups
    func length(_ input: Int) -> Int {
      (input + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1
    }
    var y = NaiveFeatures(
      count: x.count, channels: filters, rows: length(x.rows), columns: length(x.columns))
    y.forEachPlace { n, f, row, column in
      var sum = bias?[f] ?? 0
      let group = f / (filters / groups)
      for c in 0..<channels {
        for i in 0..<kernel {
          for j in 0..<kernel {
            let (r, s) = (
              row * stride - padding + i * dilation, column * stride - padding + j * dilation
            )
            guard x.contains(row: r, column: s) else { continue }
            sum +=
              weight[((f * channels + c) * kernel + i) * kernel + j]
              * x[n, group * channels + c, r, s]
          }
        }
      }
      y[n, f, row, column] = sum
    }
    return y
  }

  /// The largest of each window; what is around the image does not count.
  public static func maxPooling(
    _ x: NaiveFeatures, kernel: Int, stride: Int, padding: Int
  ) -> NaiveFeatures {
    pooling(x, kernel: kernel, stride: stride, padding: padding) { $0.max() ?? .nan }
  }

  /// The mean of each window, of its features or, if padding counts, of all its places.
  public static func averagePooling(
    _ x: NaiveFeatures, kernel: Int, stride: Int, padding: Int, countsPadding: Bool
  ) -> NaiveFeatures {
    pooling(x, kernel: kernel, stride: stride, padding: padding) { features in
      features.reduce(0, +) / Double(countsPadding ? kernel * kernel : features.count)
    }
  }

  private static func pooling(
    _ x: NaiveFeatures, kernel: Int, stride: Int, padding: Int, _ reduce: ([Double]) -> Double
  ) -> NaiveFeatures {
    var y = NaiveFeatures(
      count: x.count, channels: x.channels, rows: (x.rows + 2 * padding - kernel) / stride + 1,
      columns: (x.columns + 2 * padding - kernel) / stride + 1)
    y.forEachPlace { n, c, row, column in
      var features: [Double] = []
      for r in row * stride - padding..<row * stride - padding + kernel {
        for s in column * stride - padding..<column * stride - padding + kernel
        where x.contains(row: r, column: s) { features.append(x[n, c, r, s]) }
      }
      y[n, c, row, column] = reduce(features)
    }
    return y
  }

  /// The mean of each channel.
  public static func globalAveragePooling(_ x: NaiveFeatures) -> NaiveFeatures {
    var y = NaiveFeatures(count: x.count, channels: x.channels)
    x.forEachPlace { n, c, row, column in
      y[n, c, 0, 0] += x[n, c, row, column] / Double(x.rows * x.columns)
    }
    return y
  }

  /// min(max(x, 0), ceiling).
  public static func relu(_ x: NaiveFeatures, ceiling: Double = .infinity) -> NaiveFeatures {
    x.mapped { min(max($0, 0), ceiling) }
  }

  /// The same features as a vector.
  public static func flatten(_ x: NaiveFeatures) -> NaiveFeatures {
    NaiveFeatures(
      count: x.count, channels: x.channels * x.rows * x.columns, values: x.values)
  }

  /// 0 where dropped, and x / (1 − probability) elsewhere.
  public static func dropout(
    _ x: NaiveFeatures, probability: Double, isDropped: [Bool]
  ) -> NaiveFeatures {
    var y = x.mapped { $0 / (1 - probability) }
    for (index, drop) in isDropped.enumerated() where drop { y.values[index] = 0 }
    return y
  }
}
