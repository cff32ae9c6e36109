import Files
import FuzzDriver
import ModelFiles
import Networks

/// Gives one text to the readers of a model folder's two YAML files. What is read must be written to
/// be read again as the same.
@_cdecl("LLVMFuzzerTestOneInput")
func readOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let text = FuzzDriver.text(start, count) else { return 0 }
  do {
    let topology = try TopologyReader.read(StrictYAML(text: text, file: "fuzz"))
    let again = try TopologyReader.read(StrictYAML(text: topology.yaml, file: "again"))
    precondition(again == topology, "another topology")
  } catch { FuzzDriver.check(error) }
  do {
    let file = try QuantizationFile(text: text, file: "fuzz")
    let again = try QuantizationFile(text: file.text, file: "again")
    precondition(again == file, "another quantization")
  } catch { FuzzDriver.check(error) }
  return 0
}

FuzzDriver.run(readOne)
