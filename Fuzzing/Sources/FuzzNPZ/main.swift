import ArrayFiles
import FuzzDriver

/// Gives the readers one file: an archive with all its arrays, or one array. The name is that which
/// libFuzzer's own `main` calls, where it is linked.
@_cdecl("LLVMFuzzerTestOneInput")
func readOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  do {
    if bytes.first == UInt8(ascii: "P") {
      let file = try NPZFile(bytes: bytes, file: "fuzz")
      for name in file.names {
        do { _ = try file.array(name) } catch { FuzzDriver.check(error) }
      }
    } else {
      _ = try NPYReader.array(bytes: bytes, file: "fuzz")
    }
  } catch { FuzzDriver.check(error) }
  return 0
}

FuzzDriver.run(readOne)
