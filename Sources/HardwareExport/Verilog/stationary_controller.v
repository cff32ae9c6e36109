// Walks through tiles of the moving vectors, folds of the outputs and, innermost, folds of the sum.
//
// A product of `vectors` x `depth` moving words by `depth` x `outputs` words that stay. The sizes are
// at least 1, and are held while `busy`. A fold loads ROWS words a column, the bottom row's first,
// then streams the tile's vectors until the last sum is in the bank; folds that do not fill the
// array take as long.
//
// It runs one cycle ahead of the array: a buffer gives a word in the cycle after its address.
module axtrain_controller #(
  parameter ROWS = 2,
  parameter COLUMNS = 2,
  parameter VECTORS = 32,
  parameter PIPELINE = 0,
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
  output load,
  output take,
  output first,
  output last,
  // The word that stays: read for all columns at once, or 0 where the fold has no such row.
  output stationary_read,
  output [ADDRESS_BITS-1:0] stationary_address,
  // The moving word of row 0.
  output moving_read,
  output [ADDRESS_BITS-1:0] moving_address,
  output [ROWS-1:0] row_used,
  output [COLUMNS-1:0] column_used,
  // The first vector of the tile and the first output of the fold.
  output reg [SIZE_BITS-1:0] first_vector,
  output reg [SIZE_BITS-1:0] first_output
);
  localparam [SIZE_BITS-1:0] ROW_COUNT = ROWS;
  localparam [SIZE_BITS-1:0] COLUMN_COUNT = COLUMNS;
  localparam [SIZE_BITS-1:0] PIPELINE_COUNT = PIPELINE;
  localparam [SIZE_BITS-1:0] VECTOR_COUNT = VECTORS;
  localparam [ADDRESS_BITS-1:0] ROW_STEP = ROWS;
  localparam [ADDRESS_BITS-1:0] VECTOR_STEP = VECTORS;

  reg streaming;
  reg [SIZE_BITS-1:0] count;
  reg [SIZE_BITS-1:0] first_row;
  // Of the fold's first word in a column's buffer, and of the first fold with the same outputs.
  reg [ADDRESS_BITS-1:0] stationary_base, outputs_base;
  // Of the fold's first vector in a row's buffer, and of the tile's first vector.
  reg [ADDRESS_BITS-1:0] moving_base, tile_base;

  wire [SIZE_BITS-1:0] vectors_left = vectors - first_vector;
  wire [SIZE_BITS-1:0] rows_left = depth - first_row;
  wire [SIZE_BITS-1:0] outputs_left = outputs - first_output;
  wire last_tile = vectors_left <= VECTOR_COUNT;
  wire last_outputs = outputs_left <= COLUMN_COUNT;
  wire [SIZE_BITS-1:0] tile = last_tile ? vectors_left : VECTOR_COUNT;
  wire [SIZE_BITS-1:0] entering = ROW_COUNT - 1'b1 - count;

  assign first = first_row == {SIZE_BITS{1'b0}};
  assign last = rows_left <= ROW_COUNT;
  assign load = busy && !streaming;
  assign take = busy && streaming && count == {SIZE_BITS{1'b0}};
  assign stationary_read = load && entering < rows_left;
  assign stationary_address = stationary_base + {{(ADDRESS_BITS-SIZE_BITS){1'b0}}, entering};
  assign moving_read = busy && streaming && count < tile;
  assign moving_address = moving_base + {{(ADDRESS_BITS-SIZE_BITS){1'b0}}, count};

  genvar i;
  generate
    for (i = 0; i < ROWS; i = i + 1) begin : row
      localparam [SIZE_BITS-1:0] NUMBER = i;
      assign row_used[i] = NUMBER < rows_left;
    end
    for (i = 0; i < COLUMNS; i = i + 1) begin : column
      localparam [SIZE_BITS-1:0] NUMBER = i;
      assign column_used[i] = NUMBER < outputs_left;
    end
  endgenerate

  always @(posedge clock)
    if (reset) begin
      busy <= 1'b0;
      streaming <= 1'b0;
      count <= {SIZE_BITS{1'b0}};
      first_vector <= {SIZE_BITS{1'b0}};
      first_row <= {SIZE_BITS{1'b0}};
      first_output <= {SIZE_BITS{1'b0}};
      stationary_base <= {ADDRESS_BITS{1'b0}};
      outputs_base <= {ADDRESS_BITS{1'b0}};
      moving_base <= {ADDRESS_BITS{1'b0}};
      tile_base <= {ADDRESS_BITS{1'b0}};
    end else if (!busy) begin
      busy <= start;
    end else if (!streaming) begin
      streaming <= entering == {SIZE_BITS{1'b0}};
      count <= entering == {SIZE_BITS{1'b0}} ? {SIZE_BITS{1'b0}} : count + 1'b1;
    end else if (count != tile + ROW_COUNT + COLUMN_COUNT + PIPELINE_COUNT) begin
      count <= count + 1'b1;
    end else begin
      streaming <= 1'b0;
      count <= {SIZE_BITS{1'b0}};
      if (!last) begin
        first_row <= first_row + ROW_COUNT;
        stationary_base <= stationary_base + ROW_STEP;
        moving_base <= moving_base + {{(ADDRESS_BITS-SIZE_BITS){1'b0}}, vectors};
      end else begin
        first_row <= {SIZE_BITS{1'b0}};
        if (!last_outputs) begin
          first_output <= first_output + COLUMN_COUNT;
          stationary_base <= outputs_base + {{(ADDRESS_BITS-SIZE_BITS){1'b0}}, depth};
          outputs_base <= outputs_base + {{(ADDRESS_BITS-SIZE_BITS){1'b0}}, depth};
          moving_base <= tile_base;
        end else begin
          first_output <= {SIZE_BITS{1'b0}};
          stationary_base <= {ADDRESS_BITS{1'b0}};
          outputs_base <= {ADDRESS_BITS{1'b0}};
          if (!last_tile) begin
            first_vector <= first_vector + VECTOR_COUNT;
            moving_base <= tile_base + VECTOR_STEP;
            tile_base <= tile_base + VECTOR_STEP;
          end else begin
            first_vector <= {SIZE_BITS{1'b0}};
            moving_base <= {ADDRESS_BITS{1'b0}};
            tile_base <= {ADDRESS_BITS{1'b0}};
            busy <= 1'b0;
          end
        end
      end
    end
endmodule
