import Files

/// Reads SCALE-Sim's topology CSVs, both layouts, as they are: a header, a line a layer, and perhaps a
/// comma at the end of each.
///
/// GEMM: `Layer, M, N, K`. Convolution: `Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter
/// Width, Channels, Num Filter, Strides`, perhaps with a second stride, of the columns. As SCALE-Sim
/// does, a last window that the stride does not quite reach counts as an output.
public enum ScaleSimTopology {
  private static let gemmColumns = ["Layer", "M", "N", "K"]
  private static let convolutionColumns = [
    "Layer name", "IFMAP Height", "IFMAP Width", "Filter Height", "Filter Width", "Channels",
    "Num Filter", "Strides",
  ]
  /// The most layers of a file.
  private static let maximumLayers = 100_000

  /// - Throws: `InputError` 66 if the file is missing, 65 at the line of what is wrong in it.
  public static func read(contentsOf path: String, batch: Int = 1) throws -> [GEMM] {
    try read(text: InputFile.text(of: path, limit: 16 << 20), file: path, batch: batch)
  }

  /// - Parameters:
  ///   - file: its name for messages.
  ///   - batch: images of a convolution; rows of M of a GEMM are multiplied by it.
  public static func read(text: String, file: String, batch: Int = 1) throws -> [GEMM] {
    var gemms: [GEMM] = []
    var layout: [String]?
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() {
      let place = SourceLocation(file: file, line: index + 1)
      let fields = fields(line)
      if fields.isEmpty { continue }
      guard let columns = layout else {
        layout = try self.layout(fields, at: place)
        continue
      }
      guard gemms.count < maximumLayers else {
        throw InputError(.badData, at: place, "more than \(maximumLayers) layers are not read")
      }
      try checkCount(fields, columns, at: place)
      let values = try zip(fields, columns).dropFirst().map { try value($0, $1, at: place) }
      do throws(WorkloadError) {
        gemms.append(try gemm(fields[0], values, batch: batch))
      } catch {
        throw InputError(.badData, at: place, "layer '\(fields[0])': \(error.reason)")
      }
    }
    guard layout != nil else {
      throw InputError(
        .badData, at: SourceLocation(file: file), "is empty: a header line is needed")
    }
    guard !gemms.isEmpty else {
      throw InputError(.badData, at: SourceLocation(file: file), "has a header but no layers")
    }
    return gemms
  }

  /// The fields without blanks around them, and without the empty one after a comma at the end.
  private static func fields(_ line: Substring) -> [String] {
    var fields = line.split(separator: ",", omittingEmptySubsequences: false).map {
      String(
        $0.trimmingPrefix(while: \.isWhitespace).reversed().trimmingPrefix(while: \.isWhitespace)
          .reversed())
    }
    if fields.last == "" { fields.removeLast() }
    return fields
  }

  private static func layout(_ header: [String], at place: SourceLocation) throws -> [String] {
    func word(_ text: String) -> String {
      text.lowercased().filter { $0.isLetter || $0.isNumber }
    }
    func means(_ found: String, _ name: String) -> Bool {
      found == name || name == "strides" && found.hasPrefix("stride")
        || name == "numfilter" && found == "numfilters"
    }
    let words = header.map(word)
    let columns = words.count < 6 ? gemmColumns : convolutionColumns
    // SCALE-Sim skips the header, so that the column of names may be called anything.
    let known = (gemmColumns + convolutionColumns).map(word).filter { !$0.hasPrefix("layer") }
    let hasNames = words.first.map { !known.contains($0) } ?? false
    let (found, expected) = (words.dropFirst(), columns.map(word).dropFirst())
    let isSame = hasNames && zip(found, expected).allSatisfy(means)
    if isSame && found.count == expected.count { return columns }
    // The second of two strides is optional.
    if isSame && columns == convolutionColumns && words.count == columns.count + 1,
      words[columns.count].hasPrefix("stride")
    {
      return columns + ["Stride of columns"]
    }
    let missing =
      hasNames
      ? zip(columns, columns.map(word)).dropFirst().first { name in
        !words.contains { means($0, name.1) }
      }?.0
      : columns[0]
    let extra = zip(header, words).dropFirst().first { word in
      !expected.contains { means(word.1, $0) }
    }?.0
    let what =
      missing.map { "column '\($0)' is missing" } ?? extra.map { "column '\($0)' is not known" }
      ?? "columns are out of order"
    throw InputError(
      .badData, at: place,
      "\(what): a header is '\(gemmColumns.joined(separator: ", "))' or "
        + "'\(convolutionColumns.joined(separator: ", "))'")
  }

  private static func checkCount(
    _ fields: [String], _ columns: [String], at place: SourceLocation
  ) throws {
    if fields.count < columns.count {
      throw InputError(
        .badData, at: place,
        "has \(fields.count) values where the header has \(columns.count) columns: "
          + "'\(columns[fields.count])' is missing")
    }
    if fields.count > columns.count {
      throw InputError(
        .badData, at: place,
        "has \(fields.count) values where the header has \(columns.count) columns: "
          + "'\(fields[columns.count])' is one too many")
    }
  }

  private static func value(_ text: String, _ column: String, at place: SourceLocation) throws
    -> Int
  {
    guard !text.isEmpty, text.allSatisfy({ ("0"..."9").contains($0) }), let value = Int(text),
      value > 0
    else {
      throw InputError(
        .badData, at: place, "'\(text)' in column '\(column)' is not a whole number above 0")
    }
    return value
  }

  private static func gemm(
    _ name: String, _ values: [Int], batch: Int
  ) throws(WorkloadError) -> GEMM {
    if values.count == 3 {
      let (m, isTooLarge) = values[0].multipliedReportingOverflow(by: batch)
      return try GEMM(name: name, m: isTooLarge ? Int.max : m, k: values[2], n: values[1])
    }
    var layer = ConvolutionLayer(
      channels: values[4], inputRows: values[0], inputColumns: values[1], filters: values[5],
      kernelRows: values[2], kernelColumns: values[3])
    layer.strideRows = values[6]
    layer.strideColumns = values.count > 7 ? values[7] : values[6]
    layer.roundsUp = true
    return try layer.gemm(name: name, batch: batch)
  }
}
