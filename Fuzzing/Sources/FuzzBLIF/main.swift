import FuzzDriver
import Netlists

/// Gives the reader one text. The name is that which libFuzzer's own `main` calls, where it is
/// linked.
@_cdecl("LLVMFuzzerTestOneInput")
func readOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let text = FuzzDriver.text(start, count) else { return 0 }
  do {
    _ = try BLIFReader.netlist(text: text, file: "fuzz", library: GeneratorCells.library)
  } catch { FuzzDriver.check(error) }
  return 0
}

FuzzDriver.run(readOne)
