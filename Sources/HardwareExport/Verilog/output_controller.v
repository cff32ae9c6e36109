// Walks through folds of the vectors and, inside them, folds of the outputs.
//
// A product of `vectors` x `depth` row words by `depth` x `outputs` column words. The sizes are at
// least 1, and are held while `busy`. A fold takes all of the sum, waits until the last product is
// added, then drains a row of sums a cycle; folds that do not fill the array take as long.
//
// It runs one cycle ahead of the array: a buffer gives a word in the cycle after its address.
module axtrain_controller #(
  parameter ROWS = 2,
  parameter COLUMNS = 2,
  parameter VECTORS = 32,
  parameter PIPELINE = 0,
  parameter SLOT_BITS = 5,
  parameter ROW_NUMBER_BITS = 1,
  parameter SIZE_BITS = 20,
  parameter ADDRESS_BITS = 24
) (
  input clock,
  input reset,
  input start,
  input [SIZE_BITS-1:0] vectors,
  input [SIZE_BITS-1:0] depth,
  input [SIZE_BITS-1:0] outputs,
  output reg busy,
  // Words of row 0 and of column 0.
  output read,
  output [ADDRESS_BITS-1:0] row_address,
  output [ADDRESS_BITS-1:0] column_address,
  output [ROWS-1:0] row_used,
  output [COLUMNS-1:0] column_used,
  output reg drain,
  // The row that leaves the bottom while the array drains, whether it is in use, and its place in
  // the bank.
  output [ROW_NUMBER_BITS-1:0] drained_row,
  output drained_row_used,
  output reg [SLOT_BITS-1:0] drained_slot,
  // The first vector and the first output of the fold.
  output reg [SIZE_BITS-1:0] first_vector,
  output reg [SIZE_BITS-1:0] first_output
);
  localparam [SIZE_BITS-1:0] ROW_COUNT = ROWS;
  localparam [SIZE_BITS-1:0] COLUMN_COUNT = COLUMNS;
  localparam [SIZE_BITS-1:0] PIPELINE_COUNT = PIPELINE;
  localparam [SIZE_BITS-1:0] LAST_ROW = ROWS - 1;
  localparam [SIZE_BITS-1:0] LAST_SLOT = VECTORS - 1;
  localparam [SIZE_BITS-1:0] LAST_ROW_SLOT = (ROWS - 1) % VECTORS;

  reg [SIZE_BITS-1:0] count, leaving;
  reg [ADDRESS_BITS-1:0] row_base, column_base;

  wire [SIZE_BITS-1:0] vectors_left = vectors - first_vector;
  wire [SIZE_BITS-1:0] outputs_left = outputs - first_output;
  wire [ADDRESS_BITS-1:0] step = {{(ADDRESS_BITS-SIZE_BITS){1'b0}}, depth};
  wire [ADDRESS_BITS-1:0] offset = {{(ADDRESS_BITS-SIZE_BITS){1'b0}}, count};

  assign read = busy && !drain && count < depth;
  assign row_address = row_base + offset;
  assign column_address = column_base + offset;
  assign drained_row = leaving[ROW_NUMBER_BITS-1:0];
  assign drained_row_used = leaving < vectors_left;

  genvar i;
  generate
    for (i = 0; i < ROWS; i = i + 1) begin : row
      localparam [SIZE_BITS-1:0] NUMBER = i;
      assign row_used[i] = NUMBER < vectors_left;
    end
    for (i = 0; i < COLUMNS; i = i + 1) begin : column
      localparam [SIZE_BITS-1:0] NUMBER = i;
      assign column_used[i] = NUMBER < outputs_left;
    end
  endgenerate

  always @(posedge clock)
    if (reset) begin
      busy <= 1'b0;
      count <= {SIZE_BITS{1'b0}};
      drain <= 1'b0;
      leaving <= LAST_ROW;
      drained_slot <= LAST_ROW_SLOT[SLOT_BITS-1:0];
      first_vector <= {SIZE_BITS{1'b0}};
      first_output <= {SIZE_BITS{1'b0}};
      row_base <= {ADDRESS_BITS{1'b0}};
      column_base <= {ADDRESS_BITS{1'b0}};
    end else if (!busy) begin
      busy <= start;
    end else if (!drain) begin
      count <= count + 1'b1;
      drain <= count == depth + ROW_COUNT + COLUMN_COUNT + PIPELINE_COUNT - 1'b1;
    end else if (leaving != {SIZE_BITS{1'b0}}) begin
      leaving <= leaving - 1'b1;
      drained_slot <=
        drained_slot == {SLOT_BITS{1'b0}} ? LAST_SLOT[SLOT_BITS-1:0] : drained_slot - 1'b1;
    end else begin
      count <= {SIZE_BITS{1'b0}};
      drain <= 1'b0;
      leaving <= LAST_ROW;
      drained_slot <= LAST_ROW_SLOT[SLOT_BITS-1:0];
      if (outputs_left > COLUMN_COUNT) begin
        first_output <= first_output + COLUMN_COUNT;
        column_base <= column_base + step;
      end else begin
        first_output <= {SIZE_BITS{1'b0}};
        column_base <= {ADDRESS_BITS{1'b0}};
        if (vectors_left > ROW_COUNT) begin
          first_vector <= first_vector + ROW_COUNT;
          row_base <= row_base + step;
        end else begin
          first_vector <= {SIZE_BITS{1'b0}};
          row_base <= {ADDRESS_BITS{1'b0}};
          busy <= 1'b0;
        end
      end
    end
endmodule
