import Files
import Netlists
import Reporting

/// The table of `axtrain generate --list`.
enum GeneratorList {
  private static let columns = [
    ColumnDefinition("family", "The name of a family; below it, indented, its parameters."),
    ColumnDefinition("values", "The parameter's values at the given widths; its default."),
    ColumnDefinition("sign", "Whether the operands may be unsigned (u), signed (s) or either."),
    ColumnDefinition("what", "The family or parameter in a few words."),
  ]

  /// A row for each family and adder, and below it one for each of its parameters; fits 80 columns.
  /// The papers that describe the families are in each generated file's header and in Models.md.
  ///
  /// - Parameter shape: the widths that the values are given for.
  static func text(_ shape: MultiplierShape) -> String {
    var table = ResultTable(columns: columns)
    for entry in MultiplierFamily.catalog {
      table.append([
        .text(entry.name), .missing, .text(sign(entry.sign)), .text(entry.title),
      ])
      for parameter in entry.parameters {
        let standard = parameter.defaultValue.map { " (\($0))" } ?? ""
        table.append([
          .text("  \(parameter.name)"), .text(parameter.range(shape) + standard), .missing,
          .text(parameter.meaning),
        ])
      }
    }
    for adder in AdderFamily.exactAdders {
      table.append([
        .text(adder.commandName), .missing, .text("u, s"), .text("adder, \(adder.summary)"),
      ])
    }
    table.append([
      .text(AdderFamily.lowerPartOR(bits: 0).commandName), .missing, .text("u, s"),
      .text("adder, lower-part OR"),
    ])
    table.append([
      .text("  \(AdderFamily.lowerPartParameter)"), .text("0 to width"), .missing,
      .text("low bits that are ORed"),
    ])
    return TextTable(table, width: Terminal.columns).text
  }

  private static func sign(_ sign: MultiplierFamilyEntry.Sign) -> String {
    switch sign {
    case .unsigned: "u"
    case .signed: "s"
    case .either: "u, s"
    }
  }
}
