import Files
import Foundation
import TestSupport
import Testing

@Suite("axtrain sweep with a trainer of the user's", .serialized)
struct ExternalTrainerTests {
  /// Counts its runs, checks the hashes of its request, leaves a process behind and gives back the start.
  private static let copying = #"""
    echo run >> "$1/runs"
    cd "$2"
    sed -n 's/^    "\(.*\)": "\([0-9a-f]\{64\}\)".*/\2  \1/p' request.json > hashes
    [ $(wc -l < hashes) = 7 ] && sha256sum -c hashes > checked 2>&1 || exit 5
    sleep 1000 & echo $! > "$1/left"
    head -c 200000 /dev/urandom
    echo; echo progress 1 1
    cp start/weights.safetensors result.safetensors

    """#

  @Test("a trainer is asked once for points that share their hardware, and again when it changes")
  func copies() throws {
    let sweep = try ExternalSweep()
    let hardened: (String) -> String = {
      $0.replacing(
        "bit_errors:", with: "hardened_bits: {shares: [0, 0.01], by: [magnitude]}\nbit_errors:")
    }
    func runs() throws -> Int { try sweep.read("runs").split(separator: "\n").count }
    let first = try sweep.run(script: Self.copying, editing: hardened)
    try #require(first.status == 0, "\(first.errors)")
    #expect(try runs() == 1)
    // The rates are given, so no point is ranked, and there is nothing to choose from.
    #expect(first.output.contains("No point is ranked."))
    #expect(!first.output.contains("No ranked point keeps"), "\(first.output)")
    #expect(try sweep.process("left").map { ProcessState.ends($0) } == true)
    #expect(!sweep.isThere("out/external"))
    let points = try CSVTable(contentsOf: sweep.folder.file("out/points.csv"))
    #expect(points.rows.count == 4)
    for row in points.rows {
      let isExternal = try points.text(row, "method").hasPrefix("external")
      #expect(try points.text(row, "training_passes") == (isExternal ? "" : "3"))
      let trainer = try points.text(row, "trainer")
      #expect(
        trainer
          == (isExternal
            ? "/bin/sh \(sweep.folder.file("trainer.sh")) \(sweep.folder.path)" : "axtrain"))
    }
    let script = Digest(of: Self.copying).description
    #expect(try sweep.read("out/manifest.json").contains(script))

    let again = try sweep.run(script: Self.copying, editing: hardened)
    #expect(again.output.contains("4 points (4 from the store)"))
    // Another point of the same hardware takes the network of the first run.
    let more = try sweep.run(script: Self.copying) {
      hardened($0).replacing("[0, 0.01]", with: "[0, 0.01, 0.02]")
    }
    #expect(more.output.contains("6 points (4 from the store)"), "\(more.output)")
    #expect(try runs() == 1)
    let changed = try sweep.run(script: Self.copying + "# changed\n", editing: hardened)
    #expect(changed.output.contains("4 points (2 from the store)"), "\(changed.output)")
    #expect(try runs() == 2)
  }

  @Test("what a trainer gets has the training part and its dies, and nothing of the test")
  func request() throws {
    let sweep = try ExternalSweep()
    #expect(try sweep.run(script: "exit 1").status == 2)
    let folders = try FileManager.default.contentsOfDirectory(
      atPath: sweep.folder.file("out/external"))
    try #require(folders.count == 1)
    let place = "out/external/\(folders[0])"
    let files = try FileManager.default.subpathsOfDirectory(atPath: sweep.folder.file(place))
    #expect(
      files.sorted() == [
        "products.npy", "request.json", "start", "start/quantization.yaml", "start/topology.yaml",
        "start/weights.safetensors", "timing_errors.csv", "trainer.log", "training_features.npy",
        "training_labels.npy",
      ])
    // 1,346 of 1,797 digits are its training part; NumPy's header takes 128 bytes.
    for (file, size) in [
      ("training_features.npy", 128 + 1346 * 64), ("training_labels.npy", 128 + 1346),
      ("products.npy", 128 + 4 * 65_536),
    ] {
      #expect(try InputFile.bytes(of: sweep.folder.file("\(place)/\(file)")).count == size)
    }
    let text = try sweep.read("\(place)/request.json")
    for part in [
      "\"weight_bit_error_rate\": 0.05", "\"activation_bit_error_rate\": 0.0",
      "\"logic_supply_v\": 1.0", "\"seed\": 1", "\"passes\": 2", "\"examples\": 1346",
    ] { #expect(text.contains(part), "\(part)") }
    #expect(!text.contains("1000") && !text.contains("chip"))
  }

  private static let failures: [(script: String, text: String)] = [
    (
      "echo one >&2; printf 'no \\033[31mluck' >&2; exit 3",
      "exits with status 3: 'no \\u{1b}[31mluck'"
    ),
    ("kill -TERM $$", "is ended by signal 15 (Terminated)"),
    (
      "echo hello; echo progress three of ten; sleep 1000",
      "prints 'progress three of ten', which is"
    ),
    (
      "head -c 2000000 /dev/zero; sleep 1000",
      "prints rubbish: a line of more than 1048576 bytes on standard output"
    ),
    ("head -c 30000000 /dev/zero >&2; exit 3", "exits with status 3; its folder is "),
    ("true", "ends without a file result.safetensors"),
    (
      "rm -r \"$2\"",
      "ends without a file result.safetensors; it removed its folder, which it must leave where it is"
    ),
    ("echo rubbish > \"$2/result.safetensors\"", "its result.safetensors is refused: at byte 0: "),
    ("mkfifo \"$2/result.safetensors\"", "ends without a file result.safetensors"),
    ("truncate -s 1G \"$2/result.safetensors\"", "its result.safetensors has 1073741824 bytes"),
    (
      "cd \"$2\"; sed 's/\\[32,64\\]/[64,32]/' start/weights.safetensors > result.safetensors",
      "'layers.0.weight' has the shape [64, 32] where [32, 64] is needed"
    ),
    (
      """
      cd "$2"; cp start/weights.safetensors result.safetensors
      printf '\\000\\000\\300\\177' | dd bs=1 conv=notrunc of=result.safetensors \\
        seek=$(($(wc -c < result.safetensors) - 4)) 2> /dev/null
      """, "is nan: finite numbers are needed"
    ),
    (
      """
      cd "$2"; cp start/weights.safetensors result.safetensors; i=0
      while [ $i -lt 64 ]; do printf '\\231\\166\\226\\176'; i=$((i + 1)); done \\
        | dd bs=1 conv=notrunc of=result.safetensors \\
        seek=$(($(wc -c < result.safetensors) - 256)) 2> /dev/null
      """, "its result.safetensors has no integer form: "
    ),
  ]

  @Test("a trainer that fails is one line, asked once, and the sweep goes on")
  func failing() throws {
    let sweep = try ExternalSweep()
    for (index, (script, text)) in Self.failures.enumerated() {
      let counting = "echo run >> \"$1/runs\(index)\"\n\(script)\n"
      let outcome = try sweep.run(script: counting)
      try expectFailure(outcome, text)
      #expect(try sweep.read("runs\(index)") == "run\n", "\(script)")
      // The point failed for good.
      let again = try sweep.run(script: counting)
      #expect(again.status == 2 && again.errors == outcome.errors)
      #expect(try sweep.read("runs\(index)") == "run\n")
    }
    try expectFailure(
      try sweep.run(command: "[/no/such/program]"),
      "'/no/such/program' cannot be run: No such file or directory")
    try expectFailure(
      try sweep.run(command: "[\(sweep.folder.path)]"), "cannot be run: Permission denied")
  }

  private func expectFailure(_ outcome: AxTrainProgram.Outcome, _ text: String) throws {
    #expect(outcome.status == 2, "\(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count == 1)
    #expect(
      outcome.errors.hasPrefix("failed: mul8u_exact_dadda, external, ")
        && outcome.errors.contains("error: external trainer: ") && outcome.errors.contains(text),
      "\(text): \(outcome.errors)")
    #expect(!outcome.errors.contains("\u{1B}"))
    #expect(outcome.output.contains("1 points ("), "\(outcome.output)")
  }

  @Test("a trainer's status is seen where whoever starts the sweep ignores the end of children")
  func ignoredChildren() throws {
    let sweep = try ExternalSweep()
    let path = try sweep.folder.write("exit 9\n", to: "trainer.sh")
    let spec = try sweep.folder.write(
      ExternalSweep.text("[/bin/sh, \(path)]", limit: "5 s"), to: "external.yaml")
    #expect(throws: Referee.Failure.self) {
      try Referee.run(
        "env",
        [
          "-C", Repository.root, "--ignore-signal=CHLD", AxTrainProgram.path, "sweep", spec,
          "--output",
          sweep.folder.file("out"), "--quiet", "--allow-outside",
        ])
    }
    let again = try AxTrainProgram.run([
      "sweep", spec, "--output", sweep.folder.file("out"), "--quiet", "--allow-outside",
    ])
    try expectFailure(again, "external trainer: exits with status 9")
  }

  @Test("a trainer that hangs is ended with all that it started; more time and --retry-failed help")
  func hanging() throws {
    let sweep = try ExternalSweep()
    let script = """
      sleep 1000 & echo $! > "$1/left"
      if [ -e "$1/healed" ]; then cp "$2/start/weights.safetensors" "$2/result.safetensors"; exit; fi
      trap '' TERM INT; wait

      """
    let outcome = try sweep.run(script: script, limit: "1 s")
    try expectFailure(outcome, "has not ended within 1.0 s, and was stopped: raise its time_limit")
    #expect(try sweep.process("left").map { ProcessState.ends($0) } == true)
    _ = try sweep.folder.write("", to: "healed")
    _ = try sweep.folder.write(
      sweep.read("external.yaml").replacing("time_limit: 1 s", with: "time_limit: 60 s"),
      to: "external.yaml")
    let healed = try AxTrainProgram.run([
      "sweep", sweep.folder.file("external.yaml"), "--output", sweep.folder.file("out"), "--quiet",
      "--allow-outside", "--retry-failed",
    ])
    #expect(healed.status == 0, "\(healed.errors)")
    #expect(healed.output.contains("2 points (1 from the store)"))
    try expectFailure(
      try sweep.run(script: "head -c 1000 /dev/zero; sleep 1000", limit: "1 s"),
      "prints rubbish, bytes that no text has (trainer.log), and has not ended within 1.0 s: ")
  }

  @Test("a stop ends the trainer, and the point waits for the next run")
  func stopped() throws {
    let sweep = try ExternalSweep()
    let script = """
      if [ -e "$1/left" ]; then cp "$2/start/weights.safetensors" "$2/result.safetensors"; exit; fi
      echo $$ > "$1/left"
      kill -INT $PPID
      sleep 1000

      """
    let outcome = try sweep.run(script: script)
    #expect(outcome.status == 75, "\(outcome.errors)")
    #expect(outcome.errors.contains("run again to go on"))
    #expect(try sweep.process("left").map { ProcessState.ends($0) } == true)
    #expect(!sweep.isThere("out/external"))
    let rest = try sweep.run(script: script)
    #expect(rest.status == 0, "\(rest.errors)")
  }

  @Test("each refusal of the spec says exactly what the golden file has, on one line")
  func messages() throws {
    let sweep = try ExternalSweep()
    try GoldenMessages(file: "external_trainer_messages.txt").check(atLeast: 9) { options in
      let outcome = try sweep.run {
        $0.replacing(#/methods: .*/#, with: "").replacing(
          #/  external: .*/#, with: "  " + options.replacing(" | ", with: "\n  "))
      }
      let errors = outcome.errors.replacing(sweep.folder.path, with: "FOLDER")
      return "\(outcome.status) \(errors)".trimmingCharacters(in: .whitespacesAndNewlines)
    }
  }
}
