import FuzzDriver
import Training

/// Gives the reader of checkpoints one file. What is read must be trained on from.
@_cdecl("LLVMFuzzerTestOneInput")
func readOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  do {
    let trainer = try SmallTraining.trainer()
    let checkpoint = SmallTraining.checkpoint(FuzzDriver.file(start, count), of: trainer)
    let state = try checkpoint.read(for: trainer)
    if !trainer.isFinished(state) { _ = try trainer.epoch(after: state) }
  } catch { FuzzDriver.check(error) }
  return 0
}

// `FuzzCheckpoint --seeds FOLDER` writes the corpus anew.
if CommandLine.arguments.count == 3, CommandLine.arguments[1] == "--seeds" {
  try SmallTraining.writeSeeds(to: CommandLine.arguments[2])
} else {
  FuzzDriver.run(readOne)
}
