// STAGES registers between an element's multiplier and its adder, one after the other; none: wires.
module axtrain_pipeline #(
  parameter STAGES = 0,
  parameter PRODUCT_BITS = 16
) (
  input clock,
  input reset,
  input valid_in,
  input [PRODUCT_BITS-1:0] product_in,
  output valid_out,
  output [PRODUCT_BITS-1:0] product_out
);
  genvar s;
  generate
    for (s = 0; s < STAGES; s = s + 1) begin : stage
      wire valid_before;
      wire [PRODUCT_BITS-1:0] product_before;
      reg valid;
      reg [PRODUCT_BITS-1:0] product;

      if (s == 0) begin : first
        assign valid_before = valid_in;
        assign product_before = product_in;
      end else begin : next
        assign valid_before = stage[s-1].valid;
        assign product_before = stage[s-1].product;
      end

      always @(posedge clock)
        if (reset) begin
          valid <= 1'b0;
          product <= {PRODUCT_BITS{1'b0}};
        end else begin
          valid <= valid_before;
          if (valid_before) product <= product_before;
        end
    end
    if (STAGES == 0) begin : wires
      assign valid_out = valid_in;
      assign product_out = product_in;
      wire unused_clock = &{1'b0, clock, reset};
    end else begin : registers
      assign valid_out = stage[STAGES-1].valid;
      assign product_out = stage[STAGES-1].product;
    end
  endgenerate
endmodule
