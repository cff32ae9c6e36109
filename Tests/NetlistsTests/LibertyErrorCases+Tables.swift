/// Templates, tables and arcs.
let libertyTableCases: [(String, String)] = [
  (
    libertyText("lu_table_template () { }"),
    "2:1: error: a template needs a name"
  ),
  (
    libertyText("lu_table_template (t) { }\nlu_table_template (t) { }"),
    "4:1: error: template 't' is there already: keep one"
  ),
  (
    libertyTiming("related_pin : \"A\"; cell_rise (tt) { values (\"1\"); }"),
    "9:31: error: template 'tt' is not defined above; the nearest is 't'"
  ),
  (
    libertyTiming("related_pin : \"A\"; cell_rise (zzzzzzzz) { values (\"1\"); }"),
    "9:31: error: template 'zzzzzzzz' is not defined above: define it before the first cell"
  ),
  (
    libertyTiming("related_pin : \"A\"; cell_rise (t) { }"),
    "9:20: error: 'cell_rise' has no values"
  ),
  (
    libertyTiming("related_pin : \"A\"; cell_rise (t) { values (\"1, 2, 3\"); }"),
    "9:20: error: 'cell_rise' has 3 values where its axes have 4 crossings"
  ),
  (
    libertyTiming("related_pin : \"A\"; cell_rise (t) { values (\"1, 2\", \"3, x\"); }"),
    "9:56: error: 'x' is not a finite number"
  ),
  (
    libertyTiming("related_pin : \"A\"; cell_rise (t) { values (\"1, 2\", \"3, 1e999\"); }"),
    "9:56: error: '1e999' is not a finite number"
  ),
  (
    libertyTiming("related_pin : \"A\"; cell_rise (t) { values (\"1, 2\", \"3, 0x10\"); }"),
    "9:56: error: '0x10' is not a finite number"
  ),
  (
    libertyTiming(
      "related_pin : \"A\"; cell_rise (t) { values (\"1,2,3,4\"); values (\"1,2,3,4\"); }"),
    "9:56: error: the table has values already: keep one"
  ),
  (
    libertyTiming(
      "related_pin : \"A\"; cell_rise (t) { index_1 (\"2, 1\"); values (\"1,2,3,4\"); }"),
    "9:45: error: index_1 does not increase from at least 0"
  ),
  (
    libertyTiming(
      "related_pin : \"A\"; cell_rise (t) { index_1 (\"-1, 1\"); values (\"1,2,3,4\"); }"),
    "9:45: error: index_1 does not increase from at least 0"
  ),
  (
    libertyTiming(
      "related_pin : \"A\"; cell_rise (t) { index_1 (\"1, 1\"); values (\"1,2,3,4\"); }"),
    "9:45: error: index_1 does not increase from at least 0"
  ),
  (
    libertyTiming("related_pin : \"A\"; cell_rise (t) { index_2 (\"\"); values (\"1,2,3,4\"); }"),
    "9:20: error: the table has no index_2, and template 't' has none"
  ),
  (
    libertyTiming("related_pin : \"A\"; cell_rise (t) { values (\"1,2,3,4\"); }"),
    "8:1: error: the timing group has cell_rise but no rise_transition: give both"
  ),
  (
    libertyTiming("related_pin : \"A\"; cell_fall (t) { values (\"1,2,3,4\"); }"),
    "8:1: error: the timing group has cell_fall but no fall_transition: give both"
  ),
  (
    libertyTiming("related_pin : \"A\"; rise_transition (t) { values (\"1, 2\", \"3, 4\"); }"),
    "8:1: error: the timing group has rise_transition but no cell_rise: give both"
  ),
  (
    libertyTiming(
      "related_pin : \"A\"; rise_transition (t) { values (\"1, 2\", \"3, 4\"); }rise_transition (t) { values (\"1, 2\", \"3, 4\"); }"
    ),
    "9:68: error: 'rise_transition' is there already: keep one"
  ),
  (
    libertyTiming(
      "related_pin : \"B\"; cell_rise (t) { values (\"1,2,3,4\"); } rise_transition (t) { values (\"1, 2\", \"3, 4\"); }"
    ),
    "9:15: error: related_pin 'B' is not an input pin of cell 'C'; it has A"
  ),
  (
    libertyTiming(
      "cell_rise (t) { values (\"1,2,3,4\"); } rise_transition (t) { values (\"1, 2\", \"3, 4\"); }"
    ),
    "8:1: error: the timing group has no related_pin: name the input pin"
  ),
  (
    libertyTiming("related_pin : \"A\"; timing_sense : sometimes;"),
    "9:35: error: timing_sense 'sometimes' is not known: positive_unate, negative_unate or non_unate"
  ),
  (
    libertyText(
      "time_unit : \"1ns\";\ncapacitive_load_unit (1, pf);\nlu_table_template (t) { variable_1 : input_net_transition; variable_2 : total_output_net_capacitance; index_1 (\"0.1, 0.2\"); index_2 (\"0, 1\"); }\ncell (C) {\npin (A) { direction : input; timing () { related_pin : \"A\"; cell_rise (t) { values (\"1,2,3,4\"); } rise_transition (t) { values (\"1, 2\", \"3, 4\"); } } }\npin (Y) { direction : output; function : \"A\"; }\n}"
    ),
    "6:30: error: pin 'A' is not an output, but has a combinational timing group"
  ),
  (
    libertyText(
      "time_unit : \"1ns\";\ncapacitive_load_unit (1, pf);\nlu_table_template (t) { variable_1 : input_net_transition; variable_2 : input_net_transition; index_1 (\"0, 1\"); index_2 (\"0, 1\"); }\ncell (C) {\npin (A) { direction : input; }\npin (Y) { direction : output; function : \"!A\"; timing () { related_pin : \"A\"; cell_rise (t) { values (\"1,2,3,4\"); } } }\n}"
    ),
    "7:79: error: both axes of template 't' are the same variable"
  ),
  (
    libertyText(
      "time_unit : \"1ns\";\ncapacitive_load_unit (1, pf);\nlu_table_template (t) { variable_1 : input_net_transition; }\ncell (C) {\npin (A) { direction : input; }\npin (Y) { direction : output; function : \"!A\"; timing () { related_pin : \"A\"; cell_rise (t) { values (\"1\"); } } }\n}"
    ),
    "7:79: error: the table has no index_1, and template 't' has none"
  ),
  (
    libertyText(
      "lu_table_template (t) { variable_1 : total_output_net_capacitance; index_1 (\"0, 1\"); }\ncell (C) {\npin (A) { direction : input; }\npin (Y) { direction : output; function : \"!A\"; timing () { related_pin : \"A\"; cell_rise (t) { values (\"1, 2\"); } } }\n}"
    ),
    "5:79: error: the table needs a unit of capacitance: give capacitive_load_unit before the first cell"
  ),
  (
    libertyText(
      "time_unit : \"1ns\";\ncapacitive_load_unit (1, pf);\nlu_table_template (t) { variable_1 : input_net_transition; index_1 (\"1e-320, 2e-320\"); }\ncell (C) {\npin (A) { direction : input; }\npin (Y) { direction : output; function : \"!A\"; timing () { related_pin : \"A\"; cell_rise (t) { values (\"1, 2\"); } } }\n}"
    ),
    "7:79: error: the table's numbers overflow or coincide in SI units"
  ),
]
