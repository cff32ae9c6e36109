import Files
import Foundation
import Netlists
import Testing

/// The multipliers of HardwareSpecs/Multipliers.
let shippedFamilies: [MultiplierFamily] = [
  .exactDadda, .truncated(columns: 6), .brokenArray(vertical: 7, horizontal: 2), .kulkarni,
]

/// The folder of the package, from the place of this file.
let packageFolder = URL(filePath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent().path

@Test("each shipped multiplier is its generator's output byte for byte", arguments: shippedFamilies)
func shippedIsGenerated(family: MultiplierFamily) throws {
  let path =
    "\(packageFolder)/HardwareSpecs/Multipliers/\(family.moduleName(width: 8)).v"
  let text = family.verilog(width: 8)
  // One command re-makes the files: AXTRAIN_REMAKE=1 swift test --filter shippedIsGenerated
  if ProcessInfo.processInfo.environment["AXTRAIN_REMAKE"] != nil {
    try OutputFile.write(text, to: path)
  }
  #expect(try InputFile.text(of: path) == text)
}
