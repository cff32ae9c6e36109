// A column of the accumulator bank below the array.
//
// It takes the sums that leave the bottom. The output stage reads a sum in the cycle after it was
// written, so that one vector of the bank would do; the sum of row r goes to vector r mod VECTORS.
module axtrain_bank #(
  parameter VECTORS = 32,
  parameter SLOT_BITS = 5,
  parameter SUM_BITS = 24
) (
  input clock,
  input reset,
  input write_valid,
  input [SLOT_BITS-1:0] write_slot,
  input [SUM_BITS-1:0] write_sum,
  output reg out_valid,
  output [SUM_BITS-1:0] out_sum
);
  reg [SUM_BITS-1:0] sums [0:VECTORS-1];
  reg [SLOT_BITS-1:0] read_slot;

  assign out_sum = sums[read_slot];

  always @(posedge clock)
    if (write_valid) sums[write_slot] <= write_sum;

  always @(posedge clock)
    if (reset) begin
      read_slot <= {SLOT_BITS{1'b0}};
      out_valid <= 1'b0;
    end else begin
      if (write_valid) read_slot <= write_slot;
      out_valid <= write_valid;
    end
endmodule
