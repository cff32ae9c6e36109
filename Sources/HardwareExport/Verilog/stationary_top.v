// The array with its controller and accumulator bank: @SUMMARY@.
//
// A start pulse begins a product of `vectors` x `depth` moving words (@MOVING@) by
// `depth` x `outputs` words that stay (@STATIONARY@). Buffers are outside, one for each
// row and column; a buffer gives a word in the cycle after its address:
//   row r:    the moving word of vector v and sum index k = f * ROWS + r is at f * vectors + v
//   column c: the word that stays of sum index k and output o = g * COLUMNS + c is at g * depth + k
// `busy` is high in the cycles in which the array works. Results come column by column:
// out_sum[c] is the accumulator of vector out_first_vector + out_slot[c] and output
// out_first_output + c.
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
  wire next_busy, next_load, next_take, next_first, next_last;
  wire stationary_read, moving_read;
  wire [ADDRESS_BITS-1:0] stationary_address, moving_address;
  wire [ROWS-1:0] next_row_used;
  wire [COLUMNS-1:0] next_column_used;
  wire [SIZE_BITS-1:0] next_first_vector, next_first_output;

  // The same in the array's cycle.
  reg load, take, first, last;
  reg [ROWS-1:0] row_valid;
  reg [COLUMNS-1:0] column_valid, column_used;
  reg [SIZE_BITS-1:0] first_vector, first_output;

  // Sums enter row 0 when its products reach the adder: two cycles, and one a pipeline register, after
  // the moving word entered column 0.
  reg [PIPELINE+1:0] row_was_valid;
  wire feed_start = row_was_valid[PIPELINE+1];
  wire [COLUMNS-1:0] top_valid, bottom_valid;
  wire [COLUMNS*SUM_BITS-1:0] top_sums, bottom_sums;
  wire [COLUMNS*COLUMN_BITS-1:0] entering_words;

  axtrain_controller #(
    .ROWS(ROWS), .COLUMNS(COLUMNS), .VECTORS(BANK_VECTORS), .PIPELINE(PIPELINE),
    .SIZE_BITS(SIZE_BITS), .ADDRESS_BITS(ADDRESS_BITS)
  ) controller (
    .clock(clock), .reset(reset), .start(start), .vectors(vectors), .depth(depth),
    .outputs(outputs), .busy(next_busy), .load(next_load), .take(next_take), .first(next_first),
    .last(next_last), .stationary_read(stationary_read), .stationary_address(stationary_address),
    .moving_read(moving_read), .moving_address(moving_address), .row_used(next_row_used),
    .column_used(next_column_used), .first_vector(next_first_vector),
    .first_output(next_first_output)
  );

  axtrain_skew #(.LANES(ROWS), .ADDRESS_BITS(ADDRESS_BITS)) row_skew (
    .clock(clock), .reset(reset), .read(moving_read), .address(moving_address),
    .used(next_row_used), .lane_read(row_read), .lane_address(row_address)
  );

  always @(posedge clock)
    if (reset) begin
      busy <= 1'b0;
      load <= 1'b0;
      take <= 1'b0;
      first <= 1'b0;
      last <= 1'b0;
      row_valid <= {ROWS{1'b0}};
      column_valid <= {COLUMNS{1'b0}};
      column_used <= {COLUMNS{1'b0}};
      first_vector <= {SIZE_BITS{1'b0}};
      first_output <= {SIZE_BITS{1'b0}};
      row_was_valid <= {(PIPELINE+2){1'b0}};
      out_first_vector <= {SIZE_BITS{1'b0}};
      out_first_output <= {SIZE_BITS{1'b0}};
    end else begin
      busy <= next_busy;
      load <= next_load;
      take <= next_take;
      first <= next_first;
      last <= next_last;
      row_valid <= row_read;
      column_valid <= column_read;
      column_used <= next_column_used;
      first_vector <= next_first_vector;
      first_output <= next_first_output;
      row_was_valid <= {row_was_valid[PIPELINE:0], row_valid[0]};
      out_first_vector <= first_vector;
      out_first_output <= first_output;
    end

  axtrain_array #(
    .ROWS(ROWS), .COLUMNS(COLUMNS), .ROW_BITS(ROW_BITS), .COLUMN_BITS(COLUMN_BITS),
    .PRODUCT_BITS(PRODUCT_BITS), .PIPELINE(PIPELINE), .SUM_BITS(SUM_BITS), .SIGNED(SIGNED),
    .SATURATE(SATURATE)
  ) array (
    .clock(clock), .reset(reset), .load(load), .take(take), .column_used(column_used),
    .column_words(entering_words), .row_valid(row_valid), .row_words(row_words),
    .top_valid(top_valid), .top_sums(top_sums), .bottom_valid(bottom_valid),
    .bottom_sums(bottom_sums)
  );

  genvar c;
  generate
    for (c = 0; c < COLUMNS; c = c + 1) begin : column
      wire feed;
      if (c == 0) begin : left
        assign feed = feed_start;
      end else begin : right
        reg feed_register;
        always @(posedge clock)
          if (reset) feed_register <= 1'b0;
          else feed_register <= column[c-1].feed;
        assign feed = feed_register;
      end
      assign top_valid[c] = feed && column_used[c];
      assign column_read[c] = stationary_read && next_column_used[c];
      assign column_address[c*ADDRESS_BITS +: ADDRESS_BITS] = stationary_address;
      assign entering_words[c*COLUMN_BITS +: COLUMN_BITS] =
        column_valid[c] ? column_words[c*COLUMN_BITS +: COLUMN_BITS] : {COLUMN_BITS{1'b0}};

      axtrain_bank #(
        .VECTORS(BANK_VECTORS), .SLOT_BITS(SLOT_BITS), .SUM_BITS(SUM_BITS)
      ) bank (
        .clock(clock), .reset(reset), .restart(load), .first(first), .last(last),
        .feed_valid(top_valid[c]), .feed_sum(top_sums[c*SUM_BITS +: SUM_BITS]),
        .write_valid(bottom_valid[c]), .write_sum(bottom_sums[c*SUM_BITS +: SUM_BITS]),
        .out_valid(out_valid[c]), .out_slot(out_slot[c*SLOT_BITS +: SLOT_BITS]),
        .out_sum(out_sum[c*SUM_BITS +: SUM_BITS])
      );
    end
  endgenerate
endmodule
