import FuzzDriver
import ModelFiles

/// Gives the reader one model. A network that is read must be written to be read again as the same.
@_cdecl("LLVMFuzzerTestOneInput")
func readOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  do {
    let network = try ONNXFile.read(bytes: bytes, file: "fuzz").network
    let again: ImportedModel
    do {
      again = try ONNXFile.read(bytes: ONNXFile.bytes(of: network), file: "again")
    } catch {
      preconditionFailure("a network that was read is not read again: \(error)")
    }
    precondition(again.network == network, "another network comes back")
  } catch { FuzzDriver.check(error) }
  return 0
}

FuzzDriver.run(readOne)
