/// Adam's step for one parameter after another: what the kernels are compared with, bit for bit.
public enum NaiveAdam {
  public static func step(
    weights: inout [Float], first: inout [Float], second: inout [Float], gradient: [Float],
    decay: Float, rate: Float, epsilon: Float
  ) {
    for i in weights.indices {
      let g = gradient[i] + decay * weights[i]
      first[i] = 0.9 * first[i] + (1 - 0.9) * g
      second[i] = 0.999 * second[i] + (1 - 0.999) * g * g
      weights[i] -= rate * first[i] / (second[i].squareRoot() + epsilon)
    }
  }
}
