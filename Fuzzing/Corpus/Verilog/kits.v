`default_nettype wire
module m (A, B, O); input [1:0] A, B; output [3:0] O;
supply0 g; supply1 v; tri t;
generate assign t = A[0]; endgenerate
nand (n, t, B[0]); INV i (.A(n), .Y(O[0]));
AND2X1 a (A[1], B[1], p);
assign {O[3], O[2:1]} = {1'b0, p, g} + {B, v} - A;
endmodule : m
module AND2X1 (input A, input B, output Y);
specify (A => Y) = (0.1, 0.2); endspecify
assign Y = A & B;
endmodule
