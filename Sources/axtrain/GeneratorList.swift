import Files
import Netlists
import Reporting

/// The table of `axtrain generate --list`.
enum GeneratorList {
  private static let columns = [
    ColumnDefinition("family", "The name of the family."),
    ColumnDefinition("parameter", "The name of a parameter of the family above."),
    ColumnDefinition("values", "The parameter's values at the given widths."),
    ColumnDefinition("default", "The parameter's value where it is left out."),
    ColumnDefinition("what", "The family or parameter in a few words."),
    ColumnDefinition("operands", "Whether the operands may be unsigned, signed or either."),
    ColumnDefinition("source", "The paper that describes the family."),
  ]

  /// A row for each family and adder, and below it one for each of its parameters. Names are never
  /// cut, so the lines may be longer than a terminal.
  ///
  /// - Parameter shape: the widths that the values are given for.
  static func text(_ shape: MultiplierShape) -> String {
    var table = ResultTable(columns: columns)
    for entry in MultiplierFamily.catalog {
      table.append(row(entry.name, entry.title, entry.sign.rawValue, entry.source))
      for parameter in entry.parameters {
        let standard = parameter.defaultValue.map { String($0) } ?? ""
        table.append([
          .missing, .text(parameter.name), .text(parameter.range(shape)), .text(standard),
          .text(parameter.meaning), .missing, .missing,
        ])
      }
    }
    for adder in AdderFamily.exactAdders {
      table.append(row(adder.commandName, "adder, \(adder.summary)", "either", adder.source))
    }
    let lower = AdderFamily.lowerPartOR(bits: 0)
    table.append(row(lower.commandName, "adder, lower-part OR", "either", lower.source))
    table.append([
      .missing, .text(AdderFamily.lowerPartParameter), .text("0 to width"), .missing,
      .text("low bits that are ORed"), .missing, .missing,
    ])
    return TextTable(table, width: 160).text
  }

  private static func row(
    _ name: String, _ title: String, _ operands: String, _ source: String
  ) -> [CellValue] {
    [
      .text(name), .missing, .missing, .missing, .text(title), .text(operands), .text(source),
    ]
  }
}
