// ROWS x COLUMNS processing elements: row words enter on the left, column words at the top; sums
// stay, and leave at the bottom when a fold is done.
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
  input [ROWS-1:0] row_valid,
  input [ROWS*ROW_BITS-1:0] row_words,
  input [COLUMNS-1:0] column_used,
  input [COLUMNS*COLUMN_BITS-1:0] column_words,
  input drain,
  output [COLUMNS*SUM_BITS-1:0] bottom_sums
);
  genvar r, c;
  generate
    for (r = 0; r < ROWS; r = r + 1) begin : row
      for (c = 0; c < COLUMNS; c = c + 1) begin : column
        wire valid_in, valid;
        wire [ROW_BITS-1:0] row_word_in, row_word;
        wire [COLUMN_BITS-1:0] column_word_in, column_word;
        wire [SUM_BITS-1:0] sum_in, sum;

        if (r == 0) begin : top
          assign column_word_in = column_words[c*COLUMN_BITS +: COLUMN_BITS];
          assign sum_in = {SUM_BITS{1'b0}};
        end else begin : below
          assign column_word_in = row[r-1].column[c].column_word;
          assign sum_in = row[r-1].column[c].sum;
        end
        if (c == 0) begin : left
          assign valid_in = row_valid[r];
          assign row_word_in = row_words[r*ROW_BITS +: ROW_BITS];
        end else begin : right
          assign valid_in = row[r].column[c-1].valid && column_used[c];
          assign row_word_in = row[r].column[c-1].row_word;
        end
        if (r == ROWS - 1) begin : bottom
          assign bottom_sums[c*SUM_BITS +: SUM_BITS] = sum;
          // Nothing stands below that would take this word.
          wire unused_below = &{1'b0, column_word};
        end
        if (c == COLUMNS - 1) begin : last
          wire unused_right = &{1'b0, valid, row_word};
        end

        axtrain_element #(
          .ROW_BITS(ROW_BITS), .COLUMN_BITS(COLUMN_BITS), .PRODUCT_BITS(PRODUCT_BITS),
          .PIPELINE(PIPELINE), .SUM_BITS(SUM_BITS), .SIGNED(SIGNED), .SATURATE(SATURATE)
        ) element (
          .clock(clock), .reset(reset), .valid_in(valid_in), .row_word_in(row_word_in),
          .column_word_in(column_word_in), .drain(drain && column_used[c]), .sum_in(sum_in),
          .valid(valid), .row_word(row_word), .column_word(column_word), .sum(sum)
        );
      end
    end
  endgenerate
endmodule
