import Foundation

/// The entry of libFuzzer for programs that have a `main` of their own (LLVM, "libFuzzer", "Using
/// libFuzzer as a library").
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
  _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// Gives a reader texts until it traps, hangs, or the runs that the command line asks for are done.
public enum FuzzDriver {
  /// - Parameter test: reads one text; returns 0.
  public static func run(_ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt) {
    var count = CommandLine.argc
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
    _ = withUnsafeMutablePointer(to: &arguments) { runDriver(&count, $0, test) }
  }

  /// The bytes as text: what is not UTF-8 is refused before a reader sees it.
  public static func text(_ start: UnsafePointer<UInt8>?, _ count: Int) -> String? {
    String(validating: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  }

  /// A file of this process with these bytes, for readers of paths; the one before is written over.
  public static func file(_ start: UnsafePointer<UInt8>?, _ count: Int) -> String {
    let bytes = UnsafeRawBufferPointer(start: start, count: count)
    do { try Data(bytes).write(to: URL(fileURLWithPath: path)) } catch { check(error) }
    return path
  }

  private static let path = "\(NSTemporaryDirectory())/axtrain-fuzz-\(getpid())"

  /// Every refusal is an `InputError` with a place.
  public static func check(_ error: any Error) {
    precondition(
      String(describing: type(of: error)) == "InputError", "an error of another kind: \(error)")
  }
}
