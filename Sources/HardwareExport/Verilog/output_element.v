// A processing element of an array where the sums stay.
//
// Registers: a word of each operand, product, sum. Row words go right, column words go down. It
// multiplies in the cycle after it took the words and adds in the next, or PIPELINE cycles later.
// Valid bits say which registers take something. When a fold is done, the sums go down a row a cycle.
module axtrain_element #(
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
  input valid_in,
  input [ROW_BITS-1:0] row_word_in,
  input [COLUMN_BITS-1:0] column_word_in,
  // The sum register takes the sum from above.
  input drain,
  input [SUM_BITS-1:0] sum_in,
  output reg valid,
  output reg [ROW_BITS-1:0] row_word,
  output reg [COLUMN_BITS-1:0] column_word,
  output reg [SUM_BITS-1:0] sum
);
  reg product_valid;
  reg [PRODUCT_BITS-1:0] product;
  wire [PRODUCT_BITS-1:0] multiplied;
  // What the adder gets.
  wire addend_valid;
  wire [PRODUCT_BITS-1:0] addend;
  wire [SUM_BITS-1:0] added;

  axtrain_multiply multiply (
    .row_word(row_word), .column_word(column_word), .product(multiplied)
  );

  axtrain_pipeline #(
    .STAGES(PIPELINE), .PRODUCT_BITS(PRODUCT_BITS)
  ) pipeline (
    .clock(clock), .reset(reset), .valid_in(product_valid), .product_in(product),
    .valid_out(addend_valid), .product_out(addend)
  );

  axtrain_accumulate #(
    .PRODUCT_BITS(PRODUCT_BITS), .SUM_BITS(SUM_BITS), .SIGNED(SIGNED), .SATURATE(SATURATE)
  ) accumulate (
    .partial_sum(sum), .product(addend), .sum(added)
  );

  always @(posedge clock)
    if (reset) begin
      valid <= 1'b0;
      row_word <= {ROW_BITS{1'b0}};
      column_word <= {COLUMN_BITS{1'b0}};
      product_valid <= 1'b0;
      product <= {PRODUCT_BITS{1'b0}};
      sum <= {SUM_BITS{1'b0}};
    end else begin
      valid <= valid_in;
      if (valid_in) begin
        row_word <= row_word_in;
        column_word <= column_word_in;
      end
      product_valid <= valid;
      if (valid) product <= multiplied;
      if (drain) sum <= sum_in;
      else if (addend_valid) sum <= added;
    end
endmodule
