import CAllocator

/// Keeps what a step's tensors took for the next step's.
///
/// Glibc's allocator gives memory back to the system as soon as a few mebibytes at the end are free,
/// which each training step does; the next step then takes a page fault every 4 KiB. Set once a
/// process, for all its allocations: up to 64 MiB stay, and blocks below 32 MiB, glibc's limit, are
/// not mapped one by one.
enum KeptMemory {
  /// Whether the allocator does so, after the first use has asked it; false costs speed only.
  static let isKept: Bool = ax_keep_freed_memory(64 << 20, 32 << 20) == 1
}
