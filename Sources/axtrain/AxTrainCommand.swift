import ArgumentParser
import DesignSpaceExploration
import Files
import Foundation

/// The command line: each command parses, calls and prints, and stands in a file of its own.
@main
struct AxTrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "axtrain",
    abstract: "Lowest-energy operating points of neural networks on approximate accelerators.",
    discussion: "Example: axtrain sweep Sweeps/quickstart.yaml",
    version: Version.text,
    subcommands: [
      SweepCommand.self, TrainCommand.self, QuantizeCommand.self, EvaluateCommand.self,
      ValidateCommand.self,
      TimingCommand.self, SimulateCommand.self,
      CharacterizeCommand.self,
      CompareFidelitiesCommand.self,
      GenerateCommand.self, FitCommand.self, DatasetsCommand.self, ConvertCommand.self,
      ExportRTLCommand.self, ExitCodesCommand.self,
    ])

  static func main() {
    StandardError.holdClosedStreams()
    signal(SIGPIPE, SIG_DFL)
    // A file that grows beyond a limit is an error of `write`, not the end of the process.
    signal(SIGXFSZ, SIG_IGN)
    do {
      var command = try parseAsRoot(NegativeValues.joined(Array(CommandLine.arguments.dropFirst())))
      if !(command is any ListeningCommand) { StopSignal.endAtOnce() }
      try command.run()
      flushOutput()
    } catch let error as InputError {
      Self.fail(error)
    } catch let error as ExitCode {
      Foundation.exit(error.rawValue)
    } catch {
      let code = exitCode(for: error)
      // `--help` and `--version`, with ArgumentParser's own text.
      if code == .success {
        print(fullMessage(for: error))
        Self.flushOutput()
        Foundation.exit(0)
      }
      if code == .validationFailure {
        Self.fail(InputError(.usage, UsageMessage(error).text))
      }
      Self.fail(InputError(.internalError, "\(error); please report this"))
    }
  }

  /// Ends with status 74 where standard output could not be written.
  private static func flushOutput() {
    guard fflush(nil) != 0 else { return }
    let reason = String(cString: strerror(errno))
    fail(InputError(.inputOutput, "standard output could not be written: \(reason)"))
  }

  /// Prints one line on standard error and exits with the error's status.
  static func fail(_ error: InputError) -> Never {
    StandardError.write(error.description + "\n")
    Foundation.exit(error.status.rawValue)
  }
}

/// A command that says by itself what Ctrl-C and SIGTERM do; all others end at once, without a part of
/// an output.
protocol ListeningCommand: ParsableCommand {}

/// The version of the tool and the identity of this build of it.
enum Version {
  static let text = "0.1.0"

  /// The version with the hash of the program file, so that another build of the same version does
  /// not take over results that it might have computed otherwise.
  static func build() throws -> String {
    "\(text) \(Digest(of: try InputFile.bytes(of: "/proc/self/exe", limit: 1 << 30)))"
  }
}

/// `axtrain exit-codes`.
struct ExitCodesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "exit-codes", abstract: "Print what each exit status means.",
    discussion: text)

  /// One line a status; also the text of `axtrain help exit-codes`.
  static let text =
    ExitStatus.allCases.map { status in
      "\(status.rawValue < 10 ? "  " : " ")\(status.rawValue)  \(status.meaning)"
    }.joined(separator: "\n") + "\n130, 143  interrupted at once, by a second Ctrl-C or SIGTERM"

  func run() { print(Self.text) }
}
