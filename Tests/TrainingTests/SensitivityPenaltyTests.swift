import Files
import Foundation
import Randomness
import TestSupport
import Testing

@testable import Networks
@testable import Training

@Suite("The sensitivity penalty") struct SensitivityPenaltyTests {
  @Test("every kind of layer is recorded")
  func recorded() {
    let text = RecordedHessian.all.map(\.topology).joined()
    for name in TopologyReader.names { #expect(text.contains("- \(name)"), "\(name)") }
    #expect(RecordedHessian.all.count >= 27)
  }

  @Test(
    "Hessian-vector products, penalty and its gradient are PyTorch's double backward to 1e-5",
    arguments: RecordedHessian.all)
  func doubleBackward(recorded: RecordedHessian.Case) throws {
    let batch = try recorded.batch()
    let topology = batch.network.topology
    func flat<Number>(_ numbers: [String: [Number]]) -> [Number] {
      topology.flat(numbers)
    }
    let (gradient, pass) = batch.gradient()
    let penalty = SensitivityPenalty(
      strength: recorded.strength, deviations: flat(recorded.deviations))
    let product = penalty.product(
      direction: flat(recorded.direction), network: batch.network, pass: pass, work: .serial)
    // The penalty's gradient alone.
    var sum = gradient
    let value = penalty.add(to: &sum, network: batch.network, pass: pass)
    #expect(abs(value - recorded.penalty) <= 1e-5 * recorded.penalty)
    var sums: [Double] = []
    for (ours, theirs) in zip(flat(recorded.gradients), flat(recorded.penaltyGradients)) {
      sums.append(ours + theirs)
    }
    #expect(RecordedHessian.distance(gradient, flat(recorded.gradients)) < 1e-5)
    #expect(RecordedHessian.distance(sum, sums) < 1e-5)
    #expect(RecordedHessian.distance(product, flat(recorded.products)) < 1e-5)
    let alone = penalty.product(
      direction: zip(penalty.deviations, gradient).map { penalty.strength * $0 * $0 * $1 },
      network: batch.network, pass: pass, work: .serial)
    #expect(RecordedHessian.distance(alone, flat(recorded.penaltyGradients)) < 1e-5)
  }

  @Test("the product is symmetric: u·Hv = v·Hu", arguments: PenaltyBatch.networks)
  func symmetry(name: String) throws {
    let batch = try PenaltyBatch.named(name)
    let (_, pass) = batch.gradient()
    let penalty = batch.penalty()
    let (u, v) = (batch.normals(seed: 5), batch.normals(seed: 6))
    func product(_ direction: [Float]) -> [Float] {
      penalty.product(direction: direction, network: batch.network, pass: pass, work: .serial)
    }
    func dot(_ x: [Float], _ y: [Float]) -> Double {
      zip(x, y).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    let (hu, hv) = (product(u), product(v))
    // In parts of the lengths, since the two may nearly cancel.
    let scale = (dot(u, u) * dot(hv, hv)).squareRoot()
    #expect(scale > 0)
    #expect(abs(dot(u, hv) - dot(v, hu)) < 1e-6 * scale)
  }

  @Test("the penalty's gradient is its difference along random directions, without kinks")
  func differences() throws {
    let batch = try PenaltyBatch.named("smooth")
    let penalty = batch.penalty()
    let (gradient, pass) = batch.gradient()
    let ours = penalty.product(
      direction: zip(penalty.deviations, gradient).map { penalty.strength * $0 * $0 * $1 },
      network: batch.network, pass: pass, work: .serial)
    let length = ours.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    for seed in UInt64(10)..<18 {
      let direction = batch.normals(seed: seed)
      func value(_ along: Float) -> Double {
        var moved = batch
        for index in direction.indices {
          moved.network.parameters[index] += along * direction[index]
        }
        return penalty.value(gradient: moved.gradient().gradient)
      }
      let slope = zip(ours, direction).reduce(0) { $0 + Double($1.0) * Double($1.1) }
      // Central, of fourth order: gradients in single precision need a step that is not small.
      let step: Float = 0x1p-9
      let near = value(step) - value(-step)
      let far = value(2 * step) - value(-2 * step)
      let difference = (8 * near - far) / Double(12 * step)
      #expect(abs(slope - difference) < 1e-4 * length, "seed \(seed)")
    }
  }

  @Test("a gradient with penalty is the same bytes for 1, 2 and 3 threads")
  func threads() throws {
    for name in PenaltyBatch.networks {
      let batch = try PenaltyBatch.named(name, count: 70)
      let results = [1, 2, 3].map { threads in
        let work = ChunkedWork(threads: threads)
        var (gradient, pass) = batch.gradient(work: work)
        let value = batch.penalty().add(
          to: &gradient, network: batch.network, pass: pass, work: work)
        return gradient.map(\.bitPattern) + [Float(value).bitPattern]
      }
      #expect(results[0] == results[1] && results[0] == results[2])
    }
  }

  @Test("a penalty of strength 0 leaves the gradient, one without noise adds 0")
  func nothing() throws {
    let batch = try PenaltyBatch.named("digits")
    let (gradient, pass) = batch.gradient()
    let count = gradient.count
    for (strength, deviation) in [(Float(0), Float(1)), (1, 0)] {
      var sum = gradient
      let penalty = SensitivityPenalty(
        strength: strength, deviations: [Float](repeating: deviation, count: count))
      #expect(penalty.add(to: &sum, network: batch.network, pass: pass) == 0)
      #expect(sum == gradient)
    }
  }
}
