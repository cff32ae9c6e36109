import Files

/// Reads SCALE-Sim's topology CSVs, both layouts, as they are: perhaps a title, a header, a line a layer,
/// and perhaps commas at the end of each.
///
/// GEMM: `Layer, M, N, K`. Convolution: `Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter
/// Width, Channels, Num Filter, Strides`, perhaps with a second stride, of the columns; or with widths
/// before heights throughout. As SCALE-Sim does, a last window that the stride does not quite reach
/// counts as an output, and a layer with `DP` in its name is depthwise: a product a channel, each with
/// all its filters.
///
/// Either layout may go on with `Batch Size`, which multiplies M, and `Sparsity`, a ratio N:M that must
/// be dense (`N:N`); as SCALE-Sim 3 does, a ratio at a line's end counts whether the header names it or
/// not. Columns after one without a name are notes, and so is a field that begins with `#` and what
/// follows it.
public enum ScaleSimTopology {
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
    var layout: TopologyColumns?
    var isFirst = true
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() {
      let place = SourceLocation(file: file, line: index + 1)
      let fields = try TopologyLine.fields(line, at: place)
      if fields.isEmpty { continue }
      guard let columns = layout else {
        // A title before the header has no commas between anything.
        let isTitle = isFirst && fields.count == 1 && !fields[0].contains { "\t;".contains($0) }
        isFirst = false
        if !isTitle { layout = try TopologyColumns(header: fields, at: place) }
        continue
      }
      guard gemms.count < maximumLayers else {
        throw InputError(.badData, at: place, "more than \(maximumLayers) layers are not read")
      }
      let row = try columns.row(fields, at: place)
      let (images, isTooLarge) = batch.multipliedReportingOverflow(by: row.batch)
      do throws(WorkloadError) {
        gemms.append(try gemm(fields[0], row.sizes, batch: isTooLarge ? Int.max : images))
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

  private static func gemm(
    _ name: String, _ values: [Int], batch: Int
  ) throws(WorkloadError) -> GEMM {
    if values.count == 3 {
      let (m, isTooLarge) = values[0].multipliedReportingOverflow(by: batch)
      return try GEMM(name: name, m: isTooLarge ? Int.max : m, k: values[2], n: values[1])
    }
    let isDepthwise = name.contains("DP")
    let (filters, isTooMany) = values[5].multipliedReportingOverflow(
      by: isDepthwise ? values[4] : 1)
    var layer = ConvolutionLayer(
      channels: values[4], inputRows: values[0], inputColumns: values[1],
      filters: isTooMany ? Int.max : filters,
      kernelRows: values[2], kernelColumns: values[3])
    layer.strideRows = values[6]
    layer.strideColumns = values.count > 7 ? values[7] : values[6]
    layer.groups = isDepthwise ? values[4] : 1
    layer.roundsUp = true
    return try layer.gemm(name: name, batch: batch)
  }
}
