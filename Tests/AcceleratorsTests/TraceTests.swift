import Quantities
import TableArithmetic
import Testing

@testable import Accelerators

/// Text that comes part by part.
private final class Collected {
  private(set) var text = ""
  /// The largest part.
  private(set) var largest = 0

  func add(_ part: String) {
    text += part
    largest = max(largest, part.utf8.count)
  }
}

@Suite("Traces")
struct TraceTests {
  @Test("a dump writes each change once, under its time, in binary")
  func dump() {
    let text = Collected()
    var dump = ValueChangeDump(write: text.add)
    dump.open("array")
    let (wide, flag) = (dump.signal("wide", bits: 4), dump.signal("flag", bits: 1))
    dump.close()
    dump.advance(to: 0)
    dump.set(wide, 0x1A)
    dump.set(flag, 0)
    dump.advance(to: 1)
    dump.set(wide, 0xA)
    dump.set(flag, 1)
    dump.finish(at: 2)
    let lines = text.text.split(separator: "\n")
    #expect(
      Array(lines.suffix(from: lines.firstIndex(of: "$timescale 1 ns $end") ?? 0)) == [
        "$timescale 1 ns $end", "$scope module array $end", "$var wire 4 ! wide $end",
        "$var wire 1 \" flag $end", "$upscope $end", "$enddefinitions $end", "#0", "b1010 !",
        "0\"", "#1", "1\"", "#2",
      ])
  }

  /// The time and value of each change of a signal, by name.
  ///
  /// - Parameter isOneBit: takes those of signals of one bit instead of wider ones.
  private func changes(_ text: String, isOneBit: Bool = false) -> [String: [(
    time: Int, value: Int
  )]] {
    var names: [Substring: String] = [:]
    var changes: [String: [(time: Int, value: Int)]] = [:]
    var time = 0
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      if words[0] == "$var" {
        names[words[3]] = String(words[4])
      } else if line.hasPrefix("#") {
        time = Int(line.dropFirst()) ?? -1
      } else if isOneBit, let value = Int(line.prefix(1)), let name = names[line.dropFirst()] {
        changes[name, default: []].append((time, value))
      } else if !isOneBit, line.hasPrefix("b"), let name = names[words[1]] {
        changes[name, default: []].append((time, Int(words[0].dropFirst(), radix: 2) ?? -1))
      }
    }
    return changes
  }

  @Test(
    "one element: operands, their product and its sum stand in the cycles that Models.md draws",
    arguments: Dataflow.allCases)
  func oneElement(dataflow: Dataflow) throws {
    let spec = AcceleratorSpec(
      name: "one", rows: 1, columns: 1, dataflow: dataflow,
      accumulator: AccumulatorSpec(width: 24, overflow: .wrap), bankVectors: 1,
      weightBufferWords: 1, activationBufferWords: 1, guardBand: 1, nominalSupply: Voltage(1))
    let (vcd, csv) = (Collected(), Collected())
    let run = try TracedRun(
      spec: spec, layer: GEMM(name: "one", m: 1, k: 1, n: 1), seed: 3, registers: vcd.add,
      accesses: csv.add)
    let changes = changes(vcd.text)
    let activation = try #require(changes["activation"]?.last)
    let weight = try #require(changes["weight"]?.last)
    let product = activation.value * weight.value
    #expect(product > 0)
    // A held operand takes a cycle more to come in, and the bank takes sums in the fourth.
    let first = dataflow == .outputStationary ? 0 : 1
    #expect((dataflow == .inputStationary ? weight : activation).time == first)
    #expect(changes["product"]?.map(\.time) == (first == 0 ? [0, 1] : [0, 2]))
    #expect(changes["product"]?.last?.value == product)
    let sums = try #require(changes["sum"])
    #expect(sums.contains { $0.time == first + 2 && $0.value == product })
    #expect(run.counts.cycles == first + 4)
    let bank = csv.text.split(separator: "\n").filter { $0.contains("bank") }
    #expect(bank == ["\(first + 3),0,bank,write,0,0"])
  }

  @Test(
    "one element of 16-bit words: a product of 32 bits in its register",
    arguments: Dataflow.allCases)
  func wideElement(dataflow: Dataflow) throws {
    let spec = AcceleratorSpec(
      name: "one", rows: 1, columns: 1, dataflow: dataflow, operandWidth: 16,
      pipelineRegisters: 1, accumulator: AccumulatorSpec(width: 32, overflow: .wrap),
      bankVectors: 1, weightBufferWords: 1, activationBufferWords: 1, guardBand: 1,
      nominalSupply: Voltage(1))
    let vcd = Collected()
    let run = try TracedRun(
      spec: spec, layer: GEMM(name: "one", m: 1, k: 1, n: 1), seed: 3, registers: vcd.add,
      accesses: nil)
    let changes = changes(vcd.text)
    let activation = try #require(changes["activation"]?.last?.value)
    let weight = try #require(changes["weight"]?.last?.value)
    let product = activation * weight
    #expect(activation > 255 && weight > 255 && product > 65_535)
    #expect(changes["product"]?.last?.value == product)
    #expect(changes["product_1"]?.last?.value == product)
    #expect(try #require(changes["sum"]).contains { $0.value == product })
    #expect(run.counts.multiplications == 1)
  }

  @Test("one element of 16-bit words whose sum has 40 bits: every partial sum, beyond 32 bits too")
  func wideSums() throws {
    let spec = AcceleratorSpec(
      name: "one", rows: 1, columns: 1, dataflow: .outputStationary, operandWidth: 16,
      accumulator: AccumulatorSpec(width: 40, overflow: .wrap), bankVectors: 1,
      weightBufferWords: 16, activationBufferWords: 16, guardBand: 1, nominalSupply: Voltage(1))
    let vcd = Collected()
    _ = try TracedRun(
      spec: spec, layer: GEMM(name: "one", m: 1, k: 12, n: 1), seed: 3, registers: vcd.add,
      accesses: nil)
    let changes = changes(vcd.text)
    let products = try #require(changes["product"]).dropFirst().map(\.value)
    let sums = try #require(changes["sum"]).map(\.value)
    #expect(products.count == 12)
    let partial = products.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    // They leave a zero behind.
    #expect(sums == partial + [0])
    #expect(partial[12] > 1 << 33)
  }

  @Test("a trace goes out in short parts as it comes: a hundred times the cycles, no longer a part")
  func parts() throws {
    let spec = AcceleratorSpec(
      name: "small", rows: 2, columns: 3, accumulator: AccumulatorSpec(width: 24, overflow: .wrap),
      bankVectors: 4, weightBufferWords: 64, activationBufferWords: 4096, guardBand: 1,
      nominalSupply: Voltage(1))
    let runs = try [4, 400].map { vectors in
      let (vcd, csv) = (Collected(), Collected())
      _ = try TracedRun(
        spec: spec, layer: GEMM(name: "long", m: vectors, k: 5, n: 4), seed: 1,
        registers: vcd.add, accesses: csv.add)
      return (vcd, csv)
    }
    #expect(runs[1].0.text.utf8.count > 50 * runs[0].0.text.utf8.count)
    #expect(runs[1].1.text.utf8.count > 50 * runs[0].1.text.utf8.count)
    #expect(max(runs[1].0.largest, runs[1].1.largest) < 200)
  }

  @Test("a trace of an array that waits has the cycles in which it stands still")
  func waits() throws {
    let free = AcceleratorSpec(
      name: "wait", rows: 2, columns: 2, accumulator: AccumulatorSpec(width: 24, overflow: .wrap),
      bankVectors: 8, weightBufferWords: 4, activationBufferWords: 8, guardBand: 1,
      nominalSupply: Voltage(1))
    var other = AcceleratorSpec.Overrides()
    other.dramBitsPerCycle = 8
    let layer = try GEMM(name: "wait", m: 8, k: 2, n: 2)
    let (vcd, csv) = (Collected(), Collected())
    let run = try TracedRun(
      spec: free.overriding(other), layer: layer, seed: 5, registers: vcd.add, accesses: csv.add)
    #expect(run.stalls.cycles == 24 && run.counts.cycles == 15)
    // Models.md's timeline: 8 cycles before, 6 and 6 after parts, 4 at the end.
    let waits = try #require(changes(vcd.text, isOneBit: true)["waits"])
    #expect(waits.map(\.time) == [0, 8, 14, 20, 22, 28, 35])
    #expect(waits.map(\.value) == [1, 0, 1, 0, 1, 0, 1])
    #expect(vcd.text.hasSuffix("#39\n"))
    let unlimited = Collected()
    _ = try TracedRun(
      spec: free, layer: layer, seed: 5, registers: nil, accesses: unlimited.add)
    func cells(_ text: String) -> [[Substring]] {
      text.split(separator: "\n").dropFirst().map { $0.split(separator: ",") }
    }
    let (late, early) = (cells(csv.text), cells(unlimited.text))
    #expect(late.map { $0.dropFirst() } == early.map { $0.dropFirst() })
    let delays = zip(late, early).map { (Int($0[0]) ?? 0) - (Int($1[0]) ?? 0) }
    #expect(Set(delays) == [8, 14, 20])
  }
}
