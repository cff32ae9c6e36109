import Netlists
import Randomness

/// Netlists of random gates of one to six inputs with random truth tables.
enum RandomNetlist {
  /// One input port `x` and one output port `y`, the last gates.
  static func make(seed: UInt64, inputs: Int, gates: Int, outputs: Int) throws -> Netlist {
    var stream = RandomStream(seed: seed, purpose: .test)
    var builder = NetlistBuilder(name: "random")
    var nets = builder.addInput("x", width: inputs) + [Netlist.constantZero, Netlist.constantOne]
    for index in 0..<gates {
      let count = Int.random(in: 1...6, using: &stream)
      let mask: UInt64 = count == 6 ? ~0 : 1 << (1 << UInt64(count)) - 1
      let cell = LibraryCell(
        name: "G\(index)", area: nil, inputs: (0..<count).map { "I\($0)" },
        outputs: [.init(pin: "Y", inputs: Array(0..<count), truthTable: stream.next() & mask)])
      let read = (0..<count).map { _ in nets[Int.random(in: nets.indices, using: &stream)] }
      let output = builder.addNet("n\(index)")
      builder.addCell(cell, name: "u\(index)", inputs: read, outputs: [output])
      nets.append(output)
    }
    builder.addOutput("y", bits: Array(nets.suffix(outputs)))
    return try builder.finish()
  }
}
