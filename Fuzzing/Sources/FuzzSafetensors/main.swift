import FuzzDriver
import ModelFiles

/// Gives the reader one file, and asks for all its arrays. What is read must be written to be read
/// again as the same.
@_cdecl("LLVMFuzzerTestOneInput")
func readOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  do {
    let file = try SafetensorsFile(bytes: bytes, file: "fuzz")
    var arrays: [(name: String, array: SafetensorsArray)] = []
    for name in file.names {
      do { arrays.append((name, try file.array(name))) } catch { FuzzDriver.check(error) }
    }
    let written = SafetensorsFile.bytes(of: arrays, metadata: file.metadata)
    let again = try SafetensorsFile(bytes: written, file: "again")
    precondition(again.metadata == file.metadata && again.entries.count == arrays.count)
  } catch { FuzzDriver.check(error) }
  return 0
}

FuzzDriver.run(readOne)
