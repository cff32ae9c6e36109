import Files

extension BLIFParser {
  /// The nets that yosys takes for constant where no `.names` says so (`write_blif -impltf`).
  private static let impliedConstants = ["$false", "$true"]

  /// Drives the implied constants that the model reads and does not drive.
  mutating func addConstants() {
    guard let module else { return }
    for (value, text) in Self.impliedConstants.enumerated() {
      let name = names.intern(text)
      guard let position = module.signalPositions[name],
        module.signals[position].direction != .input
      else { continue }
      let isDriven = module.items.contains { item in
        if case .cover(let cover) = item { return cover.output == name }
        return false
      }
      if isDriven { continue }
      self.module?.items.append(
        .cover(
          .init(
            inputs: [], output: name, rows: [], isOnSet: true, rowCount: value,
            place: module.signals[position].place)))
    }
  }

  /// Commands that do not touch the function of a netlist: names, delays and loads.
  static let passedBy: Set<String> = [
    ".attr", ".cname", ".area", ".delay", ".wire_load_slope", ".wire", ".input_arrival",
    ".default_input_arrival", ".output_required", ".default_output_required", ".input_drive",
    ".default_input_drive", ".output_load", ".default_output_load", ".max_input_load",
    ".default_max_input_load",
  ]

  /// Why a command is not read, and what to do.
  func refusal(of command: BLIFLexer.Word) -> String {
    switch command.text {
    case ".latch", ".mlatch":
      "\(command.shown) is a memory: only combinational netlists are read"
    case ".clock":
      "'.clock' belongs to memories: only combinational netlists are read"
    case ".exdc":
      "'.exdc' says where outputs do not matter, which is not read: leave out all from it to '.end'"
    case ".search":
      "'.search' names another file, which is not read: put its models into this one"
    case ".blackbox":
      "'.blackbox' is a model without a function: write its .names, or leave the model out and "
        + "bring its cell in a Liberty file"
    case ".param":
      "'.param' may change what a cell computes, which is not read: write the function as .names"
    case ".start_kiss":
      "'.start_kiss' begins a state machine: only combinational netlists are read"
    default:
      "\(command.shown) is not read: models have .inputs, .outputs, .names, .subckt, .gate, .conn "
        + "and .end"
    }
  }
}
