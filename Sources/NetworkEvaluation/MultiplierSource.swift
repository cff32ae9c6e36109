import Files
import Foundation
import Netlists

/// Where a multiplier of a sweep comes from.
public enum MultiplierSource: Hashable, Sendable {
  /// A netlist file of any format that is read.
  case file(String)
  /// A generated multiplier of 8×8 unsigned bits.
  case generated(MultiplierFamily, adder: AdderFamily)

  /// What manifests and messages call it: the path, or `generate mul8u_drum_k6`.
  public var label: String {
    switch self {
    case .file(let path): path
    case .generated(let family, let adder):
      "generate \(family.moduleName(Self.shape(adder)))"
    }
  }

  /// What reports call it: the file's name without folder and extension, or the module's name.
  public var name: String {
    switch self {
    case .file(let path): ((path as NSString).lastPathComponent as NSString).deletingPathExtension
    case .generated(let family, let adder): family.moduleName(Self.shape(adder))
    }
  }

  private static func shape(_ adder: AdderFamily) -> MultiplierShape {
    MultiplierShape(width: 8, adder: adder)
  }

  /// The netlist, made of the library's cells alone, and what it was read from.
  ///
  /// - Throws: `InputError` as the readers and `Netlist.mapped(to:)` do.
  func netlist(library: CellLibrary) throws -> (Netlist, EvaluationInputs.FileDigest) {
    switch self {
    case .file(let path):
      let netlist = try NetlistReader.netlist(contentsOf: path, library: library)
      return (try netlist.mapped(to: library).netlist, try .init(of: path))
    case .generated(let family, let adder):
      let shape = Self.shape(adder)
      let netlist = try family.netlist(shape).mapped(to: library).netlist
      return (netlist, .init(label, digest: Digest(of: family.verilog(shape))))
    }
  }
}
