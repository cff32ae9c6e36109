import CArrayKernels

/// Computes the products of a cycle for the kernels, where words are too wide for a table.
final class ComputedProducts {
  private let multiplier: WideMultiplier
  private let highIsWeight: Bool
  private let products: RegisterMemory<UInt32>

  /// - Parameters:
  ///   - highIsWeight: whether the kernel's first operand is the weight.
  ///   - registers: product registers, those that no element has included.
  init(_ multiplier: WideMultiplier, highIsWeight: Bool, registers: Int) {
    self.multiplier = multiplier
    self.highIsWeight = highIsWeight
    products = RegisterMemory(registers)
  }

  /// What a kernel calls; valid while this object is.
  var kernel: AXWideProducts {
    AXWideProducts(
      compute: Self.compute, context: UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque()),
      products: products.base)
  }

  private static let compute: AXProducts = { context, count, high, low, products in
    guard let context else { return }
    let computed = Unmanaged<ComputedProducts>.fromOpaque(context).takeUnretainedValue()
    let high = UnsafeBufferPointer(start: high, count: Int(count))
    let low = UnsafeBufferPointer(start: low, count: Int(count))
    let (activations, weights) = computed.highIsWeight ? (low, high) : (high, low)
    computed.multiplier.multiply(
      activations, weights,
      into: UnsafeMutableBufferPointer(start: products, count: Int(count)))
  }
}
