extension NaiveLayers {
  /// The mean, the population variance and the number of features of each channel of a batch.
  public static func moments(
    _ x: NaiveFeatures
  ) -> (means: [Double], variances: [Double], number: Int) {
    let number = x.count * x.rows * x.columns
    var means = [Double](repeating: 0, count: x.channels)
    var variances = means
    x.forEachPlace { n, c, y, z in means[c] += x[n, c, y, z] / Double(number) }
    x.forEachPlace { n, c, y, z in
      variances[c] += (x[n, c, y, z] - means[c]) * (x[n, c, y, z] - means[c]) / Double(number)
    }
    return (means, variances, number)
  }

  /// y = weight·(x − mean)/√(variance + epsilon) + bias, all of them a channel.
  public static func batchNormalization(
    _ x: NaiveFeatures, weight: [Double], bias: [Double], means: [Double], variances: [Double],
    epsilon: Double
  ) -> NaiveFeatures {
    var result = x
    x.forEachPlace { n, c, y, z in
      result[n, c, y, z] =
        weight[c] * (x[n, c, y, z] - means[c]) / (variances[c] + epsilon).squareRoot() + bias[c]
    }
    return result
  }

  /// The same with mean and population variance of each example's groups of channels.
  public static func groupNormalization(
    _ x: NaiveFeatures, weight: [Double], bias: [Double], groups: Int, epsilon: Double
  ) -> NaiveFeatures {
    let channels = x.channels / groups
    let number = Double(channels * x.rows * x.columns)
    var means = [Double](repeating: 0, count: x.count * groups)
    var variances = means
    x.forEachPlace { n, c, y, z in
      means[n * groups + c / channels] += x[n, c, y, z] / number
    }
    x.forEachPlace { n, c, y, z in
      let group = n * groups + c / channels
      let distance = x[n, c, y, z] - means[group]
      variances[group] += distance * distance / number
    }
    var result = x
    x.forEachPlace { n, c, y, z in
      let group = n * groups + c / channels
      result[n, c, y, z] =
        weight[c] * (x[n, c, y, z] - means[group]) / (variances[group] + epsilon).squareRoot()
        + bias[c]
    }
    return result
  }
}
