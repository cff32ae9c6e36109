import Characterization
import ErrorTables
import Files
import Foundation
import LogicSimulation
import Netlists
import Quantities
import Randomness
import Synchronization
import Technology
import TestSupport
import Testing

@Suite("Transition tables and timing studies")
struct StationaryMultiplierTests {
  /// A 4×5 multiplier: 2^13 transitions with b held, 2^14 with a held.
  struct Small {
    let netlist = MultiplierFamily.exact(.wallace).netlist(MultiplierShape(width: 4, widthB: 5))
    let ports: MultiplierPorts
    let delays: [Int32]
    let longest: Int32

    init() throws {
      ports = try MultiplierPorts(binding: netlist, file: "small")
      var stream = RandomStream(seed: 5, purpose: .test)
      delays = netlist.gates.map { _ in Int32.random(in: 1...9, using: &stream) }
      longest = Int32(
        StaticTiming(netlist: netlist, delays: delays.map(Int64.init)).criticalPathDelay)
    }

    func multiplier(_ stationary: StationaryOperand) -> StationaryMultiplier {
      StationaryMultiplier(netlist, ports: ports, stationary: stationary)
    }
  }

  @Test(
    "every entry is what the event-driven simulator captures", arguments: StationaryOperand.allCases
  )
  func entries(stationary: StationaryOperand) throws {
    let small = try Small()
    let multiplier = small.multiplier(stationary)
    let step = small.longest / 2
    let table = try multiplier.table(
      delays: small.delays, captureStep: step, pulses: .inertial, jobs: 2)
    var (previous, current, words) = ([UInt64](), [UInt64](), [UInt16]())
    func input(_ moving: Int, _ held: Int) -> UInt64 {
      // The netlist's own order: a (4 bits), then b.
      stationary == .b ? UInt64(moving | held << 4) : UInt64(held | moving << 4)
    }
    for held in 0..<1 << multiplier.stationaryWidth {
      for before in 0..<1 << multiplier.movingWidth {
        for after in 0..<1 << multiplier.movingWidth {
          previous.append(input(before, held))
          current.append(input(after, held))
          words.append(table[held, before, after])
        }
      }
    }
    let run = EventDrivenSimulator(netlist: small.netlist).run(
      previous: previous, current: current, delays: small.delays.map(Int64.init),
      captureTimes: [Int64(step)])
    #expect(words.map(UInt64.init) == run.captured[0])
    let errors = multiplier.errors(
      delays: small.delays, captureStep: step, pulses: .inertial, isSigned: false)
    #expect(errors.errors == zip(run.captured[0], run.settled).count { $0 != $1 })
    #expect(errors.errors > 0)
    for jobs in [1, 3] {
      let both = try multiplier.tableAndErrors(
        delays: small.delays, captureStep: step, pulses: .inertial, isSigned: false, jobs: jobs)
      #expect(both.errors == errors)
      #expect(both.table.withProducts(Array.init) == table.withProducts(Array.init))
    }
    let sum = zip(run.captured[0], run.settled).reduce(0) { $0 + Int($1.0) - Int($1.1) }
    #expect(Int(errors.errorSum) == sum)
    #expect(
      errors.bitErrors.reduce(0, +)
        == errors.masks.reduce(0) { $0 + $1.mask.nonzeroBitCount * $1.count })
  }

  @Test("with a clock as long as the longest path the table holds the products, for any threads")
  func settled() throws {
    let small = try Small()
    let multiplier = small.multiplier(.b)
    for jobs in [1, 2, 8] {
      let table = try multiplier.table(
        delays: small.delays, captureStep: small.longest, pulses: .inertial, jobs: jobs)
      for held in 0..<32 {
        for before in 0..<16 {
          for after in 0..<16 { #expect(Int(table[held, before, after]) == held * after) }
        }
      }
    }
  }

  @Test("a table's file is mapped back; damaged, cut off or of another version it is refused")
  func files() throws {
    let small = try Small()
    let folder = try TemporaryFolder()
    let path = folder.file("table.npy")
    let table = try small.multiplier(.b).table(
      delays: small.delays, captureStep: 9, pulses: .inertial, jobs: 1)
    try table.write(to: path)
    let bytes = try InputFile.bytes(of: path)
    let sha256 = "\(Digest(of: bytes))"
    #expect(try InputFile.text(of: path + ".sha256") == "\(sha256)  table.npy\n")
    func mapped() throws -> [UInt16] {
      try TransitionTable(
        mapping: path, sha256: sha256, stationaryWidth: 5, movingWidth: 4, remedy: "make it anew"
      ).withProducts(Array.init)
    }
    #expect(try mapped() == table.withProducts(Array.init))
    var (flipped, other) = (bytes, bytes)
    flipped[bytes.count - 7] ^= 1
    other[8] ^= 1
    for (content, why) in [
      (flipped, "is damaged or of another die (its SHA-256 is not the recorded one)"),
      (Array(bytes.dropLast()), "is not a transition table of \(bytes.count) bytes"),
      (other, "is a table of another kind or version"),
    ] {
      try Data(content).write(to: URL(filePath: path))
      let error = #expect(throws: InputError.self) { _ = try mapped() }
      #expect(error?.message == "\(why): make it anew")
    }
  }

  @Test(
    "what a die captures wrong is read back whole; a damaged, cut, foreign or other file is noted and made anew"
  )
  func cache() throws {
    let small = try Small()
    let multiplier = small.multiplier(.b)
    let settled = ProductTable.exact(widthA: 4, widthB: 5).ofBytes
    let folder = try TemporaryFolder()
    let noted = Mutex<[String]>([])
    let cache = try TransitionCache(folder: folder.file("tables")) { line in
      noted.withLock { $0.append(line) }
    }
    func wrong(
      _ delays: [Int32], _ step: Int32, _ pulses: PulseRule,
      _ settled: ProductTable
    ) throws -> WrongProducts {
      try cache.wrongProducts(
        of: multiplier, delays: delays, captureStep: step, pulses: pulses, settled: settled,
        jobs: 1)
    }
    func captured() throws -> [UInt16] {
      Self.captured(
        DieErrors(settled: settled, dies: [try wrong(small.delays, 9, .inertial, settled)]), settled
      )
    }
    func names() throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: cache.folder).sorted()
    }
    let table = try multiplier.table(
      delays: small.delays, captureStep: 9, pulses: .inertial, jobs: 1
    ).withProducts(Array.init)
    #expect(try captured() == table)
    let own = try #require(try names().first)
    #expect(try names() == [own] && own.hasSuffix(".wrong"))
    #expect(try captured() == table)
    // A circuit that is never late has a file without a wrong product.
    let never = Self.captured(
      DieErrors(
        settled: settled, dies: [try wrong(small.delays, small.longest, .inertial, settled)]),
      settled)
    #expect(never != table)
    #expect(noted.withLock { $0 }.isEmpty)
    let foreign = try #require(try names().first { $0 != own })
    let path = "\(cache.folder)/\(own)"
    let bytes = try InputFile.bytes(of: path)
    func flipped(_ place: Int) -> [UInt8] {
      var changed = bytes
      changed[place] ^= 1
      return changed
    }
    let damaged = "is damaged (its SHA-256 is not the recorded one)"
    let other = "holds no wrong products, or those of another version"
    for (content, why) in [
      (flipped(bytes.count - 7), damaged), (flipped(bytes.count / 2), damaged),
      (Array(bytes.dropLast()), damaged), (flipped(23), other), ([], other),
      (try InputFile.bytes(of: "\(cache.folder)/\(foreign)"), "is of another die"),
    ] {
      try Data(content).write(to: URL(filePath: path))
      #expect(try captured() == table)
      #expect(noted.withLock { $0 } == ["\(path): \(why): it is made anew"])
      noted.withLock { $0 = [] }
      #expect(try InputFile.bytes(of: path) == bytes)
      #expect(try captured() == table)
      #expect(noted.withLock { $0 }.isEmpty)
    }
    // Other delays, another step or rule, and other settled products are other files.
    var slower = small.delays
    slower[0] += 1
    var products = settled.products
    products[0] = 1
    for (delays, step, pulses, settled) in [
      (slower, Int32(9), PulseRule.inertial, settled), (small.delays, 10, .inertial, settled),
      (small.delays, 9, .transport, settled),
      (small.delays, 9, .inertial, ProductTable(widthA: 8, widthB: 8, products: products)),
    ] {
      _ = try wrong(delays, step, pulses, settled)
    }
    #expect(try names().count == 6)
  }

  /// The captured products of a die of a 4×5 multiplier that holds b, in the order of its table.
  private static func captured(_ errors: DieErrors, _ settled: ProductTable) -> [UInt16] {
    let current = (0..<256).map { UInt8($0 & 15) }
    var stream = OperandTransitions()
    stream.take(previous: (0..<256).map { UInt8($0 >> 4) }, current: current)
    var lanes = [Int32](repeating: 0, count: 256)
    var wrong = [UInt32](repeating: 0, count: 256)
    return (0..<32).flatMap { held in
      let count = lanes.withUnsafeMutableBufferPointer { lanes in
        wrong.withUnsafeMutableBufferPointer {
          errors.capture(die: 0, held: UInt8(held), &stream, lanes: lanes, products: $0)
        }
      }
      var products = current.map { UInt16(settled[Int($0), held]) }
      for index in 0..<count { products[Int(lanes[index])] = UInt16(wrong[index]) }
      return products
    }
  }

  // MARK: - Studies

  static func technology() throws -> TechnologyNode {
    try TechnologyReader.read(Repository.path("HardwareSpecs/Technology/ptm45_hp.yaml")).node
  }

  private func study(
    _ netlist: Netlist, _ supplies: [Double], _ transitions: TimingStudy.Transitions,
    clock: TimingStudy.Clock = .track(0.8), dies: Int = 3
  ) throws -> TimingStudy {
    var study = TimingStudy(
      netlist: netlist, ports: try MultiplierPorts(binding: netlist, file: netlist.name),
      isSigned: false, technology: try Self.technology(), supplies: supplies.map { Voltage($0) },
      clock: clock, transitions: transitions)
    study.dies = dies
    return study
  }

  @Test("the same counts for 1, 2 and 8 threads; another seed gives others")
  func threads() throws {
    let netlist = MultiplierFamily.exact(.dadda).netlist(width: 8)
    var study = try study(netlist, [0.4, 0.5], .sample(500))
    let results = try [1, 2, 8].map { try study.run(jobs: $0).map(\.errors) }
    #expect(results[0] == results[1] && results[0] == results[2])
    #expect(results[0].allSatisfy { $0.allSatisfy { $0.errors > 0 } })
    study.seed = 2
    #expect(try study.run(jobs: 2).map(\.errors) != results[0])
  }

  @Test("where all gates scale alike, one simulation serves every supply, and equals one at each")
  func uniformScaling() throws {
    // XOR gates alone, no variation: every delay is the same share of the path at any supply.
    var builder = NetlistBuilder(name: "chain")
    let a = builder.addInput("a", width: 2)
    let b = builder.addInput("b", width: 2)
    var nets = a + b
    for index in 0..<40 {
      let output = builder.addNet("n\(index)")
      builder.addCell(
        GeneratorCells.xor2, name: "u\(index)", inputs: [nets[nets.count - 1], nets[index % 3]],
        outputs: [output])
      nets.append(output)
    }
    builder.addOutput("p", bits: Array(nets.suffix(4)))
    let netlist = try builder.finish()
    let study = try study(netlist, [0.3, 0.5, 0.7, 0.9], .all, clock: .track(0.5), dies: 1)
    var typical = study
    typical.hasVariation = false
    let counts = Counter()
    let points = try typical.run(jobs: 1, progress: { counts.set($0, $1) })
    #expect(counts.total == 1)
    #expect(points[0].errors[0].errors > 0)
    for (supply, point) in zip(typical.supplies, points) {
      var alone = typical
      alone.supplies = [supply]
      #expect(try alone.run(jobs: 1)[0].errors == point.errors)
    }
    // Gates of different kinds scale differently.
    var mixed = try self.study(
      MultiplierFamily.exact(.dadda).netlist(width: 4), [0.3, 0.5, 0.7, 0.9], .all, dies: 1)
    mixed.hasVariation = false
    _ = try mixed.run(jobs: 1, progress: { counts.set($0, $1) })
    #expect(counts.total > 1)
  }

  @Test("a trace counts what the event-driven simulator captures on it")
  func trace() throws {
    let netlist = MultiplierFamily.exact(.dadda).netlist(width: 8)
    let stimulus = Stimulus.uniformStationary(widthA: 8, widthB: 8, count: 700, seed: 3)
    let study = try study(netlist, [0.45], .trace(stimulus), clock: .track(0.7), dies: 2)
    let point = try study.run(jobs: 2)[0]
    let source = try DieDelays(netlist, technology: study.technology, supply: Voltage(0.45))
    let path = StaticTiming(netlist: netlist, delays: source.typical).criticalPathDelay
    let grid = TimeGrid(criticalPath: path, steps: 128)
    for die in 0..<2 {
      let run = EventDrivenSimulator(netlist: netlist).run(
        previous: stimulus.previous, current: stimulus.current,
        delays: grid.delays(source.die(UInt64(die), seed: 1)).map(Int64.init),
        captureTimes: [Int64(grid.captureStep(point.clockPeriod.value * 1e15))])
      #expect(point.errors[die].errors == zip(run.captured[0], run.settled).count { $0 != $1 })
    }
  }

  @Test(
    "energy does not depend on the time steps that late products are counted on, and is that of every transition"
  )
  func energy() throws {
    // Where carry and sum of a full adder take almost equally long, a coarse grid makes them equal.
    let netlist = MultiplierFamily.exact(.dadda).netlist(width: 8)
    let stimulus = Stimulus.uniformStationary(widthA: 8, widthB: 8, count: 512, seed: 3)
    var study = try study(netlist, [0.65], .trace(stimulus), dies: 1)
    let profiles = try [64, 128, 512].map { steps in
      study.steps = steps
      return try study.run(jobs: 1)[0].profile
    }
    #expect(profiles[0].energyPerOperation == profiles[2].energyPerOperation)
    #expect(profiles[1].transitionsPerOperation == profiles[2].transitionsPerOperation)
    let source = try DieDelays(netlist, technology: study.technology, supply: Voltage(0.65))
    let run = EventDrivenSimulator(netlist: netlist).run(
      previous: stimulus.previous, current: stimulus.current, delays: source.typical,
      captureTimes: [])
    let transitions = Double(run.toggles.reduce(0, +)) / 512
    #expect(abs(profiles[1].transitionsPerOperation / transitions - 1) < 0.02)
  }

  @Test("streams with a clock that cuts nothing have no errors; with one that cuts, some")
  func streams() throws {
    let netlist = MultiplierFamily.exact(.dadda).netlist(width: 8)
    let slow = try study(netlist, [0.5], .streams(100, periods: 5), clock: .track(3)).run(jobs: 1)
    #expect(slow[0].total.transitions == 1500 && slow[0].total.errors == 0)
    let fast = try study(netlist, [0.5], .streams(100, periods: 5), clock: .track(0.6)).run(jobs: 1)
    #expect(fast[0].total.errors > 0)
  }

  @Test("a period of a whole number of steps is captured at that step, whatever the path")
  func wholeSteps() {
    for path in stride(from: Int64(900_001), to: 4_000_000, by: 1237) {
      for (factor, steps) in [(0.75, 128), (0.875, 128), (0.9, 100), (0.95, 100), (1, 512)] {
        let grid = TimeGrid(criticalPath: path, steps: steps)
        let period = Delay(factor * Double(path) * 1e-15)
        #expect(grid.captureStep(period.value * 1e15) == Int32((factor * Double(steps)).rounded()))
      }
    }
  }

  @Test("counts of dies add up beyond 32 bits, and equal counts are equal however they are kept")
  func manyDies() {
    let (right, wrong): ([UInt32], [UInt32]) = ([5, 5, 9], [4, 5, 1])
    var one = CapturedErrors(outputBits: 16)
    right.withUnsafeBufferPointer { right in
      wrong.withUnsafeBufferPointer { one.add(settled: right, captured: $0, lanes: 3) }
    }
    var sum = one
    for _ in 0..<33 {
      let other = sum
      sum += other
    }
    #expect(sum.masks.map(\.count) == [1 << 33, 1 << 33])
    #expect(sum.errors == 1 << 34 && sum.transitions == 3 << 33)
    var compact = one
    compact.compact()
    #expect(compact == one)
  }

  @Test("a clock shorter than a gate is refused, with the gate and its delay")
  func shortClock() throws {
    let netlist = MultiplierFamily.exact(.dadda).netlist(width: 8)
    let error = #expect(throws: InputError.self) {
      _ = try self.study(netlist, [0.5], .sample(10), clock: .fixed(Delay(20e-12))).run(jobs: 1)
    }
    #expect(error?.message.contains("a clock period of 0.02 ns is shorter than 'FA.") == true)
    #expect(error?.status == .badData)
    #expect(throws: InputError.self) {
      try self.study(netlist, [0.5], .sample(10), clock: .fixed(Delay(20e-12))).check()
    }
    let source = try DieDelays(
      netlist, technology: Self.technology(), supply: Voltage(0.5))
    let slowest = try #require(source.typical.max())
    try source.check(clockPeriod: Delay(Double(slowest) * 1e-15))
    #expect(throws: TechnologyError.self) {
      try source.check(clockPeriod: Delay(Double(slowest - 1) * 1e-15))
    }
  }

  /// The last progress that was told.
  private final class Counter: @unchecked Sendable {
    private let lock = NSLock()
    private var last = 0
    var total: Int { lock.withLock { last } }
    func set(_ done: Int, _ total: Int) { lock.withLock { last = total } }
  }
}
