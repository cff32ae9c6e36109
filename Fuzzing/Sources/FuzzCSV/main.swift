import Datasets
import FuzzDriver

/// Gives the reader of examples one CSV file, and splits and encodes what it reads.
@_cdecl("LLVMFuzzerTestOneInput")
func readOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let path = FuzzDriver.file(start, count)
  let files = DatasetFiles.csv(path, name: "fuzz")
  do {
    let parts = try files.load(testFraction: 0.25, splitSeed: 1)
    precondition(parts.training.count + parts.test.count > 0, "no examples, and no refusal")
  } catch { FuzzDriver.check(error) }
  return 0
}

FuzzDriver.run(readOne)
