#if arch(x86_64)
  import CTableKernels
#endif

/// The instruction sets that matrix products through a table are compiled for; all give the same
/// bits.
public enum TableKernels: String, Sendable, CaseIterable {
  /// Swift, for every processor.
  case portable
  case avx2
  /// AVX-512 with VBMI and VNNI.
  case avx512

  /// The sets that this processor has, slowest first.
  public static let available: [TableKernels] = allCases.filter { kernels in
    #if arch(x86_64)
      switch kernels {
      case .portable: true
      case .avx2: ax_tables_have_avx2() != 0
      case .avx512: ax_tables_have_avx512() != 0
      }
    #else
      kernels == .portable
    #endif
  }

  /// The fastest set that this processor has.
  public static let best: TableKernels = available.last ?? .portable
}
