// A read and its address for each of the lanes of a buffer, lane i one cycle after lane i - 1.
//
// A lane that is not in use is never read.
module axtrain_skew #(
  parameter LANES = 2,
  parameter ADDRESS_BITS = 24
) (
  input clock,
  input reset,
  input read,
  input [ADDRESS_BITS-1:0] address,
  input [LANES-1:0] used,
  output [LANES-1:0] lane_read,
  output [LANES*ADDRESS_BITS-1:0] lane_address
);
  genvar i;
  generate
    if (LANES == 1) begin : single
      // The only lane is the first, which waits for none.
      wire unused = &{1'b0, clock, reset};
    end
    for (i = 0; i < LANES; i = i + 1) begin : lane
      wire valid;
      wire [ADDRESS_BITS-1:0] place;
      if (i == 0) begin : first
        assign valid = read;
        assign place = address;
      end else begin : later
        reg valid_register;
        reg [ADDRESS_BITS-1:0] place_register;
        always @(posedge clock)
          if (reset) begin
            valid_register <= 1'b0;
            place_register <= {ADDRESS_BITS{1'b0}};
          end else begin
            valid_register <= lane[i-1].valid;
            if (lane[i-1].valid) place_register <= lane[i-1].place;
          end
        assign valid = valid_register;
        assign place = place_register;
      end
      assign lane_read[i] = valid && used[i];
      assign lane_address[i*ADDRESS_BITS +: ADDRESS_BITS] = place;
    end
  endgenerate
endmodule
