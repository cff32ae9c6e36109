import Files

/// Topologies that come with the tool, by name.
public enum Preset: String, CaseIterable, Sendable {
  case perceptron64x32x10 = "64-32-10"
  case perceptron784x100x10 = "784-100-10"
  case perceptron784x128x10 = "784-128-10"
  case perceptron784x256x128x10 = "784-256-128-10"
  case perceptron617x128x26 = "617-128-26"
  case leNet5 = "lenet-5"
  case resNet8 = "resnet-8"

  /// The YAML text, as `TopologyReader` reads it.
  public var yaml: String { String(decoding: bytes, as: UTF8.self) }

  /// The topology.
  ///
  /// - Throws: nothing for the texts that are tested.
  public func topology() throws -> NetworkTopology {
    try TopologyReader.read(StrictYAML(text: yaml, file: "\(rawValue).yaml"))
  }

  private var bytes: [UInt8] {
    switch self {
    case .perceptron64x32x10: PackageResources.mlp_64_32_10_yaml
    case .perceptron784x100x10: PackageResources.mlp_784_100_10_yaml
    case .perceptron784x128x10: PackageResources.mlp_784_128_10_yaml
    case .perceptron784x256x128x10: PackageResources.mlp_784_256_128_10_yaml
    case .perceptron617x128x26: PackageResources.mlp_617_128_26_yaml
    case .leNet5: PackageResources.lenet_5_yaml
    case .resNet8: PackageResources.resnet_8_yaml
    }
  }
}
