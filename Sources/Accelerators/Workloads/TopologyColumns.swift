import Files

/// What the columns of a SCALE-Sim topology mean, found from its header.
struct TopologyColumns {
  private static let gemm = ["Layer", "M", "N", "K"]
  private static let convolution = [
    "Layer name", "IFMAP Height", "IFMAP Width", "Filter Height", "Filter Width", "Channels",
    "Num Filter", "Strides",
  ]

  /// Published files have widths before heights. SCALE-Sim reads by position, so that it takes such a
  /// layer's mirror image: as many positions, taps and products.
  private static let widthsFirst = [
    "Layer name", "IFMAP Width", "IFMAP Height", "Filter Width", "Filter Height", "Channels",
    "Num Filter", "Strides",
  ]

  /// The names of the columns of sizes, that of the layer's name first.
  private var sizes: [String]
  private var hasWidthsFirst: Bool { sizes.starts(with: Self.widthsFirst) }
  private var batch: Int?
  private var sparsity: Int?
  /// Values of a line that have a meaning; beyond them are notes.
  private var count: Int
  private var hasNotes = false

  /// - Throws: `InputError` 65 if a column is missing, unknown, or out of order.
  init(header: [String], at place: SourceLocation) throws {
    for (separator, name) in [("\t", "tabs"), (";", "semicolons")]
    where header.count == 1 && header[0].contains(separator) {
      throw InputError(
        .badData, at: place, "has \(name) between its columns: write commas, ',', in their place")
    }
    let words = header.map(Self.word)
    // The sizes end where another column that is known, or one without a name, begins.
    let end =
      words.dropFirst().firstIndex { $0.isEmpty || Self.isBatch($0) || Self.isSparsity($0) }
      ?? words.count
    sizes = try Self.sizes(Array(header[..<end]), at: place)
    count = end
    for index in end..<words.count {
      let word = words[index]
      if Self.isBatch(word) && batch == nil {
        batch = index
      } else if Self.isSparsity(word) && sparsity == nil {
        sparsity = index
      } else if word.isEmpty || hasNotes {
        hasNotes = true
        continue
      } else {
        throw InputError(
          .badData, at: place,
          "column '\(header[index])' is not known, or there twice, after the layer's sizes")
      }
      count = index + 1
    }
  }

  /// The sizes of a line's layer, heights before widths, and its images.
  ///
  /// - Throws: `InputError` 65 if a value is missing, is none, or is not dense, or if there are more
  ///   values than columns.
  func row(_ fields: [String], at place: SourceLocation) throws -> (sizes: [Int], batch: Int) {
    var sizes = sizes
    let fields = try withoutRatio(fields, at: place)
    // SCALE-Sim reads a second stride whether the header names it or not.
    if sizes.count == Self.convolution.count && count == sizes.count && fields.count > count,
      !fields[count].isEmpty, !hasNotes
    {
      sizes.append("Stride of columns")
    }
    var count = max(count, sizes.count)
    // Files of SCALE-Sim name a last column of images that their lines leave out.
    if let batch, batch == count - 1, fields.count == batch { count = batch }
    guard fields.count >= count else {
      let missing =
        fields.count < sizes.count
        ? sizes[fields.count] : fields.count == sparsity ? "Sparsity" : "Batch Size"
      throw InputError(
        .badData, at: place,
        "has \(fields.count) values where the header has \(count) columns: "
          + "'\(missing)' is missing")
    }
    if !hasNotes && fields.count > count && !fields[count].isEmpty {
      throw InputError(
        .badData, at: place,
        "has \(fields.count) values where the header has \(count) columns: "
          + "'\(fields[count])' is one too many")
    }
    if let sparsity { try Self.checkDense(fields[sparsity], at: place) }
    var images = 1
    if let batch, batch < count { images = try Self.value(fields[batch], "Batch Size", at: place) }
    var values = try zip(fields, sizes).dropFirst().map { try Self.value($0, $1, at: place) }
    if hasWidthsFirst {
      values.swapAt(0, 1)
      values.swapAt(2, 3)
      if values.count > 7 { values.swapAt(6, 7) }
    }
    return (values, images)
  }

  /// The values without the ratio that SCALE-Sim reads at the end though no column of the header is one.
  private func withoutRatio(_ fields: [String], at place: SourceLocation) throws -> [String] {
    guard sparsity == nil, !hasNotes, fields.count > count, let last = fields.last,
      last.contains(":")
    else { return fields }
    try Self.checkDense(last, at: place)
    return fields.dropLast()
  }

  private static func word(_ text: String) -> String {
    text.lowercased().filter { $0.isLetter || $0.isNumber }
  }

  private static func isBatch(_ word: String) -> Bool { word == "batch" || word == "batchsize" }

  private static func isSparsity(_ word: String) -> Bool { word.hasPrefix("sparsity") }

  private static func sizes(_ header: [String], at place: SourceLocation) throws -> [String] {
    func means(_ found: String, _ name: String) -> Bool {
      found == name || name == "strides" && found.hasPrefix("stride")
        || name == "numfilter" && found == "numfilters"
    }
    let words = header.map(word)
    let columns =
      words.count < 6 ? gemm : words[1] == word(widthsFirst[1]) ? widthsFirst : convolution
    // SCALE-Sim skips the header, so that the column of names may be called anything.
    let known = (gemm + convolution).map(word).filter { !$0.hasPrefix("layer") }
    let hasNames = words.first.map { !known.contains($0) } ?? false
    let (found, expected) = (words.dropFirst(), columns.map(word).dropFirst())
    let isSame = hasNames && zip(found, expected).allSatisfy(means)
    if isSame && found.count == expected.count { return columns }
    // The second of two strides is optional.
    if isSame && columns != gemm && words.count == columns.count + 1,
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
      "\(what): a header is '\(gemm.joined(separator: ", "))' or "
        + "'\(convolution.joined(separator: ", "))', or has both widths before their heights")
  }

  private static func checkDense(_ text: String, at place: SourceLocation) throws {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { part in
      Int(part.filter { !$0.isWhitespace }) ?? 0
    }
    guard parts.count == 2, parts[0] > 0, parts[1] >= parts[0] else {
      throw InputError(
        .badData, at: place,
        "sparsity '\(text)' is no ratio N:M of N kept weights in M: write 1:1 for a dense layer")
    }
    guard parts[0] == parts[1] else {
      throw InputError(
        .badData, at: place,
        "sparsity '\(text)' is not dense (N:N), and only dense layers are modeled: write 1:1 to "
          + "take the layer as dense, as SCALE-Sim does without SparsitySupport")
    }
  }

  private static func value(_ text: String, _ column: String, at place: SourceLocation) throws
    -> Int
  {
    let isNumber = !text.isEmpty && text.allSatisfy { ("0"..."9").contains($0) }
    let value = isNumber ? Int(text) : 0
    guard let value else {
      throw InputError(
        .badData, at: place, "\(text) in column '\(column)' is outside 1 … \(GEMM.maximumExtent)")
    }
    guard value > 0 else {
      throw InputError(
        .badData, at: place, "'\(text)' in column '\(column)' is not a whole number above 0")
    }
    return value
  }
}
