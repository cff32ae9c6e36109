import ArrayFiles
import FuzzDriver

/// Gives the reader one file, plain or packed. The name is that which libFuzzer's own `main` calls,
/// where it is linked.
@_cdecl("LLVMFuzzerTestOneInput")
func readOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  do { _ = try IDXReader.array(bytes: bytes, file: "fuzz") } catch { FuzzDriver.check(error) }
  return 0
}

FuzzDriver.run(readOne)
