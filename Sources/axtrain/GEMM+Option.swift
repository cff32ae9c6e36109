import Accelerators
import Files

extension GEMM {
  /// The product that `--gemm` names.
  ///
  /// - Throws: `InputError` 64 if the text is no M×K×N, or an extent is too large.
  init(option text: String) throws {
    guard let (m, k, n) = Self.extents(text) else {
      throw InputError(
        .usage,
        "--gemm: '\(text)' is not M×K×N, such as 64x64x64, of whole numbers up to "
          + "\(GEMM.maximumExtent)")
    }
    do throws(WorkloadError) {
      self = try GEMM(name: "gemm", m: m, k: k, n: n)
    } catch {
      throw InputError(.usage, "--gemm: \(error.reason)")
    }
  }
}
