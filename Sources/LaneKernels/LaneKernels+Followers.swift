import CLaneKernels

extension WaveInstruction {
  /// What a lane instruction does in each step, delayed without what lasts shorter: the output takes
  /// its value in the step in which that has stood for `delay` steps, else it stays. Both are at one
  /// level before the row.
  ///
  /// - Parameters:
  ///   - before: that level; step i of the output follows steps i − delay + 1 … i of the operands.
  ///   - delay: 2 to the kernels' `longestFollowedDelay`; of any length with the portable ones.
  @inlinable
  public static func follow(
    like instruction: LaneInstruction, _ a: Operand, _ b: Operand, _ c: Operand, before: Int,
    output: Int, steps: Int, delay: Int
  ) -> WaveInstruction {
    WaveInstruction(
      16 &+ instruction.operation, a, b, c, output: output, steps: steps, delay: delay,
      before: before)
  }
}

extension LaneKernels {
  /// The longest delay for which function and pulse rule are one loop that is faster than two; 1 if
  /// none is.
  public var longestFollowedDelay: Int {
    switch self {
    case .portable, .avx2: 1
    case .avx512: 21
    }
  }

  /// - Parameters:
  ///   - function: the value of the operation in a step.
  ///   - before: that of the steps before 0, and of the output before.
  static func followPortably(
    _ y: UnsafeMutablePointer<Words>, before: Words, steps: Int, delay: Int,
    function: (Int) -> Words
  ) {
    var held = before
    for i in 0..<steps {
      let value = function(i)
      var changes = Words.zero
      for step in i - delay + 1..<i { changes |= (step < 0 ? before : function(step)) ^ value }
      held = value ^ (changes & (value ^ held))
      y[i] = held
    }
  }
}
