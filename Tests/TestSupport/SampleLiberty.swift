/// A small Liberty library with round numbers, in the dialect of sky130 and ASAP7 files: units,
/// templates with either order of axes, arcs with `when`, internal power and leakage of two supply
/// pins, a flip-flop, physical-only and three-state cells.
public enum SampleLiberty {
  /// - Parameters:
  ///   - supply: nom_voltage in volts.
  ///   - scale: of delays; energies and leakage stay.
  public static func text(supply: Double = 1, scale: Double = 1) -> String {
    """
    /* round numbers, no real process */
    library ("sample") {
      delay_model : table_lookup;
      time_unit : "1ns"; voltage_unit : "1V"; leakage_power_unit : "1nW";
      current_unit : "1mA"; pulling_resistance_unit : "1kohm";
      capacitive_load_unit (1.0, "pf");
      nom_process : 1.0; nom_temperature : 25.0; nom_voltage : \(supply);
      define (dont_use_me, cell, boolean);
      voltage_map ("VPWR", \(supply));
      lu_table_template ("slew_load") {
        variable_1 : "input_net_transition"; variable_2 : "total_output_net_capacitance";
        index_1 ("0.0, 0.1"); index_2 ("0.0, 0.01");
      }
      lu_table_template ("load_slew") {
        variable_1 : "total_output_net_capacitance"; variable_2 : "input_net_transition";
        index_1 ("1, 2"); index_2 ("1, 2, 3");
      }
      power_lut_template ("power") {
        variable_1 : "input_transition_time"; index_1 ("0.0, 0.1");
      }
      operating_conditions ("tt") { voltage : 3.0; temperature : 99.0; process : 1.0; }
      default_operating_conditions : "tt";
      cell ("INV") {
        area : 2.0; cell_leakage_power : 5.0;
        pg_pin ("VPWR") { pg_type : "primary_power"; voltage_name : "VPWR"; }
        leakage_power () { when : "A"; value : 4.0; }
        pin ("A") { direction : "input"; capacitance : 0.002; rise_capacitance : 9; }
        pin ("Y") {
          direction : "output"; function : "!A"; max_capacitance : 1;
          timing () {
            related_pin : "A"; timing_sense : "negative_unate"; timing_type : "combinational";
            cell_rise ("slew_load") { values ("\(scale * 0.010), \(scale * 0.030)", \\
              "\(scale * 0.020), \(scale * 0.040)"); }
            cell_fall (load_slew) { index_1 ("0, 0.01"); index_2 ("0, 0.05, 0.1");
              values ("\(scale * 0.010), \(scale * 0.012), \(scale * 0.014)",
                "\(scale * 0.020), \(scale * 0.022), \(scale * 0.024)"); }
            rise_transition ("slew_load") { values ("0.02, 0.06", "0.02, 0.06"); }
            fall_transition (scalar) { values ("0.03"); }
          }
          internal_power () {
            related_pin : "A"; related_pg_pin : "VPWR";
            rise_power (power) { values ("0.001, 0.003"); }
            fall_power (scalar) { values ("0.002"); }
          }
          internal_power () { related_pin : "A"; related_pg_pin : "VGND";
            power (scalar) { values ("0.0001"); } }
        }
      }
      cell (NAND2) {
        area : 3.0;
        leakage_power () { when : "A&B"; value : 6.0; related_pg_pin : "VPWR"; }
        leakage_power () { when : "A&B"; value : 1.0; related_pg_pin : "VGND"; }
        leakage_power () { when : "!A"; value : 3.0; related_pg_pin : "VPWR"; }
        pin (A, B) { direction : input; capacitance : 0.003;
          internal_power () { when : "!B"; power (scalar) { values ("0.0005"); } } }
        pin (Y) { direction : output; function : "(A B)'";
          timing () { related_pin : "A B"; when : "x"; sdf_cond : "x";
            cell_rise (scalar) { values ("\(scale * 0.04)"); }
            rise_transition (scalar) { values ("0.05"); }
            cell_fall (scalar) { values ("\(scale * 0.03)"); }
            fall_transition (scalar) { values ("0.04"); } }
          timing () { related_pin : "A"; timing_type : combinational_rise;
            cell_rise (scalar) { values ("\(scale * 0.05)"); }
            rise_transition (scalar) { values ("0.01"); } }
          timing () { related_pin : "A"; timing_type : three_state_disable;
            cell_rise (scalar) { values ("9"); } rise_transition (scalar) { values ("9"); } }
          internal_power () { related_pin : "A"; power (scalar) { values ("0.004"); } }
        }
      }
      cell (DFF) { ff (IQ, IQN) { next_state : "D"; clocked_on : "CK"; }
        pin (D) { direction : input; } pin (CK) { direction : input; clock : true; }
        pin (Q) { direction : output; function : "IQ"; } }
      cell (FILL) { area : 1; dont_use : true; pg_pin (VPWR) { } }
      cell (TBUF) { pin (A) { direction : input; } pin (E) { direction : input; }
        pin (Z) { direction : output; function : "A"; three_state : "!E"; } }
      cell (ODD) { pin (A) { direction : input; capacitance : 0.001; }
        pin (Y) { direction : output; function : "A"; timing () { related_pin : "A";
          cell_rise (odd) { values ("1"); } } } }
    }
    """.replacing(
      "operating_conditions (\"tt\")",
      with: "lu_table_template (odd) { variable_1 : \"output_net_length\"; index_1 (\"1\"); }\n"
        + "operating_conditions (\"tt\")")
  }
}
