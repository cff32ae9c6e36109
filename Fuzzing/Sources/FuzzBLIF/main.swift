import FuzzDriver
import Netlists

/// Gives the reader one text. The name is that which libFuzzer's own `main` calls, where it is
/// linked.
@_cdecl("LLVMFuzzerTestOneInput")
func readOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  do {
    _ = try BLIFReader.netlist(bytes: bytes, file: "fuzz", library: GeneratorCells.library)
  } catch { FuzzDriver.check(error) }
  return 0
}

FuzzDriver.run(readOne)
