/// The Verilog of the folder `Verilog`: modules as they are exported, and templates whose numbers
/// stand as `@NAME@`.
enum VerilogSource {
  case accumulate, pipeline, skew, testbench
  case stationaryTop, stationaryController, stationaryArray, stationaryElement, stationaryBank
  case outputTop, outputController, outputArray, outputElement, outputBank

  var text: String {
    let bytes =
      switch self {
      case .accumulate: PackageResources.accumulate_v
      case .pipeline: PackageResources.pipeline_v
      case .skew: PackageResources.skew_v
      case .testbench: PackageResources.testbench_v
      case .stationaryTop: PackageResources.stationary_top_v
      case .stationaryController: PackageResources.stationary_controller_v
      case .stationaryArray: PackageResources.stationary_array_v
      case .stationaryElement: PackageResources.stationary_element_v
      case .stationaryBank: PackageResources.stationary_bank_v
      case .outputTop: PackageResources.output_top_v
      case .outputController: PackageResources.output_controller_v
      case .outputArray: PackageResources.output_array_v
      case .outputElement: PackageResources.output_element_v
      case .outputBank: PackageResources.output_bank_v
      }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The text with each `@NAME@` replaced.
  ///
  /// - Precondition: a value for each name in the text.
  func filled(texts: [String: String], numbers: [String: Int]) -> String {
    text.replacing(/@([A-Z_]+)@/) { match in
      let name = String(match.output.1)
      guard let value = texts[name] ?? numbers[name].map(String.init) else {
        preconditionFailure("a template has a name without a value: \(name)")
      }
      return value
    }
  }
}
