/// The activations under a convolution's kernel, one vector for each output position.
///
/// Vector v is position v mod P of image v / P, for P positions of an image. Step k of a patch is
/// channel k / (kernel rows · columns) of the group, then kernel row, then kernel column.
struct ConvolutionPatches {
  let shape: ConvolutionShape
  let activations: UnsafePointer<UInt8>
  /// The activation outside the image: the zero point.
  let padding: UInt8
  /// The group that `fill` lays out.
  let group: Int
  /// The end of the activations.
  let end: UnsafePointer<UInt8>
  /// One a step of a patch.
  let taps: [Tap]

  init(
    shape: ConvolutionShape, activations: UnsafePointer<UInt8>, images: Int, padding: UInt8,
    group: Int
  ) {
    self.shape = shape
    self.activations = activations
    self.padding = padding
    self.group = group
    end = activations + images * shape.inputCount
    taps = (0..<shape.patchCount).map { Tap(shape, step: $0, group: group) }
  }
}
