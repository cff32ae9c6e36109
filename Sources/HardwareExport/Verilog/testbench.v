// Runs a whole product of @M@x@K@ activations by @K@x@N@ weights and compares every accumulator
// and the cycle count with the simulator's. The last line that it prints is PASS or FAIL.

module axtrain_testbench;
  localparam ROWS = @ROWS@;
  localparam COLUMNS = @COLUMNS@;
  localparam ROW_BITS = @ROW_BITS@;
  localparam COLUMN_BITS = @COLUMN_BITS@;
  localparam SUM_BITS = @SUM_BITS@;
  localparam SLOT_BITS = @SLOT_BITS@;
  localparam SIZE_BITS = @SIZE_BITS@;
  localparam ADDRESS_BITS = @ADDRESS_BITS@;
  // Words of a row's and of a column's buffer.
  localparam ROW_DEPTH = @ROW_DEPTH@;
  localparam COLUMN_DEPTH = @COLUMN_DEPTH@;
  localparam VECTORS = @VECTORS@;
  localparam DEPTH = @DEPTH@;
  localparam OUTPUTS = @OUTPUTS@;
  // The place of the accumulator of vector v and output o in sums.hex.
  localparam VECTOR_STEP = @VECTOR_STEP@;
  localparam OUTPUT_STEP = @OUTPUT_STEP@;
  // From the first word that enters the array to the end of the last fold.
  localparam CYCLES = @CYCLES@;
  // Until the last accumulator is read.
  localparam LAST_OUTPUT_CYCLE = @LAST_OUTPUT_CYCLE@;

  reg clock = 1'b0;
  reg reset = 1'b1;
  reg start = 1'b0;
  wire busy;
  wire [ROWS-1:0] row_read;
  wire [ROWS*ADDRESS_BITS-1:0] row_address;
  reg [ROWS*ROW_BITS-1:0] row_words;
  wire [COLUMNS-1:0] column_read;
  wire [COLUMNS*ADDRESS_BITS-1:0] column_address;
  reg [COLUMNS*COLUMN_BITS-1:0] column_words;
  wire [COLUMNS-1:0] out_valid;
  wire [COLUMNS*SLOT_BITS-1:0] out_slot;
  wire [COLUMNS*SUM_BITS-1:0] out_sum;
  wire [SIZE_BITS-1:0] out_first_vector, out_first_output;

  axtrain_top top (
    .clock(clock), .reset(reset), .start(start), .vectors(VECTORS[SIZE_BITS-1:0]),
    .depth(DEPTH[SIZE_BITS-1:0]), .outputs(OUTPUTS[SIZE_BITS-1:0]), .busy(busy),
    .row_read(row_read), .row_address(row_address), .row_words(row_words),
    .column_read(column_read), .column_address(column_address), .column_words(column_words),
    .out_valid(out_valid), .out_slot(out_slot), .out_sum(out_sum),
    .out_first_vector(out_first_vector), .out_first_output(out_first_output)
  );

  reg [ROW_BITS-1:0] row_memory [0:ROWS*ROW_DEPTH-1];
  reg [COLUMN_BITS-1:0] column_memory [0:COLUMNS*COLUMN_DEPTH-1];
  reg [SUM_BITS-1:0] sums [0:VECTORS*OUTPUTS-1];
  reg seen [0:VECTORS*OUTPUTS-1];

  // A cycle after its address; what a buffer does not give is not defined.
  integer lane, address;
  always @(posedge clock) begin
    for (lane = 0; lane < ROWS; lane = lane + 1) begin
      address = lane * ROW_DEPTH
        + {{(32-ADDRESS_BITS){1'b0}}, row_address[lane*ADDRESS_BITS +: ADDRESS_BITS]};
      row_words[lane*ROW_BITS +: ROW_BITS] <=
        row_read[lane] ? row_memory[address] : {ROW_BITS{1'bx}};
    end
    for (lane = 0; lane < COLUMNS; lane = lane + 1) begin
      address = lane * COLUMN_DEPTH
        + {{(32-ADDRESS_BITS){1'b0}}, column_address[lane*ADDRESS_BITS +: ADDRESS_BITS]};
      column_words[lane*COLUMN_BITS +: COLUMN_BITS] <=
        column_read[lane] ? column_memory[address] : {COLUMN_BITS{1'bx}};
    end
  end

  // The cycles in which the array was busy before this one.
  integer cycles = 0;
  integer last_output_cycle = 0;
  integer outputs_seen = 0;
  integer mismatches = 0;
  integer column, vector, out, place;

  always @(posedge clock)
    if (!reset) begin
      if (busy) cycles <= cycles + 1;
      for (column = 0; column < COLUMNS; column = column + 1)
        if (out_valid[column] !== 1'b0) begin
          last_output_cycle <= cycles;
          vector = {{(32-SIZE_BITS){1'b0}}, out_first_vector}
            + {{(32-SLOT_BITS){1'b0}}, out_slot[column*SLOT_BITS +: SLOT_BITS]};
          out = {{(32-SIZE_BITS){1'b0}}, out_first_output} + column;
          if (vector >= VECTORS || out >= OUTPUTS) begin
            mismatches = mismatches + 1;
            $display("vector %0d, output %0d is not part of the product", vector, out);
          end else begin
            place = vector * VECTOR_STEP + out * OUTPUT_STEP;
            if (out_sum[column*SUM_BITS +: SUM_BITS] !== sums[place] || seen[place]) begin
              mismatches = mismatches + 1;
              if (mismatches <= 10)
                $display("accumulator [%0d][%0d]: %h instead of %h%0s", place / @N@, place % @N@,
                  out_sum[column*SUM_BITS +: SUM_BITS], sums[place],
                  seen[place] ? ", once more" : "");
            end else
              outputs_seen = outputs_seen + 1;
            seen[place] = 1'b1;
          end
        end
    end

  // Two cycles of reset, a start pulse, and then until the array is done; a design that hangs ends
  // after far more cycles than it should take.
  integer step = 0;
  always @(posedge clock) begin
    step <= step + 1;
    reset <= step < 2;
    start <= step == 2;
    if (step > 8 + CYCLES && (!busy || step > 8 + 2 * CYCLES)) begin
      $display("%0d of %0d accumulators equal, %0d mismatches", outputs_seen, VECTORS * OUTPUTS,
        mismatches);
      $display("%0d cycles, %0d expected; the last accumulator after %0d, %0d expected", cycles,
        CYCLES, last_output_cycle, LAST_OUTPUT_CYCLE);
      if (mismatches == 0 && outputs_seen == VECTORS * OUTPUTS && cycles == CYCLES
        && last_output_cycle == LAST_OUTPUT_CYCLE)
        $display("PASS");
      else
        $display("FAIL");
      $finish;
    end
  end

  always #5 clock = !clock;

  integer index;
  initial begin
    $readmemh("rows.hex", row_memory);
    $readmemh("columns.hex", column_memory);
    $readmemh("sums.hex", sums);
    for (index = 0; index < VECTORS * OUTPUTS; index = index + 1) seen[index] = 1'b0;
  end
endmodule
