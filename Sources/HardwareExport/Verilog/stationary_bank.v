// A column of the accumulator bank below the array: partial sums of VECTORS vectors.
//
// It feeds the top of the array with the sums of the fold before, in the order of the vectors, and
// takes the sums that leave the bottom. The output stage reads a sum in the cycle after it was
// written.
module axtrain_bank #(
  parameter VECTORS = 32,
  parameter SLOT_BITS = 5,
  parameter SUM_BITS = 24
) (
  input clock,
  input reset,
  // A fold begins: back to the first vector.
  input restart,
  // The first fold along the sum starts from 0; the last one gives the result.
  input first,
  input last,
  input feed_valid,
  output [SUM_BITS-1:0] feed_sum,
  input write_valid,
  input [SUM_BITS-1:0] write_sum,
  output reg out_valid,
  output reg [SLOT_BITS-1:0] out_slot,
  output [SUM_BITS-1:0] out_sum
);
  reg [SUM_BITS-1:0] sums [0:VECTORS-1];
  reg [SLOT_BITS-1:0] feed_slot, write_slot;

  assign feed_sum = first ? {SUM_BITS{1'b0}} : sums[feed_slot];
  assign out_sum = sums[out_slot];

  always @(posedge clock)
    if (write_valid) sums[write_slot] <= write_sum;

  always @(posedge clock)
    if (reset) begin
      feed_slot <= {SLOT_BITS{1'b0}};
      write_slot <= {SLOT_BITS{1'b0}};
      out_slot <= {SLOT_BITS{1'b0}};
      out_valid <= 1'b0;
    end else begin
      if (restart) feed_slot <= {SLOT_BITS{1'b0}};
      else if (feed_valid) feed_slot <= feed_slot + 1'b1;
      if (restart) write_slot <= {SLOT_BITS{1'b0}};
      else if (write_valid) write_slot <= write_slot + 1'b1;
      out_valid <= write_valid && last;
      if (write_valid) out_slot <= write_slot;
    end
endmodule
