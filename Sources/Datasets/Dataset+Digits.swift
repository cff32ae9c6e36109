import Files
import Foundation

extension Dataset {
  /// The embedded handwritten digits: 1,797 images of 8×8 pixels, values 0 … 16, 10 classes.
  ///
  /// Source: E. Alpaydin and C. Kaynak, *Optical Recognition of Handwritten Digits*, UCI Machine
  /// Learning Repository, CC BY 4.0.
  ///
  /// - Throws: `InputError` 66 if the resource is missing beside the program; 65 with the line of
  ///   whatever is damaged in it.
  public static func digits() throws -> Dataset {
    let folder = resourceFolder
    guard FileManager.default.fileExists(atPath: folder) else {
      throw InputError(
        .missingInput, at: SourceLocation(file: folder),
        "is missing: keep this folder, made by the build, beside the program")
    }
    return try digits(contentsOf: digitsPath)
  }

  /// The file of the embedded digits, as the build placed it.
  public static var digitsPath: String { resourceFolder + "/Resources/digits.csv" }

  /// Where the build puts this target's resources.
  private static var resourceFolder: String {
    #if os(Linux)
      // Not `Bundle.module`, which ends the process where a program was moved without its folder.
      Bundle.main.bundleURL.appendingPathComponent("AxTrain_Datasets.resources").path
    #else
      Bundle.module.bundlePath
    #endif
  }

  /// Reads a file in the form of the embedded digits: a header of 64 pixel names and `digit`, then
  /// one image a line.
  ///
  /// - Throws: `InputError` 66 if the file is missing; 65 with its line where a record is no image.
  static func digits(contentsOf path: String) throws -> Dataset {
    let table = try CSVTable(contentsOf: path, requiring: ["digit"])
    let (pixels, images) = (64, 1797)
    guard table.header.count == pixels + 1, table.header.last == "digit" else {
      throw InputError(
        .badData, at: SourceLocation(file: path),
        "needs \(pixels) columns of pixels and then 'digit'")
    }
    guard table.rows.count == images else {
      throw InputError(
        .badData, at: SourceLocation(file: path),
        "has \(table.rows.count) images where the digits have \(images): is the file cut off?")
    }
    var features: [UInt8] = []
    var labels: [UInt8] = []
    features.reserveCapacity(images * pixels)
    for row in table.rows {
      for (column, field) in row.fields.enumerated() {
        let limit: UInt8 = column < pixels ? 16 : 9
        guard let value = UInt8(field), value <= limit else {
          throw InputError(
            .badData, at: table.location(row, place: column),
            "'\(field)' in column '\(table.header[column])' is not a whole number from 0 to "
              + "\(limit)")
        }
        if column < pixels { features.append(value) } else { labels.append(value) }
      }
    }
    return Dataset(
      name: "digits", features: features, featureCount: pixels, featureMaximum: 16,
      labels: labels, classCount: 10, featureShape: [8, 8])
  }
}
