import Files
import Foundation
import Netlists

/// Where a multiplier of a sweep comes from.
public enum MultiplierSource: Hashable, Sendable {
  /// A netlist file of any format that is read.
  case file(String)
  /// A generated multiplier of `width`×`width` unsigned bits.
  case generated(MultiplierFamily, width: Int, adder: AdderFamily)

  /// What manifests and messages call it: the path, or `generate mul8u_drum_k6`.
  public var label: String {
    switch self {
    case .file(let path): path
    case .generated(let family, let width, let adder):
      "generate \(family.moduleName(Self.shape(width, adder)))"
    }
  }

  /// What reports call it: the file's name without folder and extension, or the module's name.
  public var name: String {
    switch self {
    case .file(let path): ((path as NSString).lastPathComponent as NSString).deletingPathExtension
    case .generated(let family, let width, let adder): family.moduleName(Self.shape(width, adder))
    }
  }

  /// Whether it is asked for with operands of fewer than 8 bits.
  var isNarrow: Bool {
    if case .generated(_, let width, _) = self { width < 8 } else { false }
  }

  private static func shape(_ width: Int, _ adder: AdderFamily) -> MultiplierShape {
    MultiplierShape(width: width, adder: adder)
  }

  /// The netlist, made of the library's cells alone, and what it was read from.
  ///
  /// - Throws: `InputError` as the readers and `Netlist.mapped(to:)` do.
  func netlist(library: CellLibrary) throws -> (Netlist, EvaluationInputs.FileDigest) {
    switch self {
    case .file(let path):
      let netlist = try NetlistReader.netlist(contentsOf: path, library: library)
      return (try netlist.mapped(to: library).netlist, try .init(of: path))
    case .generated(let family, let width, let adder):
      let shape = Self.shape(width, adder)
      let netlist = try family.netlist(shape).mapped(to: library).netlist
      return (netlist, .init(label, digest: Digest(of: family.verilog(shape))))
    }
  }
}
