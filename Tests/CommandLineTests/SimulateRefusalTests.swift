import TestSupport
import Testing

@Suite("axtrain simulate, refusals")
struct SimulateRefusalTests: SimulateSuite {
  @Test(
    "wrong input ends with one line and its status",
    arguments: [
      ("--gemm 64x64", 64, "is not M×K×N"), ("--gemm 0x1x1", 64, "m = 0 is outside"),
      ("--gemm 1x1x9999999999", 64, "n = 9999999999 is outside"),
      ("--gemm 99999999999999999999x1x1", 64, "is not M×K×N"),
      ("--gemm 1x1x1 --rows 0", 64, "--rows: 0 is outside 1 … 4096"),
      ("--gemm 1x1x1 --rows -1", 64, "--rows: -1 is outside 1 … 4096"),
      ("--columns -16 --gemm 1x1x1", 64, "--columns: -16 is outside 1 … 4096"),
      ("--gemm 1x1x1 --width-bits -8", 64, "--width-bits: -8 is outside 2 … 16"),
      ("--gemm 1x1x1 --weight-width-bits -8", 64, "--weight-width-bits: -8 is outside 2 … 16"),
      ("--gemm 1x1x1 --accumulator-bits -8", 64, "--accumulator-bits: -8 is outside 8 … 32"),
      (
        "--gemm 1x1x1 --accumulator-bits 33", 64,
        "with those of 8 and 8 bits they have at most 32"
      ),
      ("--gemm 1x1x1 --bank-vectors -1", 64, "--bank-vectors: -1 is outside 1 … 65536"),
      ("--gemm 1x1x1 --weight-words -1", 64, "--weight-words: -1 is outside 1 … 1073741824"),
      ("--gemm 1x1x1 --dram-bits-per-cycle -64", 64, "is outside 1 … 1048576"),
      ("--gemm 1x1x1 --seed -1", 64, "--seed: '-1' is no whole number of 0 to"),
      ("--gemm 1x1x1 --seed 99999999999999999999", 64, "is no whole number of 0 to"),
      ("--gemm 1x1x1 --vector-lanes 0", 64, "--vector-lanes: 0 is outside 1 … 65536"),
      ("--gemm 1x1x1 --pipeline-registers 9", 64, "--pipeline-registers: 9 is outside 0 … 8"),
      ("--gemm 1x1x1 --output-banks 0", 64, "--output-banks: 0 is outside 1 … 4096"),
      ("--gemm 1x1x1 --output-ports -1", 64, "--output-ports: -1 is outside 1 … 16"),
      ("--gemm 1x1x1 --weight-ports 2", 64, "give weight_banks too"),
      (
        "--gemm 1x1x1 --weight-banks 2 --weight-word-bits 7", 64,
        "a word of the weight buffer has 7 bits, an operand 8"
      ),
      ("--gemm 1x1x1 --guard-band -.5", 64, "--guard-band: -0.5 is outside 1.0 … 10.0"),
      ("--gemm 1x1x1 --nominal-supply -1V", 64, "--nominal-supply: -1.0 V is outside"),
      ("--gemm -1x1x1", 64, "is not M×K×N"),
      ("--network lenet-5 --batch 0", 64, "--batch: 0 is outside 1 … 65536"),
      ("--network lenet-5 --batch -1", 64, "--batch: -1 is outside 1 … 65536"),
      ("--gemm 1x1x1 --rows 1000000 --columns 1000000", 64, "--rows: 1000000 is outside"),
      ("--gemm 1x1x1 --width-bits 17", 64, "--width-bits: 17 is outside 2 … 16"),
      ("--gemm 1x1x1 --nominal-supply 9V", 64, "--nominal-supply"),
      ("--gemm 64x64x64 --weight-words 255", 65, "which has 255, 1 too few"),
      (
        "--gemm 2147483647x2147483647x2147483647 --convention scalesim", 65, "do not fit 64 bits"
      ),
      ("--gemm 1x1x1 --hardware none.yaml", 66, "none.yaml"),
      ("--topology none.csv", 66, "none.csv"), ("--network none", 64, "is no preset"),
      ("--network none.yaml", 66, "none.yaml"),
      ("--gemm 9999x999x999 --trace t.vcd", 65, "too many for a trace"),
    ])
  func refusals(options: String, status: Int, message: String) throws {
    let run = try run(options)
    #expect(run.status == status, "\(run.errors)")
    #expect(run.errors.contains(message), "\(run.errors)")
    #expect(run.errors.split(separator: "\n").count == 1)
    #expect(run.output.isEmpty)
  }

  @Test(
    "options that do not go together are wrong usage",
    arguments: [
      "", "--gemm 1x1x1 --network lenet-5", "--gemm 1x1x1 --batch 2",
      "--gemm 1x1x1 --convention scalesim --trace t.vcd", "--gemm 1x1x1 --dataflow row_stationary",
    ])
  func usage(options: String) throws {
    let run = try run(options)
    #expect(run.status == 64 && run.output.isEmpty)
  }

  @Test(
    "a flag that changes nothing of what is printed is refused",
    arguments: [
      ("--gemm 1x1x1 --accumulator-netlist none.v", "--accumulator-netlist is for energies by"),
      (
        "--network lenet-5 --energy-table horowitz45 --accumulator-netlist none.v",
        "--accumulator-netlist is for energies by gates"
      ),
      ("--gemm 1x1x1 --guard-band 1.5", "--guard-band is for energies by gates"),
      ("--gemm 1x1x1 --nominal-supply 0.9V", "--nominal-supply is for energies by gates"),
      ("--gemm 1x1x1 --dram-energy-per-bit 2pJ", "--dram-energy-per-bit is for energies"),
      ("--gemm 1x1x1 --vector-lanes 8", "--vector-lanes is for pooling"),
      ("--gemm 1x1x1 --rows 2,4 --vector-lanes 8", "--vector-lanes is for pooling"),
      ("--gemm 1x1x1 --seed 3", "--seed is for --trace and --accesses"),
    ])
  func unused(options: String, message: String) throws {
    try refusals(options: options, status: 64, message: message)
  }
}
