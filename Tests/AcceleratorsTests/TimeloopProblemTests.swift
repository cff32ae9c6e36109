import Files
import TestSupport
import Testing

@testable import Accelerators

@Suite("Timeloop's problems")
struct TimeloopProblemTests {
  @Test("a Timeloop problem includes files beside it, one in another, and refuses circles")
  func timeloopIncludes() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("{C: 3, M: 64, N: 2, P: 5, Q: 4, R: 7, S: 7}\n", to: "sizes.yaml")
    _ = try folder.write("shape: cnn-layer\ninstance: !include sizes.yaml\n", to: "shape.yaml")
    let path = try folder.write("problem: !include shape.yaml\n", to: "p.yaml")
    #expect(
      try TimeloopProblem.read(contentsOf: path).map(\.shape) == [MatrixShape(m: 40, k: 147, n: 64)]
    )
    #expect(throws: InputError.self) { try StrictYAML(contentsOf: path) }
    for (text, message, line) in [
      ("problem: !include p.yaml\n", "'p.yaml' is included by what it includes", 1),
      ("problem:\n  !include none.yaml\n", "none.yaml", 0),
      ("problem: !insert shape.yaml\n", "tags ('!insert') are not read", 1),
      ("problem: !include [shape.yaml]\n", "tags ('!include') are not read", 1),
      ("problem: !include wrong.yaml\n", "unknown key 'T'", 2),
    ] {
      _ = try folder.write("C: 3\nT: 1\n", to: "wrong.yaml")
      let other = try folder.write(text, to: "p.yaml")
      let error = try #require(throws: InputError.self) {
        try TimeloopProblem.read(contentsOf: other)
      }
      #expect("\(error)".contains(message), "\(error)")
      if line > 0 { #expect(error.location?.line == line) }
    }
    // Ten files, each of which includes the next one.
    for number in 0..<10 {
      _ = try folder.write("a: !include f\(number + 1).yaml\n", to: "f\(number).yaml")
    }
    let deep = try #require(throws: InputError.self) {
      try TimeloopProblem.read(contentsOf: folder.file("f0.yaml"))
    }
    #expect(deep.message.contains("more than 8 files deep"))
    // Many uses of a large file are no more than a file may have.
    _ = try folder.write(String(repeating: "x", count: 600_000) + "\n", to: "large.yaml")
    let twice = try folder.write("[!include large.yaml, !include large.yaml]\n", to: "t.yaml")
    #expect(throws: InputError.self) { try TimeloopProblem.read(contentsOf: twice) }
  }

  @Test("tags of Timeloop 0.4 are passed over in sections that are skipped, and nowhere else")
  func timeloopTags() throws {
    let folder = try TemporaryFolder()
    let architecture = """
      architecture:
        version: 0.4
        nodes:
        - !Container
          name: system
        - !Component
          name: buffer
          attributes: {depth: 1024, width: 64}
        - !Parallel
          nodes: [!Component {name: spad, class: !Kind storage}, !include none.yaml]
      variables: !Variables {version: 0.4}

      """
    let sizes = "problem: {instance: {C: 3, M: 64, N: 2, P: 5, Q: 4, R: 7, S: 7, densities: {}}}\n"
    let expected = [MatrixShape(m: 40, k: 147, n: 64)]
    for text in [architecture + sizes, sizes + architecture] {
      let path = try folder.write(text, to: "p.yaml")
      #expect(try TimeloopProblem.read(contentsOf: path).map(\.shape) == expected)
      let document = try TimeloopProblem.document(contentsOf: path)
      #expect(try TimeloopProblem.skipped(in: document).sorted() == ["architecture", "variables"])
      #expect(throws: InputError.self) { try StrictYAML(contentsOf: path) }
    }
    for (text, message) in [
      (architecture + "problem: !Problem {C: 3}\n", "tags ('!Problem') are not read"),
      ("problem: {architecture: !Component {}}\n", "tags ('!Component') are not read"),
      ("!Top {architecture: [!Component {}]}\n", "tags ('!Top') are not read"),
      ("!Key architecture: 1\n", "tags ('!Key') are not read"),
      (
        "problem: {instance: {C: 3, M: 64, N: 2, P: 5, Q: 4, R: 7, S: 7, densities: {Weights: 0.5}}}\n",
        "densities are not modeled"
      ),
    ] {
      let path = try folder.write(text, to: "wrong.yaml")
      let error = try #require(throws: InputError.self) {
        try TimeloopProblem.read(contentsOf: path)
      }
      #expect("\(error)".contains(message), "\(error)")
    }
  }

  @Test("Timeloop's matrix products are read by what their data spaces project")
  func timeloopMatrixProducts() throws {
    func problem(
      _ dimensions: String, _ projections: [(String, String)], _ instance: String
    ) throws -> [GEMM] {
      let spaces = projections.enumerated().map { index, space in
        // As Timeloop's own files write it.
        "{name: \(space.0), projection: \(space.1)\(index == 2 ? ", read_write: True" : "")}"
      }
      return try TimeloopProblem.read(
        StrictYAML(
          text: "problem: {shape: {name: product, dimensions: \(dimensions), data_spaces: "
            + "[\(spaces.joined(separator: ", "))]}, instance: \(instance)}\narchitecture: {a: 1}\n",
          file: "p.yaml"))
    }
    let abz = [("A", "[[[M]], [[K]]]"), ("B", "[[[N]], [[K]]]"), ("Z", "[[[M]], [[N]]]")]
    let plain = try problem("[M, N, K]", abz, "{M: 5, N: 7, K: 3}")
    #expect(plain.map(\.shape) == [MatrixShape(m: 5, k: 3, n: 7)])
    #expect(plain.map(\.name) == ["product"])
    // Other names: rows X, sums Y, columns C; the weights come first and are known by their name.
    let named = [
      ("Weights", "[[[C]], [[Y]]]"), ("Inputs", "[[[X]], [[Y]]]"), ("Outputs", "[[[X]], [[C]]]"),
    ]
    let other = try problem("[X, Y, C]", named, "{X: 5, Y: 3, C: 7}")
    #expect(other.map(\.shape) == [MatrixShape(m: 5, k: 3, n: 7)])
    // A batch of products: H indexes all three.
    let batched = [
      ("A", "[[[H]], [[M]], [[K]]]"), ("B", "[[[H]], [[K]], [[N]]]"),
      ("Z", "[[[H]], [[M]], [[N]]]"),
    ]
    let batch = try problem("[H, M, N, K]", batched, "{H: 4, M: 5, N: 7, K: 3}")
    #expect(batch.map(\.shape) == [MatrixShape(m: 5, k: 3, n: 7)])
    #expect(batch.map(\.repetitions) == [4])
    // One weight for all H: its rows are M's.
    let shared = [batched[0], ("B", "[[[K]], [[N]]]"), batched[2]]
    let rows = try problem("[H, M, N, K]", shared, "{H: 4, M: 5, N: 7, K: 3}")
    #expect(rows.map(\.shape) == [MatrixShape(m: 20, k: 3, n: 7)])
    let grouped = [batched[0], ("B", "[[[G]], [[K]], [[N]]]"), batched[2]]
    let dimensions = "[H, G, M, N, K]"
    #expect(
      try problem(dimensions, grouped, "{H: 4, G: 1, M: 5, N: 7, K: 3}").map(\.shape)
        == rows.map(\.shape))
    for (dimensions, spaces, instance, message) in [
      (dimensions, grouped, "{H: 4, G: 2, M: 5, N: 7, K: 3}", "'G' indexes one data space alone"),
      ("[M, N, K]", abz, "{M: 5, N: 7}", "key 'K' is missing"),
      ("[M, N, K]", abz, "{M: 0, N: 7, K: 1}", "0 is outside"),
      ("[M, N]", abz, "{M: 1, N: 7}", "'K' is none of the dimensions"),
      ("[M, N, K]", [("A", "[[[M], [K]]]"), abz[1], abz[2]], "{M: 1, N: 1, K: 1}", "is a sum"),
      ("[M, N, K]", Array(abz[..<2]), "{M: 1, N: 1, K: 1}", "not 2 and 0"),
    ] {
      let error = try #require(throws: InputError.self) {
        try problem(dimensions, spaces, instance)
      }
      #expect(error.message.contains(message), "\(error)")
    }
  }

  @Test("Timeloop's problems are read, with and without an instance")
  func timeloop() throws {
    let instance = "{C: 3, M: 64, N: 2, P: 112, Q: 112, R: 7, S: 7, Wstride: 2, Hstride: 2}"
    for text in ["problem: {shape: cnn-layer, instance: \(instance)}", "problem: \(instance)"] {
      let layers = try TimeloopProblem.read(StrictYAML(text: text, file: "p.yaml"))
      #expect(layers.map(\.shape) == [MatrixShape(m: 2 * 112 * 112, k: 147, n: 64)])
    }
    for text in [
      "C: 3, K: 64, N: 2, P: 112, Q: 112, R: 7, S: 7, WStride: 2, HStride: 2",
      "C: 3, M: 64, N: 2, P: 112, Q: 112, R: 7, S: 7, W: 1, H: 1, Hpad: 0, Wpad: 0",
      "C: 3, M: 64, N: 2, R: 7, S: 7, W: 224, H: 224, Hpad: 3, Wpad: 3, Wstride: 2, HStride: 2",
    ] {
      let problem = "problem: {version: 0.4, instance: {shape: cnn-layer, \(text)}}"
      let layers = try TimeloopProblem.read(StrictYAML(text: problem, file: "p.yaml"))
      #expect(layers.map(\.shape) == [MatrixShape(m: 2 * 112 * 112, k: 147, n: 64)])
    }
    let line = try TimeloopProblem.read(
      StrictYAML(text: "problem: {C: 3, M: 4, N: 2, P: 10, R: 5, Wstride: 2}", file: "p.yaml"))
    #expect(line.map(\.shape) == [MatrixShape(m: 20, k: 15, n: 4)])
    // W goes with R and P, H with S and Q: ⌊(9 − 2·2 − 1) / 1⌋ + 1 = 5 by ⌊(8 − 2) / 3⌋ + 1 = 3.
    let oblong = try TimeloopProblem.read(
      StrictYAML(
        text: "problem: {C: 1, K: 1, N: 1, R: 3, S: 2, W: 9, H: 8, Wdilation: 2, Hstride: 3}",
        file: "p.yaml"))
    #expect(oblong.map(\.shape) == [MatrixShape(m: 15, k: 6, n: 1)])
    for (text, message) in [
      ("problem: {C: 3, M: 1, K: 1, N: 1, P: 1, Q: 1, R: 1, S: 1}", "unknown key 'K'"),
      ("problem: {C: 3, K: 1, N: 1, R: 5, S: 1, W: 4, H: 4}", "is larger than its input of 4"),
      (
        "problem: {C: 3, M: 1, N: 1, P: 1, Q: 1, R: 1, S: 1, densities: {Inputs: 0.5}}",
        "densities are not modeled"
      ),
      ("problem: {C: 3, M: 1, N: 1, P: 1, Q: 1, R: 1, S: 1, Wpad: -1}", "-1 is outside"),
      (
        "problem: {name: total, C: 3, M: 1, N: 1, P: 1, Q: 1, R: 1, S: 1}",
        "layer 'total': that is the name of the row of totals"
      ),
      ("problem: {C: 3}", "key 'M' is missing"),
      ("problem: {C: 3, M: 1, N: 1, P: 1, Q: 1, R: 1, S: 1, T: 1}", "unknown key 'T'"),
      ("problem: {C: 3, M: 1, N: 1, P: 1, R: 1, S: 1}", "key 'Q' is missing"),
      ("problem: {C: 0, M: 1, N: 1, P: 1, Q: 1, R: 1, S: 1}", "0 is outside"),
      (
        "problem: {C: 99999, M: 1, N: 1, P: 1, Q: 1, R: 99999, S: 99999}",
        "is outside 1 … 2147483647"
      ),
    ] {
      let error = try #require(throws: InputError.self) {
        try TimeloopProblem.read(StrictYAML(text: text, file: "p.yaml"))
      }
      #expect(error.message.contains(message), "\(error)")
    }
  }
}
