// A processing element of an array where one operand stays and the other moves.
//
// Registers: shadow and stationary word, moving word, product, partial sum. Words that are to stay
// come down through the shadow registers and are taken over by all elements in one cycle. Moving
// words go right, partial sums go down. It multiplies in one cycle and adds in the next, or PIPELINE
// cycles later. Valid bits say which registers take something.
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
  // The shadow register takes the word from above.
  input load,
  input [COLUMN_BITS-1:0] stationary_in,
  // The stationary register takes the shadow register's word.
  input take,
  input moving_valid_in,
  input [ROW_BITS-1:0] moving_in,
  input sum_valid_in,
  input [SUM_BITS-1:0] sum_in,
  output reg [COLUMN_BITS-1:0] shadow,
  output reg moving_valid,
  output reg [ROW_BITS-1:0] moving,
  output reg sum_valid,
  output reg [SUM_BITS-1:0] sum
);
  reg [COLUMN_BITS-1:0] stationary;
  reg product_valid;
  reg [PRODUCT_BITS-1:0] product;
  wire [PRODUCT_BITS-1:0] multiplied;
  // What the adder gets.
  wire addend_valid;
  wire [PRODUCT_BITS-1:0] addend;
  wire [SUM_BITS-1:0] added;

  axtrain_multiply multiply (
    .row_word(moving), .column_word(stationary), .product(multiplied)
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
    .partial_sum(sum_in), .product(addend), .sum(added)
  );

  always @(posedge clock)
    if (reset) begin
      shadow <= {COLUMN_BITS{1'b0}};
      stationary <= {COLUMN_BITS{1'b0}};
      moving_valid <= 1'b0;
      moving <= {ROW_BITS{1'b0}};
      product_valid <= 1'b0;
      product <= {PRODUCT_BITS{1'b0}};
      sum_valid <= 1'b0;
      sum <= {SUM_BITS{1'b0}};
    end else begin
      if (load) shadow <= stationary_in;
      if (take) stationary <= shadow;
      moving_valid <= moving_valid_in;
      if (moving_valid_in) moving <= moving_in;
      product_valid <= moving_valid;
      if (moving_valid) product <= multiplied;
      sum_valid <= sum_valid_in;
      // A row that is not in use passes the sum on.
      if (sum_valid_in) sum <= addend_valid ? added : sum_in;
    end
endmodule
