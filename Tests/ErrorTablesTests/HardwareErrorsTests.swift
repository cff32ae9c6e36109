import ErrorTables
import Testing

@Suite("Errors of an operating point") struct HardwareErrorsTests {
  @Test("rates grow by a factor up to one half, and a rate above that stays")
  func scaled() {
    let late = ProductErrorModel.differences(
      DifferenceErrors(probability: 0.1, differences: [-4, 8], counts: [3, 1], outputBits: 16))
    for (rate, factor, expected) in [
      (0.0, 100.0, 0.0), (0.03, 1, 0.03), (0.05, 2, 0.1), (0.2, 5, 0.5), (0.5, 3, 0.5),
      (0.7, 2, 0.7),
    ] {
      let errors = HardwareErrors(
        timing: late, weightBitErrorRate: rate, activationBitErrorRate: 0.01,
        weightFaults: BufferFaultModel(kind: .stuckAt(probabilityOfOne: 0.5)))
      #expect(
        errors.scalingRates(by: factor)
          == errors.replacingRates(weights: expected, activations: min(0.5, 0.01 * factor)))
    }
  }
}
