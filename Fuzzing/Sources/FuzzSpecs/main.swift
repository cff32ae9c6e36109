import Accelerators
import DesignSpaceExploration
import FuzzDriver

/// Gives one file to the readers of accelerators, energy tables and sweeps.
@_cdecl("LLVMFuzzerTestOneInput")
func readOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let path = FuzzDriver.file(start, count)
  for use in [AcceleratorSpec.Use.evaluation, .simulation] {
    do { _ = try AcceleratorSpec(contentsOf: path, for: use) } catch { FuzzDriver.check(error) }
  }
  do { _ = try EnergyTable(contentsOf: path) } catch { FuzzDriver.check(error) }
  do {
    let sweep = try SweepSpec(contentsOf: path)
    precondition(!sweep.points.isEmpty, "a sweep without points")
  } catch { FuzzDriver.check(error) }
  return 0
}

FuzzDriver.run(readOne)
