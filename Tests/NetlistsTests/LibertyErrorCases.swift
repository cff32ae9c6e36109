func libertyText(_ body: String) -> String { "library (l) {\n\(body)\n}\n" }

/// A library of one cell with an input pin A.
func libertyCell(_ body: String) -> String {
  libertyText("cell (C) {\npin (A) { direction : input; }\n\(body)\n}")
}

/// A library with units, a template of two axes and a cell whose output has one timing group.
func libertyTiming(_ body: String) -> String {
  let head = """
    time_unit : "1ns";
    capacitive_load_unit (1, pf);
    lu_table_template (t) { variable_1 : input_net_transition; \
    variable_2 : total_output_net_capacitance; index_1 ("0.1, 0.2"); index_2 ("0, 1"); }
    cell (C) {
    pin (A) { direction : input; }
    pin (Y) { direction : output; function : "!A"; \n
    """
  return libertyText("\(head)timing () {\n\(body)\n} }\n}")
}

/// What is not Liberty at all.
let libertyStructureCases: [(String, String)] = [
  (
    "",
    "1:1: error: the end of the file is not expected: a Liberty file begins with 'library (name) {'"
  ),
  (
    "cell (C) { }",
    "1:1: error: 'cell' is not expected: a Liberty file begins with 'library (name) {'"
  ),
  (
    "library (l) {\n",
    "2:1: error: the file ends inside a group: a '}' is missing; is it cut off?"
  ),
  (
    "library (l) { }\n}",
    "2:1: error: '}' is not expected: nothing may follow the library"
  ),
  (
    "library l { }",
    "1:9: error: 'l' is not expected: '(' is needed after a name that no ':' follows"
  ),
  (
    "library (l) ;",
    "1:13: error: ';' is not expected: '{' is needed to open the library"
  ),
  (
    "library (l) { cell (C) {",
    "1:25: error: the file ends inside a group: a '}' is missing; is it cut off?"
  ),
  (
    "library (l) { area : 1 }",
    "1:24: error: '}' is not expected: attribute 'area' must end with ';'"
  ),
  (
    "library (l) { area : ; }",
    "1:15: error: attribute 'area' has no value"
  ),
  (
    "library (l) { : 1; }",
    "1:15: error: ':' is not expected: an attribute or a group is needed here"
  ),
  (
    "library (l) { cell (C {} }",
    "1:23: error: '{' is not expected: ')' is needed to close the arguments"
  ),
  (
    "library (l) { name : \"abc; }",
    "1:22: error: a quoted text begins here and does not end: close it"
  ),
  (
    "library (l) { /* x }",
    "1:15: error: a comment begins here and does not end: close it"
  ),
  (
    "\u{7F}\u{1}ELF",
    "1:1: error: byte 0x7f is not Liberty: is this a text file?"
  ),
  (
    "library (l) { \u{1} }",
    "1:15: error: byte 0x1 is not Liberty: is this a text file?"
  ),
  (
    "library (l) { \u{E9} }",
    "1:15: error: byte 0xc3 is not Liberty: is this a text file?"
  ),
  (
    "library (l) { area : a { b; }",
    "1:24: error: '{' is not expected: attribute 'area' must end with ';'"
  ),
  (
    "library (l) { foo }",
    "1:19: error: '}' is not expected: '(' is needed after a name that no ':' follows"
  ),
]

/// Cells, pins and units.
let libertyCellCases: [(String, String)] = [
  (
    libertyText("cell () { }"),
    "2:1: error: a cell needs a name"
  ),
  (
    libertyText("cell (C) { }\ncell (C) { }"),
    "3:1: error: cell 'C' is there already: keep one"
  ),
  (
    libertyText("cell (C) {\narea : -1;\n}"),
    "3:8: error: area '-1' is not a finite number of at least 0"
  ),
  (
    libertyText("cell (C) {\narea : big;\n}"),
    "3:8: error: area 'big' is not a finite number of at least 0"
  ),
  (
    libertyText("cell (C) {\narea : 1 2;\n}"),
    "3:8: error: area '1 2' is not a finite number of at least 0"
  ),
  (
    libertyText("cell (C) {\narea : nan;\n}"),
    "3:8: error: area 'nan' is not a finite number of at least 0"
  ),
  (
    libertyText("cell (C) {\npin () { }\n}"),
    "3:1: error: a pin needs a name"
  ),
  (
    libertyText("cell (C) {\npin (A) { }\n}"),
    "3:6: error: pin 'A' has no direction: give it one"
  ),
  (
    libertyCell("pin (A) { direction : input; }"),
    "4:6: error: pin 'A' is there already: keep one"
  ),
  (
    libertyText("cell (C) {\npin (A) { direction : sideways; }\n}"),
    "3:6: error: direction 'sideways' of pin 'A' is not known: input, output, inout or internal"
  ),
  (
    libertyText("cell (C) {\npin (A) { direction : input; direction : output; }\n}"),
    "3:42: error: the pin has a direction already: keep one"
  ),
  (
    libertyText("cell (C) {\npin (Y) { direction : output; function : A; }\n}"),
    "3:42: error: a function is written in quotes"
  ),
  (
    libertyCell("pin (Y) { direction : output; function : \"A\"; function : \"!A\"; }"),
    "4:58: error: the pin has a function already: keep one"
  ),
  (
    libertyCell("pin (Y) { direction : output; function : \"B\"; }"),
    "4:43: error: 'B' in the function of 'Y' is not an input pin of cell 'C'; it has A"
  ),
  (
    libertyCell("pin (Y) { direction : output; function : \"A &\"; }"),
    "4:46: error: the function ends where a pin is needed"
  ),
  (
    libertyCell("pin (Y) { direction : output; function : \"(A\"; }"),
    "4:45: error: a parenthesis of the function is not closed"
  ),
  (
    libertyCell("pin (Y) { direction : output; function : \"A)\"; }"),
    "4:44: error: a parenthesis closes here that was not opened"
  ),
  (
    libertyCell("pin (Y) { direction : output; function : \"A ? A\"; }"),
    "4:45: error: this character is not read in a function: operators are ! ' ^ & * | + and parentheses"
  ),
  (
    libertyCell("pin (Y) { direction : output; function : \"& A\"; }"),
    "4:43: error: a pin is missing in the function before this"
  ),
  (
    libertyText("time_unit : \"1 parsec\";"),
    "2:13: error: time_unit '1 parsec' is not known: write a number and a unit such as \"1ns\""
  ),
  (
    libertyText("voltage_unit : \"0V\";"),
    "2:16: error: voltage_unit '0V' is not known: write a number and a unit such as \"1nV\""
  ),
  (
    libertyText("leakage_power_unit : \"1nV\";"),
    "2:22: error: leakage_power_unit '1nV' is not known: write a number and a unit such as \"1nW\""
  ),
  (
    libertyText("capacitive_load_unit (1);"),
    "2:1: error: capacitive_load_unit is not known: write (1, pf) or (1, ff)"
  ),
  (
    libertyText("capacitive_load_unit (1, ns);"),
    "2:1: error: capacitive_load_unit is not known: write (1, pf) or (1, ff)"
  ),
  (
    libertyText("capacitive_load_unit (x, pf);"),
    "2:23: error: 'x' is not a finite number"
  ),
  (
    libertyText("cell (C) {\npin (A) { direction : input; }\n\n}\ntime_unit : \"1ps\";"),
    "6:13: error: 'time_unit' stands after a cell: units come first"
  ),
  (
    libertyText("cell (C) {\npin (A) { direction : input; }\n\n}\ncapacitive_load_unit (1, ff);"),
    "6:1: error: 'capacitive_load_unit' stands after a cell: units come first"
  ),
  (
    libertyText("nom_voltage : high;"),
    "2:15: error: 'high' is not a finite number"
  ),
  (
    libertyText("nom_voltage : 1 2;"),
    "2:15: error: nom_voltage is one number"
  ),
  (
    libertyText("nom_temperature : inf;"),
    "2:19: error: 'inf' is not a finite number"
  ),
  (
    libertyText("default_input_pin_cap : -1;"),
    "2:25: error: default_input_pin_cap '-1' is not a finite number of at least 0"
  ),
  (
    libertyText("include_file (\"x.lib\");"),
    "2:1: error: include_file is not read: put the included text in its place"
  ),
  (
    libertyText(
      "cell (C) {\npin (A) { direction : input; capacitance : 1; }\npin (Y) { direction : output; function : \"A\"; }\n}"
    ),
    "3:6: error: the capacitance of pin 'A' has no unit: give capacitive_load_unit before the first cell"
  ),
  (
    libertyText(
      "time_unit : \"1ns\";\ncapacitive_load_unit (1, pf);\ncell (C) {\npin (A) { direction : input; capacitance : -1; }\n}"
    ),
    "5:44: error: capacitance '-1' is not a finite number of at least 0"
  ),
  (
    libertyText(
      "time_unit : \"1ns\";\ncapacitive_load_unit (1, pf);\ncell (C) {\ncell_leakage_power : much;\n}"
    ),
    "5:22: error: 'much' is not a finite number"
  ),
  (
    libertyText(
      "time_unit : \"1ns\";\ncapacitive_load_unit (1, pf);\ncell (C) {\nleakage_power () { value : much; }\n}"
    ),
    "5:28: error: 'much' is not a finite number"
  ),
  (
    libertyCell(
      "pin (Y) { direction : output; function : \"!A\"; internal_power () { rise_power (scalar) { values (\"1\"); } } }"
    ),
    "4:68: error: the table needs a unit of capacitance: give capacitive_load_unit before the first cell"
  ),
]
