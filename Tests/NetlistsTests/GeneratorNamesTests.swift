import Files
import Netlists
import Testing

@Suite("Names and parameters of the generators")
struct GeneratorNamesTests {
  @Test("a family made from its name and parameters gives them back")
  func roundTrip() throws {
    for isSigned in [false, true] {
      let shape = MultiplierShape(width: 8, isSigned: isSigned)
      for entry in MultiplierFamily.catalog where entry.fits(shape) {
        var parameters: [String: Int] = [:]
        for parameter in entry.parameters {
          parameters[parameter.name] = parameter.values(shape).last
        }
        let family = try MultiplierFamily.named(entry.name, parameters: parameters, shape)
        #expect(family.name == entry.name)
        #expect(Dictionary(uniqueKeysWithValues: family.parameters.map { ($0, $1) }) == parameters)
      }
    }
  }

  @Test("each generated file has a name of its own")
  func moduleNames() throws {
    #expect(MultiplierFamily.exactDadda.moduleName(width: 8) == "mul8u_exact_dadda")
    #expect(MultiplierFamily.drum(bits: 6).moduleName(width: 8) == "mul8u_drum_k6")
    let shape = MultiplierShape(width: 8, widthB: 6, isSigned: true, adder: .koggeStone)
    #expect(
      MultiplierFamily.exact(.wallace).moduleName(shape) == "mul8x6s_exact_wallace_kogge_stone")
    // The ripple-carry array has no final adder to choose.
    #expect(MultiplierFamily.exact(.array).moduleName(shape) == "mul8x6s_exact_array")
    let realm = MultiplierFamily.reducedError(segments: 4, bits: 6)
    #expect(realm.moduleName(width: 8) == "mul8u_realm_s4q6")
    let truncated = MultiplierFamily.truncated(columns: 6, isCompensated: true)
    #expect(truncated.moduleName(width: 8) == "mul8u_truncated_t6c")
    #expect(AdderFamily.lowerPartOR(bits: 4).moduleName(width: 16) == "add16_loa_l4")
  }

  @Test("defaults stand in for parameters that are left out")
  func defaults() throws {
    #expect(
      try MultiplierFamily.named("realm", parameters: ["segments": 4], width: 8)
        == .reducedError(segments: 4, bits: 6))
    #expect(
      try MultiplierFamily.named("truncated", parameters: ["columns": 3], width: 8)
        == .truncated(columns: 3))
  }

  @Test(
    "a wrong name, parameter, value or sign is one error that says what there is",
    arguments: [
      ("drun", [:], false, "unknown family 'drun': did you mean 'drum'? known are exact_array, "),
      ("drum", ["m": 3], false, "unknown parameter of 'drum' 'm': did you mean 'k'? known are k"),
      ("drum", [:], false, "'drum' needs 'k', 2 to 8: bits of a segment, from the leading one"),
      ("drum", ["k": 9], false, "k = 9 is not a value for 'drum' at this width: 2 to 8"),
      ("drum", ["k": 4], true, "'drum' multiplies unsigned operands only"),
      ("r4abm1", ["columns": 4], false, "'r4abm1' multiplies signed operands only"),
      (
        "realm", ["segments": 6], false,
        "segments = 6 is not a value for 'realm' at this width: 2, 4, 8, 16"
      ),
      ("mitchell", ["k": 4], false, "'mitchell' has no parameters: leave out 'k'"),
      ("exact_dadda", ["columns": 4], true, "'exact_dadda' has no parameters"),
    ] as [(String, [String: Int], Bool, String)])
  func errors(name: String, parameters: [String: Int], isSigned: Bool, text: String) throws {
    let shape = MultiplierShape(width: 8, isSigned: isSigned)
    let error = try #require(throws: InputError.self) {
      try MultiplierFamily.named(name, parameters: parameters, shape)
    }
    #expect(error.status == .usage)
    #expect(error.message.hasPrefix(text), "\(error.message)")
    let location = SourceLocation(file: "sweep.yaml", line: 3)
    let located = try #require(throws: InputError.self) {
      try MultiplierFamily.named(name, parameters: parameters, shape, at: location)
    }
    #expect(located == InputError(.badData, at: location, error.message))
  }

  @Test("a width that is not generated is an error, not a trap", arguments: [-1, 0, 3, 17, 65])
  func widths(width: Int) throws {
    let error = try #require(throws: InputError.self) {
      try MultiplierFamily.named("mitchell", width: width)
    }
    #expect(error.message == "an operand of \(width) bits is not generated: 4 to 16 are")
    if AdderFamily.widths.contains(width) { return }
    #expect(throws: InputError.self) { try AdderFamily.named("ripple", width: width) }
  }

  @Test("an adder's wrong name or parameter is one error that says what there is")
  func adderErrors() throws {
    for (name, parameters, text) in [
      ("kogge_ston", [:], "unknown adder 'kogge_ston': did you mean 'kogge_stone'? known are "),
      ("loa", [:], "'loa' needs 'l', 0 to 16: how many low bits are ORed"),
      ("loa", ["l": 17], "'loa' needs 'l', 0 to 16"),
      ("loa", ["k": 4], "unknown parameter 'k' of 'loa': known is 'l'"),
      ("ripple", ["l": 4], "'ripple' has no parameters: leave out 'l'"),
    ] as [(String, [String: Int], String)] {
      let error = try #require(throws: InputError.self) {
        try AdderFamily.named(name, parameters: parameters, width: 16)
      }
      #expect(error.message.hasPrefix(text), "\(error.message)")
    }
    let error = try #require(throws: InputError.self) { try AdderFamily.finalAdder(named: "loa") }
    #expect(error.message.hasPrefix("unknown adder 'loa': "))
    #expect(try AdderFamily.finalAdder(named: "brent_kung") == .brentKung)
  }
}
