// One addition of a product to a partial sum.
//
// SIGNED: the product is in two's complement; else it is an unsigned number.
// SATURATE: the sum is held at the limits of its width; else it wraps.
module axtrain_accumulate #(
  parameter PRODUCT_BITS = 16,
  parameter SUM_BITS = 24,
  parameter SIGNED = 0,
  parameter SATURATE = 0
) (
  input [SUM_BITS-1:0] partial_sum,
  input [PRODUCT_BITS-1:0] product,
  output [SUM_BITS-1:0] sum
);
  // Wide enough for any sum of the two.
  localparam EXACT_BITS = (SUM_BITS > PRODUCT_BITS ? SUM_BITS : PRODUCT_BITS + 1) + 1;

  wire [EXACT_BITS-1:0] exact;
  assign exact =
    {{(EXACT_BITS - SUM_BITS){partial_sum[SUM_BITS-1]}}, partial_sum}
    + {{(EXACT_BITS - PRODUCT_BITS){SIGNED != 0 && product[PRODUCT_BITS-1]}}, product};

  generate
    if (SATURATE != 0) begin : saturating
      wire negative = exact[EXACT_BITS-1];
      wire fits = exact[EXACT_BITS-1:SUM_BITS-1] == {(EXACT_BITS - SUM_BITS + 1){negative}};
      assign sum = fits ? exact[SUM_BITS-1:0] : {negative, {(SUM_BITS - 1){!negative}}};
    end else begin : wrapping
      wire [EXACT_BITS-SUM_BITS-1:0] unused_high;
      assign {unused_high, sum} = exact;
    end
  endgenerate
endmodule
