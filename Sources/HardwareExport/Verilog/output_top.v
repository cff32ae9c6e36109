// The array with its controller and accumulator bank: @SUMMARY@.
//
// A start pulse begins a product of `vectors` x `depth` row words (@MOVING@) by
// `depth` x `outputs` column words (@STATIONARY@). Buffers are outside, one for each row and
// column; a buffer gives a word in the cycle after its address:
//   row r:    the word of vector v = f * ROWS + r and sum index k is at f * depth + k
//   column c: the word of sum index k and output o = g * COLUMNS + c is at g * depth + k
// `busy` is high in the cycles in which the array works. Results come row by row: out_sum[c] is the
// accumulator of vector out_first_vector + out_slot[c] and output out_first_output + c.
//
// Sizes are 1 or more and are held while `busy`; with ROWS and COLUMNS and the vectors of the bank
// added they fit SIZE_BITS, and the places in the buffers fit ADDRESS_BITS.
module axtrain_top #(
  parameter ROWS = @ROWS@,
  parameter COLUMNS = @COLUMNS@,
  parameter ROW_BITS = @ROW_BITS@,
  parameter COLUMN_BITS = @COLUMN_BITS@,
  parameter PRODUCT_BITS = @PRODUCT_BITS@,
  // Registers between multiplier and adder.
  parameter PIPELINE = @PIPELINE@,
  parameter SUM_BITS = @SUM_BITS@,
  parameter SIGNED = @SIGNED@,
  parameter SATURATE = @SATURATE@,
  parameter BANK_VECTORS = @BANK_VECTORS@,
  parameter BANK_SLOT_BITS = @BANK_SLOT_BITS@,
  // Of a row's number.
  parameter SLOT_BITS = @SLOT_BITS@,
  parameter SIZE_BITS = @SIZE_BITS@,
  parameter ADDRESS_BITS = @ADDRESS_BITS@
) (
  input clock,
  input reset,
  input start,
  input [SIZE_BITS-1:0] vectors,
  input [SIZE_BITS-1:0] depth,
  input [SIZE_BITS-1:0] outputs,
  output reg busy,
  output [ROWS-1:0] row_read,
  output [ROWS*ADDRESS_BITS-1:0] row_address,
  input [ROWS*ROW_BITS-1:0] row_words,
  output [COLUMNS-1:0] column_read,
  output [COLUMNS*ADDRESS_BITS-1:0] column_address,
  input [COLUMNS*COLUMN_BITS-1:0] column_words,
  output [COLUMNS-1:0] out_valid,
  output [COLUMNS*SLOT_BITS-1:0] out_slot,
  output [COLUMNS*SUM_BITS-1:0] out_sum,
  output reg [SIZE_BITS-1:0] out_first_vector,
  output reg [SIZE_BITS-1:0] out_first_output
);
  // Of the controller, one cycle ahead of the array.
  wire next_busy, read, next_drain, next_drained_row_used;
  wire [ADDRESS_BITS-1:0] first_row_address, first_column_address;
  wire [ROWS-1:0] next_row_used;
  wire [COLUMNS-1:0] next_column_used;
  wire [SLOT_BITS-1:0] next_drained_row;
  wire [SIZE_BITS-1:0] next_first_vector, next_first_output;
  wire [BANK_SLOT_BITS-1:0] next_drained_slot;

  // The same in the array's cycle.
  reg drain, drained_row_used;
  reg [ROWS-1:0] row_valid;
  reg [COLUMNS-1:0] column_used;
  reg [SLOT_BITS-1:0] drained_row;
  reg [BANK_SLOT_BITS-1:0] drained_slot;
  reg [SIZE_BITS-1:0] first_vector, first_output;

  reg [SLOT_BITS-1:0] out_row;
  wire [COLUMNS*SUM_BITS-1:0] bottom_sums;

  assign out_slot = {COLUMNS{out_row}};

  axtrain_controller #(
    .ROWS(ROWS), .COLUMNS(COLUMNS), .VECTORS(BANK_VECTORS), .PIPELINE(PIPELINE),
    .SLOT_BITS(BANK_SLOT_BITS), .ROW_NUMBER_BITS(SLOT_BITS), .SIZE_BITS(SIZE_BITS), .ADDRESS_BITS(ADDRESS_BITS)
  ) controller (
    .clock(clock), .reset(reset), .start(start), .vectors(vectors), .depth(depth),
    .outputs(outputs), .busy(next_busy), .read(read), .row_address(first_row_address),
    .column_address(first_column_address), .row_used(next_row_used),
    .column_used(next_column_used), .drain(next_drain), .drained_row(next_drained_row),
    .drained_row_used(next_drained_row_used), .drained_slot(next_drained_slot),
    .first_vector(next_first_vector), .first_output(next_first_output)
  );

  axtrain_skew #(.LANES(ROWS), .ADDRESS_BITS(ADDRESS_BITS)) row_skew (
    .clock(clock), .reset(reset), .read(read), .address(first_row_address),
    .used(next_row_used), .lane_read(row_read), .lane_address(row_address)
  );

  axtrain_skew #(.LANES(COLUMNS), .ADDRESS_BITS(ADDRESS_BITS)) column_skew (
    .clock(clock), .reset(reset), .read(read), .address(first_column_address),
    .used(next_column_used), .lane_read(column_read), .lane_address(column_address)
  );

  always @(posedge clock)
    if (reset) begin
      busy <= 1'b0;
      drain <= 1'b0;
      drained_row_used <= 1'b0;
      row_valid <= {ROWS{1'b0}};
      column_used <= {COLUMNS{1'b0}};
      drained_row <= {SLOT_BITS{1'b0}};
      drained_slot <= {BANK_SLOT_BITS{1'b0}};
      first_vector <= {SIZE_BITS{1'b0}};
      first_output <= {SIZE_BITS{1'b0}};
      out_row <= {SLOT_BITS{1'b0}};
      out_first_vector <= {SIZE_BITS{1'b0}};
      out_first_output <= {SIZE_BITS{1'b0}};
    end else begin
      busy <= next_busy;
      drain <= next_drain;
      drained_row_used <= next_drained_row_used;
      row_valid <= row_read;
      column_used <= next_column_used;
      drained_row <= next_drained_row;
      drained_slot <= next_drained_slot;
      first_vector <= next_first_vector;
      first_output <= next_first_output;
      out_row <= drained_row;
      out_first_vector <= first_vector;
      out_first_output <= first_output;
    end

  axtrain_array #(
    .ROWS(ROWS), .COLUMNS(COLUMNS), .ROW_BITS(ROW_BITS), .COLUMN_BITS(COLUMN_BITS),
    .PRODUCT_BITS(PRODUCT_BITS), .PIPELINE(PIPELINE), .SUM_BITS(SUM_BITS), .SIGNED(SIGNED),
    .SATURATE(SATURATE)
  ) array (
    .clock(clock), .reset(reset), .row_valid(row_valid), .row_words(row_words),
    .column_used(column_used), .column_words(column_words), .drain(drain),
    .bottom_sums(bottom_sums)
  );

  genvar c;
  generate
    for (c = 0; c < COLUMNS; c = c + 1) begin : column
      axtrain_bank #(
        .VECTORS(BANK_VECTORS), .SLOT_BITS(BANK_SLOT_BITS), .SUM_BITS(SUM_BITS)
      ) bank (
        .clock(clock), .reset(reset),
        .write_valid(drain && drained_row_used && column_used[c]), .write_slot(drained_slot),
        .write_sum(bottom_sums[c*SUM_BITS +: SUM_BITS]), .out_valid(out_valid[c]),
        .out_sum(out_sum[c*SUM_BITS +: SUM_BITS])
      );
    end
  endgenerate
endmodule
