import CArrayKernels

/// Sees the registers of an array after each cycle: what traces are made of.
protocol ArrayObserver {
  func beginFold()
  /// The array stands still for so many cycles, 0 or more, before the next one that it works.
  func wait(_ cycles: Int)
  /// One of the cycles is given: of the held operand's way down, or of the stream.
  func see(
    _ array: AXStationaryArray, _ fold: AXStationaryFold, streamCycle: Int?, loadCycle: Int?)
  func see(_ array: AXOutputArray, _ fold: AXOutputFold, cycle: Int)
}
