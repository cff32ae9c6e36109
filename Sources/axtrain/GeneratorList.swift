import Files
import Netlists

/// The table of `axtrain generate --list`.
enum GeneratorList {
  /// A row for each parameter of each family, or one for a family without any.
  ///
  /// - Parameter shape: the widths that the ranges are given for.
  static func table(_ shape: MultiplierShape) -> ResultTable {
    var table = ResultTable(
      columns: [
        ColumnDefinition("family", "The name of the family."),
        ColumnDefinition("what", "The family in a few words."),
        ColumnDefinition("sign", "The operands that it multiplies."),
        ColumnDefinition("parameter", "The name of a parameter."),
        ColumnDefinition("values", "Its values at the given widths."),
        ColumnDefinition("source", "The paper that describes the family."),
      ])
    for entry in MultiplierFamily.catalog {
      append(entry, shape, to: &table)
    }
    for adder in AdderFamily.exactAdders {
      table.append([
        .text(adder.commandName), .text("adder, \(adder.summary)"), .text("either"), .missing,
        .missing, .text(adder.source),
      ])
    }
    let lower = AdderFamily.lowerPartOR(bits: 0)
    table.append([
      .text(lower.commandName), .text("adder, lower-part OR"), .text("either"),
      .text(AdderFamily.lowerPartParameter), .text("0 to the width"), .text(lower.source),
    ])
    return table
  }

  private static func append(
    _ entry: MultiplierFamilyEntry, _ shape: MultiplierShape, to table: inout ResultTable
  ) {
    let names: [CellValue] = [
      .text(entry.name), .text(entry.title), .text(entry.sign.rawValue),
    ]
    if entry.parameters.isEmpty {
      table.append(names + [.missing, .missing, .text(entry.source)])
    }
    for (index, parameter) in entry.parameters.enumerated() {
      let standard = parameter.defaultValue.map { "; \($0) if left out" } ?? ""
      let head = index == 0 ? names : [.missing, .missing, .missing]
      table.append(
        head + [
          .text(parameter.name), .text(parameter.range(shape) + standard),
          index == 0 ? .text(entry.source) : .missing,
        ])
    }
  }
}
