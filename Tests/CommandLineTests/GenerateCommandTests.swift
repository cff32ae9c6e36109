import Foundation
import Netlists
import TestSupport
import Testing

@Suite("axtrain generate")
struct GenerateCommandTests {
  @Test("the command writes what the generator gives, and today's options still work")
  func writes() throws {
    for (arguments, expected) in [
      (["drum", "--set", "k=6"], MultiplierFamily.drum(bits: 6).verilog(width: 8)),
      (["truncated", "--columns", "6"], MultiplierFamily.truncated(columns: 6).verilog(width: 8)),
      (
        ["broken_array", "--vertical", "7", "--horizontal", "2"],
        MultiplierFamily.brokenArray(vertical: 7, horizontal: 2).verilog(width: 8)
      ),
      (
        ["exact_wallace", "--width", "6", "--width-b", "5", "--signed", "--adder", "kogge_stone"],
        MultiplierFamily.exact(.wallace).verilog(
          MultiplierShape(width: 6, widthB: 5, isSigned: true, adder: .koggeStone))
      ),
      (
        ["add_loa", "--set", "l=4", "--width", "16"],
        AdderFamily.lowerPartOR(bits: 4).verilog(width: 16)
      ),
    ] {
      let outcome = try AxTrainProgram.run(["generate"] + arguments)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output == expected)
    }
  }

  @Test("--list has every family and adder, with the ranges of the width")
  func list() throws {
    let outcome = try AxTrainProgram.run(["generate", "--list", "--width", "12"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    for entry in MultiplierFamily.catalog { #expect(outcome.output.contains(entry.name)) }
    for adder in AdderFamily.exactAdders { #expect(outcome.output.contains(adder.commandName)) }
    #expect(outcome.output.contains("0 to 23"))
  }

  @Test(
    "a wrong command line exits with 64 and says what to do",
    arguments: [
      (["drun"], "did you mean 'drum'?"),
      (["drum"], "'drum' needs 'k', 2 to 8"),
      (["drum", "--set", "k"], "'k' is not NAME=NUMBER"),
      (["drum", "--set", "k=99999999999999999999"], "is not NAME=NUMBER"),
      (["drum", "--set", "k=3", "--set", "k=4"], "'k' is given twice"),
      (["drum", "--set", "k=3", "--width", "17"], "--width must be 4 to 16"),
      (["drum", "--set", "k=3", "--width-b", "3"], "--width-b must be 4 to 16"),
      (["kulkarni", "--columns", "3"], "'kulkarni' has no parameters"),
      (["exact_array", "--adder", "kogge_stone"], "'exact_array' has no final adder"),
      (["exact_dadda", "--adder", "loa"], "unknown adder 'loa'"),
      (["add_ripple", "--width", "65"], "--width must be 2 to 64 for an adder"),
      (["add_ripple", "--signed"], "signed and unsigned operands alike: leave out --signed"),
      (["add_ripple", "--width-b", "8"], "have one width: leave out --width-b"),
      (
        ["add_ripple", "--adder", "kogge_stone"],
        "--adder is the final adder of a multiplier: 'add_ripple' is an adder itself"
      ),
      (["--list", "--set", "k=3"], "--list goes with --width, --width-b and --output only"),
      (["drum", "--list"], "Name a family, or ask for --list"),
      ([], "Name a family, or ask for --list"),
    ])
  func wrong(arguments: [String], text: String) throws {
    let outcome = try AxTrainProgram.run(["generate"] + arguments)
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains(text), "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
  }
}
