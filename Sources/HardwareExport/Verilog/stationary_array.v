// ROWS x COLUMNS processing elements: moving words enter on the left, words that are to stay and
// partial sums at the top; sums leave at the bottom.
//
// Lane i of a bus is its bits from i * width on; row 0 is at the top, column 0 on the left.
module axtrain_array #(
  parameter ROWS = 2,
  parameter COLUMNS = 2,
  parameter ROW_BITS = 8,
  parameter COLUMN_BITS = 8,
  parameter PRODUCT_BITS = 16,
  parameter PIPELINE = 0,
  parameter SUM_BITS = 24,
  parameter SIGNED = 0,
  parameter SATURATE = 0
) (
  input clock,
  input reset,
  input load,
  input take,
  input [COLUMNS-1:0] column_used,
  input [COLUMNS*COLUMN_BITS-1:0] column_words,
  input [ROWS-1:0] row_valid,
  input [ROWS*ROW_BITS-1:0] row_words,
  input [COLUMNS-1:0] top_valid,
  input [COLUMNS*SUM_BITS-1:0] top_sums,
  output [COLUMNS-1:0] bottom_valid,
  output [COLUMNS*SUM_BITS-1:0] bottom_sums
);
  genvar r, c;
  generate
    for (r = 0; r < ROWS; r = r + 1) begin : row
      for (c = 0; c < COLUMNS; c = c + 1) begin : column
        wire [COLUMN_BITS-1:0] stationary_in, shadow;
        wire moving_valid_in, moving_valid;
        wire [ROW_BITS-1:0] moving_in, moving;
        wire sum_valid_in, sum_valid;
        wire [SUM_BITS-1:0] sum_in, sum;

        if (r == 0) begin : top
          assign stationary_in = column_words[c*COLUMN_BITS +: COLUMN_BITS];
          assign sum_valid_in = top_valid[c];
          assign sum_in = top_sums[c*SUM_BITS +: SUM_BITS];
        end else begin : below
          assign stationary_in = row[r-1].column[c].shadow;
          assign sum_valid_in = row[r-1].column[c].sum_valid;
          assign sum_in = row[r-1].column[c].sum;
        end
        if (c == 0) begin : left
          assign moving_valid_in = row_valid[r];
          assign moving_in = row_words[r*ROW_BITS +: ROW_BITS];
        end else begin : right
          assign moving_valid_in = row[r].column[c-1].moving_valid && column_used[c];
          assign moving_in = row[r].column[c-1].moving;
        end
        if (r == ROWS - 1) begin : bottom
          assign bottom_valid[c] = sum_valid;
          assign bottom_sums[c*SUM_BITS +: SUM_BITS] = sum;
          // Nothing stands below that would take this word.
          wire unused_below = &{1'b0, shadow};
        end
        if (c == COLUMNS - 1) begin : last
          wire unused_right = &{1'b0, moving_valid, moving};
        end

        axtrain_element #(
          .ROW_BITS(ROW_BITS), .COLUMN_BITS(COLUMN_BITS), .PRODUCT_BITS(PRODUCT_BITS),
          .PIPELINE(PIPELINE), .SUM_BITS(SUM_BITS), .SIGNED(SIGNED), .SATURATE(SATURATE)
        ) element (
          .clock(clock), .reset(reset), .load(load && column_used[c]),
          .stationary_in(stationary_in), .take(take && column_used[c]),
          .moving_valid_in(moving_valid_in), .moving_in(moving_in), .sum_valid_in(sum_valid_in),
          .sum_in(sum_in), .shadow(shadow), .moving_valid(moving_valid), .moving(moving),
          .sum_valid(sum_valid), .sum(sum)
        );
      end
    end
  endgenerate
endmodule
