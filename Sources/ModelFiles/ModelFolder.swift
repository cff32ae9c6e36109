import Files
import Foundation
import Networks

/// A network as a folder of two files: `topology.yaml`, and `weights.safetensors` with its parameters
/// and statistics by name.
public enum ModelFolder {
  public static let topologyFile = "topology.yaml"
  public static let weightsFile = "weights.safetensors"

  /// Writes the two files, the same bytes for the same network; other files of the folder stay.
  ///
  /// Each file is there whole or not at all. Where the folder holds weights of another topology, they
  /// are removed before that is written over: an interrupted run leaves no pair that do not belong
  /// together.
  ///
  /// - Parameter metadata: texts that go into the file of weights.
  /// - Throws: `InputError` 73 if folder or files cannot be made, 74 if they cannot be written.
  public static func write(
    _ network: Network, to folder: String, metadata: [String: String] = [:]
  ) throws {
    try OutputFile.makeFolder(folder)
    let (topologyPath, weightsPath) = paths(folder)
    let yaml = network.topology.yaml
    if (try? InputFile.bytes(of: topologyPath, limit: 1 << 20)) != Array(yaml.utf8) {
      guard unlink(weightsPath) == 0 || errno == ENOENT else {
        throw InputError(
          .cannotCreate, at: SourceLocation(file: weightsPath),
          "the weights of another topology cannot be removed: name another folder")
      }
      try OutputFile.write(yaml, to: topologyPath)
    }
    try SafetensorsFile.write(arrays(of: network), metadata: metadata, to: weightsPath)
  }

  /// The network of a folder.
  ///
  /// - Throws: `InputError` 66 if a file is missing; 65 at the place of whatever is wrong in it, and
  ///   if an array of the topology is missing or has another shape, an array belongs to nothing, or a
  ///   number is not finite.
  public static func read(_ folder: String) throws -> Network {
    let (topologyPath, weightsPath) = paths(folder)
    return try network(
      TopologyReader.read(contentsOf: topologyPath), SafetensorsFile(contentsOf: weightsPath))
  }

  /// The parameters and statistics of a network by name, in single precision.
  public static func arrays(of network: Network) -> [(name: String, array: SafetensorsArray)] {
    func arrays(_ blocks: [ParameterBlock], _ values: [Float]) -> [(String, SafetensorsArray)] {
      var start = 0
      return blocks.map { block in
        defer { start += block.count }
        return (
          block.name,
          SafetensorsArray(
            shape: block.shape, .float32(Array(values[start..<start + block.count])))
        )
      }
    }
    let topology = network.topology
    return arrays(topology.parameters, network.parameters)
      + arrays(topology.statistics, network.statistics)
  }

  /// The network of a topology whose arrays a file has under their own names.
  ///
  /// - Throws: `InputError` 65 as `read(_:)`.
  public static func network(
    _ topology: NetworkTopology, _ weights: SafetensorsFile
  ) throws -> Network {
    try Network(topology: topology, arrays: NamedArrays(weights))
  }

  /// The paths of a folder's two files.
  public static func paths(_ folder: String) -> (topology: String, weights: String) {
    let base = folder.hasSuffix("/") ? folder : folder + "/"
    return (base + topologyFile, base + weightsFile)
  }
}

extension SafetensorsFile {
  /// The numbers of an array of a shape in single precision.
  ///
  /// - Throws: `InputError` 65 if there is none of that name, it has another shape, holds integers or
  ///   flags, or a number that is not finite in single precision.
  public func reals(_ name: String, shape: [Int]) throws -> [Float] {
    let array = try array(name)
    guard array.shape == shape else {
      throw refusal("'\(name)' has the shape \(array.shape) where \(shape) is needed")
    }
    guard let reals = array.reals else {
      throw refusal(
        "'\(name)' has elements of \(array.payload.type.rawValue) where real numbers are needed")
    }
    if let wrong = reals.firstIndex(where: { !$0.isFinite }) {
      throw refusal("element \(wrong) of '\(name)' is \(reals[wrong]): finite numbers are needed")
    }
    return reals
  }

  private func refusal(_ message: String) -> InputError {
    InputError(.badData, at: SourceLocation(file: file), message)
  }
}
