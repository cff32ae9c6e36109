import ArgumentParser
import Files
import Netlists

/// `axtrain generate FAMILY`.
struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Write a multiplier or an adder as a structural netlist.",
    discussion: """
      Example: axtrain generate drum --set k=6 --output mul8u_drum_k6.v
      axtrain generate --list prints the families, their parameters and sources.
      """)

  enum NetlistFormat: String, ExpressibleByArgument, CaseIterable { case verilog, blif }

  @Argument(help: "A family of --list: drum, exact_wallace, add_kogge_stone …")
  var family: String?

  @Flag(help: "Print a table of the families instead; ranges are those at the given widths.")
  var list = false

  @Option(help: "Operand width in bits: 4 to 16, adders 2 to 64.")
  var width = 8

  @Option(help: "Width of the second operand, 4 to 16; that of the first where it is left out.")
  var widthB: Int?

  @Flag(help: "Two's complement operands and product.")
  var signed = false

  @Option(
    name: .customLong("set"),
    help: "A parameter of the family: --set k=6, or --set h=2 --set t=6.")
  var settings: [String] = []

  @Option(help: "The same as --set columns=….")
  var columns: Int?

  @Option(help: "The same as --set vertical=….")
  var vertical: Int?

  @Option(help: "The same as --set horizontal=….")
  var horizontal: Int?

  @Option(help: "A multiplier's final adder: ripple, carry_look_ahead, kogge_stone, brent_kung.")
  var adder: String?

  @Option(help: "verilog or blif.")
  var format = NetlistFormat.verilog

  @Option(name: .shortAndLong, help: "Write to this file instead of standard output.")
  var output: String?

  func validate() throws {
    guard list != (family != nil) else {
      throw ValidationError("Name a family, or ask for --list.")
    }
    guard !list || (settings.isEmpty && !signed && adder == nil && shortcuts.isEmpty) else {
      throw ValidationError("--list goes with --width, --width-b and --output only.")
    }
    if let adder = family.flatMap(AdderFamily.name(ofCommand:)) {
      guard AdderFamily.widths.contains(width) else {
        throw ValidationError("--width must be 2 to 64 for an adder.")
      }
      if self.adder != nil {
        throw ValidationError(
          "--adder is the final adder of a multiplier: 'add_\(adder)' is an adder itself, leave it "
            + "out.")
      }
      if widthB != nil {
        throw ValidationError(
          "Both operands of 'add_\(adder)' have one width: leave out --width-b.")
      }
      if signed {
        throw ValidationError(
          "'add_\(adder)' adds signed and unsigned operands alike: leave out --signed.")
      }
      return
    }
    guard MultiplierShape.widths.contains(width) else {
      throw ValidationError("--width must be 4 to 16.")
    }
    guard MultiplierShape.widths.contains(widthB ?? width) else {
      throw ValidationError("--width-b must be 4 to 16.")
    }
  }

  func run() throws {
    let text: String
    if list {
      text = GeneratorList.text(try shape())
    } else {
      text = try netlistText(of: family ?? "")
    }
    if let output {
      try OutputFile.write(text, to: output)
    } else {
      print(text, terminator: "")
    }
  }

  private func netlistText(of name: String) throws -> String {
    let parameters = try parameters()
    if let adder = AdderFamily.name(ofCommand: name) {
      let family = try AdderFamily.named(adder, parameters: parameters, width: width)
      return written(family.netlist(width: width), header: family.header(width: width))
    }
    let shape = try shape()
    let family = try MultiplierFamily.named(name, parameters: parameters, shape)
    try family.checkTakesAdder(named: adder)
    return written(family.netlist(shape), header: family.header(shape))
  }

  /// A netlist in the format that was asked for.
  private func written(_ netlist: Netlist, header: [String]) -> String {
    switch format {
    case .verilog:
      VerilogWriter.text(of: netlist, library: GeneratorCells.library, header: header)
    case .blif:
      BLIFWriter.text(
        of: netlist, library: GeneratorCells.library, style: .gates, header: header)
    }
  }

  private func shape() throws -> MultiplierShape {
    let adder = try adder.map { try AdderFamily.finalAdder(named: $0) } ?? .ripple
    return MultiplierShape(width: width, widthB: widthB, isSigned: signed, adder: adder)
  }

  private func parameters() throws -> [String: Int] {
    var parameters: [String: Int] = [:]
    func set(_ name: String, _ value: Int) throws {
      guard parameters.updateValue(value, forKey: name) == nil else {
        throw InputError(.usage, "'\(name)' is given twice")
      }
    }
    for setting in settings {
      let parts = setting.split(separator: "=", omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty, let value = Int(parts[1]) else {
        throw InputError(.usage, "'\(setting)' is not NAME=NUMBER: write --set k=6")
      }
      try set(String(parts[0]), value)
    }
    for (name, value) in shortcuts { try set(name, value) }
    return parameters
  }

  /// The parameters that have an option of their own.
  private var shortcuts: [(name: String, value: Int)] {
    let all = [("columns", columns), ("vertical", vertical), ("horizontal", horizontal)]
    return all.compactMap { name, value in value.map { (name, $0) } }
  }
}
